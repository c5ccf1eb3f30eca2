"""One of a customer's repairs: decisions, pictures, notes."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from apps.customer_portal.forms import NotesForm, PhotoForm
from apps.customer_portal.member import member_of
from apps.customer_portal.page_data import repair_page
from apps.notifications.pages import messages_page
from apps.notifications.queries import told_to_customer
from apps.portal_pages.messages import deliveries_about_repair
from apps.portal_pages.photos import add_photos
from apps.queue_management import use_cases
from apps.queue_management.use_cases import Reason
from apps.repairs.came_back import CameBackForm, came_back_page
from apps.repairs.forms import ReasonForm
from apps.repairs.models import Repair
from apps.repairs.queries import repair_list
from core.models import User
from core.pages import (
    attempt,
    person,
    press,
    see_other,
    sent_once,
    version_from,
)


def customer_repair_detail(request: HttpRequest, repair_id: int) -> HttpResponse:
    """One repair."""
    return show_repair(request, repair_id)


def customer_repair_messages(request: HttpRequest, repair_id: int) -> HttpResponse:
    """What one's own people were told about a repair, and what not."""
    repair = get_object_or_404(Repair.objects.visible_to(person(request)), pk=repair_id)
    return messages_page(
        request,
        told_to_customer(deliveries_about_repair(repair), repair.customer_id),
        about=f"Unit {repair.unit_number}",
        back=reverse("customer_repair_detail", args=[repair_id]),
        back_label="Repair",
    )


@sent_once
def customer_repair_approve(request: HttpRequest, repair_id: int) -> HttpResponse:
    """Let the work begin, at most at the price shown."""
    user, version = person(request), version_from(request)
    is_from_home = request.POST.get("from") == "home"
    to: dict[str, Any] = {} if is_from_home else {"repair_id": repair_id}
    return press(
        request,
        lambda: use_cases.approve_repair(actor=user, repair_id=repair_id, version=version),
        success="Approved. The technician is told.",
        back="customer_dashboard" if is_from_home else "customer_repair_detail",
        **to,
    )


@sent_once
def customer_repair_deny(request: HttpRequest, repair_id: int) -> HttpResponse:
    """Decline what is asked, with a reason."""
    return _end(request, repair_id, success="Declined. The technician is told.")


@sent_once
def customer_repair_cancel(request: HttpRequest, repair_id: int) -> HttpResponse:
    """Withdraw one's own request before work begins, with a reason."""
    return _end(request, repair_id, success="Cancelled. The technician is told.")


def _end(request: HttpRequest, repair_id: int, *, success: str) -> HttpResponse:
    user, version = person(request), version_from(request)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return show_repair(request, repair_id, ending=form)
    reason = Reason(code=form.cleaned_data["reason_code"], text=form.cleaned_data["reason"])
    return press(
        request,
        lambda: use_cases.deny_repair(
            actor=user, repair_id=repair_id, reason=reason, version=version
        ),
        success=success,
        back="customer_repair_detail",
        repair_id=repair_id,
    )


def customer_repair_photo(request: HttpRequest, repair_id: int) -> HttpResponse:
    """Add pictures of the damage."""
    find_repair(person(request), repair_id)
    form = PhotoForm(request.POST, request.FILES)
    if not form.is_valid():
        return show_repair(request, repair_id, photo=form)
    return add_photos(request, form, repair_id=repair_id, back="customer_repair_detail")


@sent_once
def customer_repair_note(request: HttpRequest, repair_id: int) -> HttpResponse:
    """Change the customer's own note."""
    user, form = person(request), NotesForm(request.POST)
    find_repair(user, repair_id)
    if form.is_valid():
        note = {"customer_notes": form.cleaned_data["customer_notes"]}
        saved = attempt(
            form,
            lambda: use_cases.edit_repair(
                actor=user, repair_id=repair_id, version=None, values=note
            ),
        )
        if saved is not None:
            return see_other("customer_repair_detail", repair_id=repair_id)
    return show_repair(request, repair_id, note=form)


def find_repair(user: User, repair_id: int) -> Repair:
    """The repair, if this person may see it; 404 otherwise."""
    return get_object_or_404(repair_list(user).select_related("unit"), pk=repair_id)


def show_repair(
    request: HttpRequest,
    repair_id: int,
    *,
    ending: ReasonForm | None = None,
    photo: PhotoForm | None = None,
    note: NotesForm | None = None,
    came_back: CameBackForm | None = None,
) -> HttpResponse:
    """The page of one repair, with the form that was refused, if one was."""
    member = member_of(request)
    repair = find_repair(member.user, repair_id)
    context = repair_page(member.user, repair) | came_back_page(member.user, repair, came_back)
    context |= {
        "ending": ending or ReasonForm(),
        "photo_form": photo or PhotoForm(),
        "note_form": note or NotesForm(initial={"customer_notes": repair.customer_notes}),
        "refused": ending or photo or note or came_back,
        "is_ending": ending is not None,
    }
    return render(request, "customer_portal/repair_detail.html", context)
