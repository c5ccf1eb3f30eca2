"""Repairs as the office sees them: all of them, one, and what can be done with it."""

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render

from apps.office_portal.forms import AssignForm, MoveForm, PhotoForm, PriceForm, VoidForm
from apps.office_portal.page_data import repair_page
from apps.photo_storage.enums import Variant
from apps.photo_storage.serving import photo_response
from apps.queue_management import use_cases
from apps.queue_management.use_cases import Reason
from apps.repairs.enums import PhotoKind, QueueStatus
from apps.repairs.filters import RepairFilter
from apps.repairs.queries import photos_visible_to, repair_list
from core.errors import NotFound
from core.pages import (
    UNPROCESSABLE,
    list_page,
    once,
    person,
    press,
    sent_once,
    version_from,
)
from core.paging import binding_of


def office_repairs(request: HttpRequest) -> HttpResponse:
    """All repairs that this person may see, narrowed by what the address says."""
    user = person(request)
    form = RepairFilter(request.GET, reader="office")
    page = list_page(
        request,
        form.narrow(repair_list(user)),
        ordering=("-repair_date", "-id"),
        binding=binding_of(form.cleaned_data),
    )
    return render(request, "office_portal/repairs.html", {"form": form, "page": page})


def office_repair_detail(request: HttpRequest, repair_id: int) -> HttpResponse:
    """One repair."""
    return _show(request, repair_id)


@sent_once
def office_repair_move(request: HttpRequest, repair_id: int) -> HttpResponse:
    """Move it along the table, with a reason where one is asked for."""
    user, form = person(request), MoveForm(request.POST)
    if not form.is_valid() or form.cleaned_data["status"] not in QueueStatus.values:
        return _show(request, repair_id, refused=form)
    target = QueueStatus(form.cleaned_data["status"])
    reason = Reason(code=form.cleaned_data["reason_code"], text=form.cleaned_data["reason"])
    return press(
        request,
        lambda: use_cases.move_repair(
            actor=user,
            repair_id=repair_id,
            target=target,
            reason=reason,
            version=version_from(request),
        ),
        success=f"The repair is {target.label.lower()} now.",
        back="office_repair_detail",
        repair_id=repair_id,
    )


@sent_once
def office_repair_assign(request: HttpRequest, repair_id: int) -> HttpResponse:
    """Give it to a technician."""
    user, form = person(request), AssignForm(request.POST)
    if not form.is_valid():
        return _show(request, repair_id, refused=form)
    technician, is_pinned = form.cleaned_data["technician"], form.cleaned_data["pin"]
    to_dashboard = request.POST.get("from") == "dashboard"
    return press(
        request,
        lambda: use_cases.assign_repair(
            actor=user,
            repair_id=repair_id,
            technician_id=technician.pk,
            pin=is_pinned,
            version=version_from(request),
        ),
        success=f"Assigned to {technician}.",
        back="office_dashboard" if to_dashboard else "office_repair_detail",
        **({} if to_dashboard else {"repair_id": repair_id}),
    )


@sent_once
def office_repair_pin(request: HttpRequest, repair_id: int) -> HttpResponse:
    """Keep it for its technician, or let others take it again."""
    user, is_pinned = person(request), request.POST.get("pin") == "yes"
    step = use_cases.pin_repair if is_pinned else use_cases.unpin_repair
    return press(
        request,
        lambda: step(actor=user, repair_id=repair_id, version=version_from(request)),
        success="Kept for its technician." if is_pinned else "Anybody may take it again.",
        back="office_repair_detail",
        repair_id=repair_id,
    )


@sent_once
def office_repair_void(request: HttpRequest, repair_id: int) -> HttpResponse:
    """Take a completed repair out of revenue."""
    user, form = person(request), VoidForm(request.POST)
    if not form.is_valid():
        return _show(request, repair_id, refused=form)
    return press(
        request,
        lambda: use_cases.void_repair(
            actor=user,
            repair_id=repair_id,
            reason=form.cleaned_data["reason"],
            version=version_from(request),
        ),
        success="Voided. The customer is told.",
        back="office_repair_detail",
        repair_id=repair_id,
    )


@sent_once
def office_repair_price(request: HttpRequest, repair_id: int) -> HttpResponse:
    """Set the price by hand, or let the lists decide again."""
    user, form = person(request), PriceForm(request.POST)
    if not form.is_valid():
        return _show(request, repair_id, refused=form)
    return press(
        request,
        lambda: use_cases.set_cost_override(
            actor=user,
            repair_id=repair_id,
            amount=form.cleaned_data["amount"],
            reason=form.cleaned_data["reason"],
            version=version_from(request),
        ),
        success="The price is set.",
        back="office_repair_detail",
        repair_id=repair_id,
    )


def office_repair_photo(request: HttpRequest, repair_id: int) -> HttpResponse:
    """Add a picture."""
    user, form = person(request), PhotoForm(request.POST, request.FILES)
    if not form.is_valid():
        return _show(request, repair_id, refused=form)
    photo = form.cleaned_data
    return once(
        request,
        lambda: press(
            request,
            lambda: use_cases.attach_photo(
                actor=user,
                repair_id=repair_id,
                prepared=photo["image"],
                kind=PhotoKind(photo["kind"]),
                is_internal=photo["internal"],
            ),
            success="The photo is added.",
            back="office_repair_detail",
            repair_id=repair_id,
        ),
    )


def office_photo(request: HttpRequest, photo_id: int, variant: str) -> HttpResponseBase:
    """The bytes of a picture."""
    photo = get_object_or_404(photos_visible_to(person(request)), pk=photo_id)
    try:
        return photo_response(photo.stored, Variant(variant))
    except (ValueError, NotFound) as error:
        raise Http404 from error


def _show(
    request: HttpRequest, repair_id: int, *, refused: forms.Form | None = None
) -> HttpResponse:
    user = person(request)
    repair = get_object_or_404(repair_list(user).select_related("unit", "redo_of"), pk=repair_id)
    bound = {type(refused): refused} if refused is not None else {}
    context = repair_page(user, repair) | {
        "move_form": bound.get(MoveForm) or MoveForm(),
        "assign_form": bound.get(AssignForm)
        or AssignForm(initial={"technician": repair.technician_id, "pin": repair.is_pinned}),
        "void_form": bound.get(VoidForm) or VoidForm(),
        "price_form": bound.get(PriceForm)
        or PriceForm(initial={"amount": repair.cost_override, "reason": repair.override_reason}),
        "photo_form": bound.get(PhotoForm) or PhotoForm(),
        "refused": refused,
    }
    status = UNPROCESSABLE if refused else 200
    return render(request, "office_portal/repair_detail.html", context, status=status)
