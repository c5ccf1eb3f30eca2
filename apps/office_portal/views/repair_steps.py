"""What the office does with one repair; a refusal shows the form again with what was entered."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from apps.office_portal.forms.repairs import (
    AssignForm,
    MoveForm,
    PhotoForm,
    PriceForm,
    VoidForm,
)
from apps.office_portal.views.repair_page import show_repair
from apps.portal_pages.photos import add_photos
from apps.queue_management import use_cases
from apps.queue_management.use_cases import Reason
from apps.repairs.came_back import CameBackForm
from apps.repairs.enums import QueueStatus
from core.pages import attempt, person, press, see_other, sent_once, version_from
from core.templatetags.status_words import status_look


@sent_once
def office_repair_move(request: HttpRequest, repair_id: int) -> HttpResponse:
    """Move it along the table, with a reason where one is asked for."""
    user = person(request)
    form = MoveForm(request.POST, status=request.POST.get("status", ""))
    if not form.is_valid():
        return show_repair(request, repair_id, refused=form)
    sent = form.cleaned_data
    word = status_look(sent["status"], reader="office", reason_code=sent["reason_code"]).words
    return _step(
        request,
        repair_id,
        form,
        lambda: use_cases.move_repair(
            actor=user,
            repair_id=repair_id,
            target=QueueStatus(sent["status"]),
            reason=Reason(code=sent["reason_code"], text=sent["reason"]),
            version=version_from(request),
            confirm_duplicate=sent["confirm_duplicate"],
            finish_tasks=sent["finish_tasks"],
        ),
        success=f"{word}.",
    )


@sent_once
def office_repair_assign(request: HttpRequest, repair_id: int) -> HttpResponse:
    """Give it to a technician."""
    user, form = person(request), AssignForm(request.POST)
    if not form.is_valid():
        return show_repair(request, repair_id, refused=form)
    technician, is_pinned = form.cleaned_data["technician"], form.cleaned_data["pin"]
    return _step(
        request,
        repair_id,
        form,
        lambda: use_cases.assign_repair(
            actor=user,
            repair_id=repair_id,
            technician_id=technician.pk,
            pin=is_pinned,
            version=version_from(request),
        ),
        success=f"Assigned to {technician}.",
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
        return show_repair(request, repair_id, refused=form)
    return _step(
        request,
        repair_id,
        form,
        lambda: use_cases.void_repair(
            actor=user,
            repair_id=repair_id,
            reason=form.cleaned_data["reason"],
            version=version_from(request),
        ),
        success="Voided. The customer is told.",
    )


@sent_once
def office_repair_price(request: HttpRequest, repair_id: int) -> HttpResponse:
    """Set the price by hand, or let the lists decide again."""
    user, form = person(request), PriceForm(request.POST)
    if not form.is_valid():
        return show_repair(request, repair_id, refused=form)
    amount = form.cleaned_data["amount"]
    return _step(
        request,
        repair_id,
        form,
        lambda: use_cases.set_cost_override(
            actor=user,
            repair_id=repair_id,
            amount=amount,
            reason=form.cleaned_data["override_reason"],
            version=version_from(request),
        ),
        success="By the price lists again." if amount is None else "The price is set.",
    )


@sent_once
def office_repair_came_back(request: HttpRequest, repair_id: int) -> HttpResponse:
    """Ask for the same repair again, free of charge."""
    user, form = person(request), CameBackForm(request.POST)
    if not form.is_valid():
        return show_repair(request, repair_id, refused=form)
    again = attempt(
        form, lambda: use_cases.ask_again(actor=user, repair_id=repair_id, **form.cleaned_data)
    )
    if again is None:
        return show_repair(request, repair_id, refused=form)
    messages.success(request, "It is done again, free of charge.")
    return see_other("office_repair_detail", repair_id=again.pk)


def office_repair_photo(request: HttpRequest, repair_id: int) -> HttpResponse:
    """Add pictures."""
    form = PhotoForm(request.POST, request.FILES)
    if not form.is_valid():
        return show_repair(request, repair_id, refused=form)
    return add_photos(request, form, repair_id=repair_id, back="office_repair_detail")


def _step(
    request: HttpRequest,
    repair_id: int,
    form: forms.Form,
    action: Callable[[], object],
    *,
    success: str,
) -> HttpResponse:
    """Run a valid form's use case, then back to the page; refused, the form is shown again."""
    if attempt(form, action) is None:
        return show_repair(request, repair_id, refused=form)
    messages.success(request, success)
    return see_other("office_repair_detail", repair_id=repair_id)
