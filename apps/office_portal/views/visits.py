"""Visits: booked, looked at, moved, called off."""

import datetime as dt
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from apps.office_portal.forms.visits import CancelVisitForm, MoveVisitForm, VisitForm
from apps.office_portal.visit_data import Target, alternatives_of, target_of, visit_page
from apps.queue_management import use_cases
from apps.scheduling.models import Appointment
from apps.scheduling.notices import zone_of
from core.errors import DomainError, NotFound
from core.models import User
from core.pages import (
    REFUSED,
    attempt,
    person,
    see_other,
    sent_once,
    tell_in_form,
    version_from,
    whole_number,
)

Alternatives = list[dict[str, Any]]


@sent_once
def office_visit_new(request: HttpRequest) -> HttpResponse:
    """Book a visit for the repair, batch or job that the address names."""
    user = person(request)
    if not request.GET:
        return see_other("office_schedule")
    target = target_of(user, request.GET)
    if request.method != "POST":
        return _show_new(request, target, target.form(initial=_wanted(request)))
    form, alternatives = target.form(request.POST), Alternatives()
    if form.is_valid():
        try:
            visit, number = target.book(user, form, tell=_is_told(request))
        except DomainError as refusal:
            alternatives = _refuse(form, refusal)
        else:
            told = "The visit is" if number == 1 else f"{number} visits are"
            messages.success(request, f"{told} booked.")
            return see_other("office_visit", visit_id=visit.pk)
    return _show_new(request, target, form, alternatives)


def _show_new(
    request: HttpRequest,
    target: Target,
    form: VisitForm,
    alternatives: Alternatives | None = None,
) -> HttpResponse:
    context = {
        "target": target,
        "form": form,
        "alternatives": alternatives_of(alternatives or [], form.zone),
        "free": target.next_free() if not form.is_bound else [],
    }
    status = REFUSED if form.is_bound else 200
    return render(request, "office_portal/visit_new.html", context, status=status)


@sent_once
def office_visit(request: HttpRequest, visit_id: int) -> HttpResponse:
    """One visit; a POST moves it, and tells so or does not."""
    user = person(request)
    visit = _seen(user, visit_id)
    zone, wanted = zone_of(visit), _wanted(request)
    if request.method != "POST":
        return _show(request, visit, MoveVisitForm(visit=visit, zone=zone, wanted=wanted))
    form = MoveVisitForm(request.POST, visit=visit, zone=zone, wanted=wanted)
    if not form.is_valid():
        return _show(request, visit, form)
    try:
        use_cases.move_visit(
            actor=user,
            visit_id=visit_id,
            version=version_from(request),
            changes=form.changes(),
            confirm_hours=form.cleaned_data["confirm_hours"],
            tell=_is_told(request),
        )
    except NotFound as error:
        raise Http404 from error
    except DomainError as refusal:
        return _show(request, visit, form, alternatives=_refuse(form, refusal))
    messages.success(request, "Saved.")
    return see_other("office_visit", visit_id=visit_id)


@sent_once
def office_visit_cancel(request: HttpRequest, visit_id: int) -> HttpResponse:
    """Call a visit off, of a series also those that follow."""
    user, form = person(request), CancelVisitForm(request.POST)
    visit = _seen(user, visit_id)
    version = version_from(request)
    if not form.is_valid() or (
        attempt(
            form,
            lambda: use_cases.cancel_visit(
                actor=user,
                visit_id=visit_id,
                version=version,
                tell=_is_told(request),
                **form.cleaned_data,
            ),
        )
        is None
    ):
        move = MoveVisitForm(visit=visit, zone=zone_of(visit), wanted={})
        return _show(request, visit, move, cancel=form)
    messages.success(request, "Called off.")
    return see_other("office_visit", visit_id=visit_id)


def _show(
    request: HttpRequest,
    visit: Appointment,
    form: MoveVisitForm,
    *,
    cancel: CancelVisitForm | None = None,
    alternatives: Alternatives | None = None,
) -> HttpResponse:
    refused: forms.Form | None = cancel or (form if form.is_bound else None)
    context = visit_page(visit) | {
        "form": form,
        "cancel": cancel or CancelVisitForm(),
        "refused": refused,
        "is_moving": form.is_bound or bool(_wanted(request)),
        "alternatives": alternatives_of(alternatives or [], form.zone),
    }
    status = REFUSED if refused is not None else 200
    return render(request, "office_portal/visit.html", context, status=status)


def _seen(user: User, visit_id: int) -> Appointment:
    rows = Appointment.objects.visible_to(user)
    rows = rows.select_related(
        *("customer", "technician__user", "site", "repair", "job", "batch", "series"),
        *("created_by", "wished_by"),
    )
    return get_object_or_404(rows, pk=visit_id)


def _is_told(request: HttpRequest) -> bool:
    """Whether the button that was pressed tells people."""
    return request.POST.get("tell") != "no"


def _wanted(request: HttpRequest) -> dict[str, Any]:
    """What an address asks for: whom and when, as the grid writes it after a drag."""
    wanted: dict[str, Any] = {}
    technician = whole_number(request.GET.get("technician", ""))
    if technician is not None:
        wanted["technician"] = technician
    with suppress(ValueError):
        wanted["starts_at"] = dt.datetime.fromisoformat(request.GET.get("at", ""))
    return wanted


def _refuse(form: forms.Form, refusal: DomainError) -> Alternatives:
    """Put the refusal into the form; the free times that it names."""
    tell_in_form(form, refusal)
    found: Mapping[str, Any] = refusal.extra
    return list(found.get("alternatives", []))
