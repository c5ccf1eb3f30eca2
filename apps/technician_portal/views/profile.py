"""Oneself: out today, phone and home, hours, days off."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from apps.portal_pages.technicians import Save, save_days, save_hours
from apps.queue_management import use_cases
from apps.technician_portal.decorators import technician_required
from apps.technicians.forms import OwnProfileForm, TimeOffForm, week_of
from apps.technicians.models import Technician, TimeOff
from apps.technicians.rules import technician_of
from core.models import User
from core.pages import REFUSED, attempt, person, press, see_other, sent_once, version_from
from core.shop import shop_today


@technician_required
@sent_once
def technician_profile(request: HttpRequest) -> HttpResponse:
    """What one tells of oneself; a POST saves one part, or says "out today" or "back"."""
    user = person(request)
    technician = technician_of(user)
    if request.method == "POST":
        if technician is None:
            raise Http404
        return _save(request, user, technician)
    return _show(request, technician, {})


def _save(request: HttpRequest, user: User, technician: Technician) -> HttpResponse:
    part = request.POST.get("part", "out")
    if part == "out":
        return _set_out(request, user, technician)
    if part not in SAVES:
        raise Http404
    form = FORMS[part](technician, request.POST)
    if form.is_valid() and SAVES[part](user, technician, request, form):
        messages.success(request, "Saved.")
        return see_other("technician_profile")
    return _show(request, technician, {part: form})


def _show(
    request: HttpRequest, technician: Technician | None, refused: dict[str, Any]
) -> HttpResponse:
    context: dict[str, Any] = {"technician": technician}
    if technician is not None:
        today = shop_today()
        context |= {
            "is_out": technician.out_on == today,
            "time_off": technician.time_off.filter(last_day__gte=today),
            **{part: make(technician, None) for part, make in FORMS.items()},
        }
    status = REFUSED if refused else 200
    return render(request, "technician_portal/profile.html", context | refused, status=status)


def _set_out(request: HttpRequest, user: User, technician: Technician) -> HttpResponse:
    is_out = request.POST.get("out") == "yes"
    return press(
        request,
        lambda: use_cases.set_technician_out(
            actor=user, technician_id=technician.pk, day=shop_today() if is_out else None
        ),
        success=_told(is_out=is_out),
        back="technician_profile",
    )


def _told(*, is_out: bool) -> str:
    if is_out:
        return "You are out today. What you had not started is given to others."
    return "You are back. New requests come to you again."


def _save_profile(
    user: User, technician: Technician, request: HttpRequest, form: OwnProfileForm
) -> bool:
    return bool(
        attempt(
            form,
            lambda: use_cases.edit_technician(
                actor=user,
                technician_id=technician.pk,
                version=version_from(request),
                values=form.cleaned_data,
            ),
        )
    )


FORMS: dict[str, Callable[[Technician, Any], Any]] = {
    "profile": lambda technician, posted: OwnProfileForm(posted, instance=technician),
    "hours": week_of,
    "days_off": lambda _technician, posted: TimeOffForm(posted),
}
SAVES: dict[str, Save] = {
    "profile": _save_profile,
    "hours": save_hours,
    "days_off": save_days,
}


@technician_required
@sent_once
def own_time_off_remove(request: HttpRequest, time_off_id: int) -> HttpResponse:
    """Take one's own days off back."""
    user = person(request)
    days = get_object_or_404(TimeOff, pk=time_off_id, technician=technician_of(user))
    return press(
        request,
        lambda: use_cases.remove_time_off(
            actor=user, technician_id=days.technician_id, time_off_id=time_off_id
        ),
        success="These days are taken back.",
        back="technician_profile",
    )
