"""Repairs: list, one, its moves, pictures, notes."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from apps.portal_pages.photos import add_photos, once_stored
from apps.queue_management import use_cases
from apps.queue_management.use_cases import Reason
from apps.repairs import photo_pages
from apps.repairs.enums import QueueStatus
from apps.repairs.filters import RepairFilter
from apps.repairs.models import Repair
from apps.repairs.queries import newest_signature, shown_repairs
from apps.repairs.queries import repair_list as visible_repairs
from apps.technician_portal.decorators import technician_required
from apps.technician_portal.forms import EditForm, MoveForm, NotesForm, PhotoForm
from apps.technician_portal.page_data import card_of, repair_page, resin_data
from core.errors import Conflict, DomainError
from core.models import User
from core.pages import (
    attempt,
    list_page,
    person,
    press,
    see_other,
    sent_once,
    tell_in_form,
    version_from,
)
from core.paging import binding_of

FINISHED = {
    QueueStatus.PENDING: "The customer is asked for approval.",
    QueueStatus.IN_PROGRESS: "Work has started.",
    QueueStatus.DENIED: "Ended. The customer is told.",
}


@technician_required
def repair_list(request: HttpRequest) -> HttpResponse:
    """Own repairs and all requests, narrowed by what the address says."""
    user = person(request)
    form = RepairFilter(request.GET, reader="technician")
    page = list_page(
        request,
        form.narrow(shown_repairs(user)),
        ordering=("-repair_date", "-id"),
        binding=binding_of(form.cleaned_data),
    )
    cards = [card_of(user, repair) for repair in page.rows]
    context = {"form": form, "page": page, "cards": cards}
    return render(request, "technician_portal/repair_list.html", context)


@technician_required
def repair_detail(request: HttpRequest, repair_id: int) -> HttpResponse:
    """One repair."""
    return _show(request, repair_id)


@technician_required
def update_queue_status(request: HttpRequest, repair_id: int) -> HttpResponse:
    """Move a repair: take, start, finish, put back, ask for approval, end."""
    form = MoveForm(request.POST, request.FILES)
    if not form.is_valid():
        return _show(request, repair_id, move=form)

    def refused(away: DomainError) -> HttpResponse:
        tell_in_form(form, away)
        return _show(request, repair_id, move=form)

    return once_stored(
        request,
        [form.cleaned_data["photo"]],
        lambda: _move(request, repair_id, form),
        refused=refused,
    )


def _move(request: HttpRequest, repair_id: int, form: MoveForm) -> HttpResponse:
    try:
        moved = attempt_move(person(request), repair_id, form)
    except Conflict as lost:
        messages.error(request, lost.detail)
        return see_other("technician_dashboard")
    if moved is None:
        return _show(request, repair_id, move=form)
    messages.success(request, _told(moved))
    return see_other("repair_detail", repair_id=repair_id)


def attempt_move(user: User, repair_id: int, form: MoveForm) -> Repair | None:
    """Move the repair, with its picture if any; ``None`` and errors in the form if refused.

    Raises:
        Conflict: ``already_claimed``: the repair is somebody else's now and no longer to be seen.
    """
    wanted = form.cleaned_data
    move: dict[str, Any] = {
        "actor": user,
        "repair_id": repair_id,
        "target": form.target,
        "reason": Reason(code=wanted["reason_code"], text=wanted["reason"]),
        "version": wanted["version"],
        "finish_tasks": wanted["finish_tasks"],
    }
    lost: list[Conflict] = []

    def run() -> Repair | None:
        if wanted["photo"] is not None:
            return use_cases.move_with_photo(photo=wanted["photo"], **move)
        try:
            return use_cases.move_repair(**move)
        except Conflict as refusal:
            if refusal.code != "already_claimed":
                raise
            lost.append(refusal)
            return None

    moved = attempt(form, run)
    if lost:
        raise lost[0]
    return moved


def _told(repair: Repair) -> str:
    status = QueueStatus(repair.queue_status)
    if status == QueueStatus.COMPLETED:
        return f"Finished: unit {repair.unit_number}, ${repair.discounted_cost}."
    if status == QueueStatus.APPROVED and repair.moved_from == QueueStatus.IN_PROGRESS:
        return f"Put back: unit {repair.unit_number}."
    return FINISHED.get(status, f"Unit {repair.unit_number} is yours.")


@technician_required
def repair_photo(request: HttpRequest, repair_id: int) -> HttpResponse:
    """Add pictures."""
    find_repair(person(request), repair_id)
    form = PhotoForm(request.POST, request.FILES)
    if not form.is_valid():
        return _show(request, repair_id, photo=form)
    return add_photos(request, form, repair_id=repair_id, back="repair_detail")


@technician_required
@sent_once
def repair_notes(request: HttpRequest, repair_id: int) -> HttpResponse:
    """Change the notes."""
    user = person(request)
    form = NotesForm(request.POST, instance=find_repair(user, repair_id))
    if form.is_valid():
        saved = attempt(
            form,
            lambda: use_cases.edit_repair(
                actor=user, repair_id=repair_id, version=None, values=form.cleaned_data
            ),
        )
        if saved is not None:
            messages.success(request, "The notes are saved.")
            return see_other("repair_detail", repair_id=repair_id)
    return _show(request, repair_id, notes=form)


@technician_required
@sent_once
def repair_edit(request: HttpRequest, repair_id: int) -> HttpResponse:
    """Change what was asked for, and the record of the work."""
    user = person(request)
    repair = find_repair(user, repair_id)
    version = repair.version
    form = EditForm(request.POST if request.method == "POST" else None, instance=repair)
    if form.is_bound and form.is_valid():
        saved = attempt(
            form,
            lambda: use_cases.edit_repair(
                actor=user,
                repair_id=repair_id,
                version=version_from(request),
                values=form.cleaned_data,
            ),
        )
        if saved is not None:
            messages.success(request, "Saved.")
            return see_other("repair_detail", repair_id=repair_id)
    context = {"repair": repair, "form": form, "version": version} | resin_data()
    return render(request, "technician_portal/repair_edit.html", context)


@technician_required
@sent_once
def windshield_replaced(request: HttpRequest, repair_id: int) -> HttpResponse:
    """The unit of this repair has a new windshield: its prices start again."""
    user = person(request)
    repair = find_repair(user, repair_id)
    return press(
        request,
        lambda: use_cases.mark_windshield_replaced(actor=user, unit_id=repair.unit_id),
        success=f"Unit {repair.unit_number} has a new windshield: its prices start again.",
        back="repair_detail",
        repair_id=repair_id,
    )


technician_photo = technician_required(photo_pages.photo)
repair_photos = technician_required(photo_pages.repair_photos)
batch_photos = technician_required(photo_pages.batch_photos)


def find_repair(user: User, repair_id: int) -> Repair:
    """The repair, if this person may see it; 404 otherwise."""
    rows = visible_repairs(user).select_related("unit__repair_count")
    return get_object_or_404(rows.annotate(signed_id=newest_signature()), pk=repair_id)


def _show(
    request: HttpRequest,
    repair_id: int,
    *,
    move: MoveForm | None = None,
    photo: PhotoForm | None = None,
    notes: NotesForm | None = None,
) -> HttpResponse:
    user = person(request)
    repair = find_repair(user, repair_id)
    context = repair_page(user, repair) | {
        "forms": _move_forms(repair, move),
        "tried": move["status"].value() if move else "",
        "photo_form": photo or PhotoForm(),
        "notes_form": notes or NotesForm(instance=repair),
        "refused": move or photo or notes,
    }
    if context["may_edit"] and repair.queue_status == QueueStatus.IN_PROGRESS:
        context |= {"process_form": EditForm(instance=repair)} | resin_data()
    return render(request, "technician_portal/repair_detail.html", context)


def _move_forms(repair: Repair, tried: MoveForm | None) -> dict[str, MoveForm]:
    """A form for each move that asks for something, the refused one as it was filled in."""
    forms = {}
    for target in QueueStatus.values:
        initial = {"status": target, "version": repair.version, "finish_tasks": True}
        forms[target] = MoveForm(initial=initial, auto_id=f"{target.lower()}_%s")
        if tried is not None and tried["status"].value() == target:
            tried.auto_id = forms[target].auto_id
            forms[target] = tried
    return forms
