"""Technicians: their load, profile, hours and days off."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render

from apps.office_portal.exports import technicians_csv
from apps.office_portal.forms.technicians import DaysOffForm, ProfileForm
from apps.office_portal.page_data import technicians
from apps.portal_pages.technicians import Save, save_days, save_hours
from apps.queue_management import use_cases
from apps.technicians.forms import week_of
from apps.technicians.models import Technician, TimeOff
from core.models import User
from core.pages import REFUSED, attempt, person, press, see_other, sent_once, version_from
from core.shop import shop_today


def office_technicians(request: HttpRequest) -> HttpResponse:
    """Technicians, their load, who is away."""
    context = {"technicians": technicians(), "today": shop_today()}
    return render(request, "office_portal/technicians.html", context)


def office_technicians_csv(_request: HttpRequest) -> StreamingHttpResponse:
    """The same list as a file."""
    return technicians_csv(technicians())


@sent_once
def office_technician_out(request: HttpRequest, technician_id: int) -> HttpResponse:
    """Mark a technician as away today, or back again."""
    user, is_out = person(request), request.POST.get("out") == "yes"
    day = shop_today() if is_out else None
    return press(
        request,
        lambda: use_cases.set_technician_out(actor=user, technician_id=technician_id, day=day),
        success="Away today; what was not started went to others." if is_out else "Back again.",
        back="office_technicians",
    )


@sent_once
def office_technician(request: HttpRequest, technician_id: int) -> HttpResponse:
    """One technician; a POST saves one part: the profile, the week, days off."""
    user = person(request)
    technician = get_object_or_404(technicians(), pk=technician_id)
    part = request.POST.get("part", "")
    if request.method == "POST" and part not in SAVES:
        raise Http404
    version = technician.version
    shown = _forms(request, user, technician, part)
    if part and shown[part].is_valid() and SAVES[part](user, technician, request, shown[part]):
        messages.success(request, "Saved.")
        return see_other("office_technician", technician_id=technician_id)
    return _show(request, technician, version, shown)


def _forms(request: HttpRequest, user: User, technician: Technician, part: str) -> dict[str, Any]:
    sent = {part: request.POST} if request.method == "POST" else {}
    is_own = technician.user_id == user.pk
    return {
        "profile": ProfileForm(sent.get("profile"), instance=technician, is_own=is_own),
        "hours": week_of(technician, sent.get("hours")),
        "days_off": DaysOffForm(sent.get("days_off")),
    }


def _show(
    request: HttpRequest, technician: Technician, version: int, shown: dict[str, Any]
) -> HttpResponse:
    is_refused = any(form.is_bound for form in shown.values())
    context = {
        "technician": technician,
        "version": version,
        "time_off": technician.time_off.filter(last_day__gte=shop_today()),
        **shown,
    }
    status = REFUSED if is_refused else 200
    return render(request, "office_portal/technician.html", context, status=status)


def _save_profile(
    user: User, technician: Technician, request: HttpRequest, form: ProfileForm
) -> bool:
    return bool(
        attempt(
            form,
            lambda: use_cases.edit_technician(
                actor=user,
                technician_id=technician.pk,
                version=version_from(request),
                values=form.values(),
                skills=form.skill_names(),
            ),
        )
    )


SAVES: dict[str, Save] = {
    "profile": _save_profile,
    "hours": save_hours,
    "days_off": save_days,
}


@sent_once
def office_time_off_remove(request: HttpRequest, time_off_id: int) -> HttpResponse:
    """Take days off back."""
    user, days = person(request), get_object_or_404(TimeOff, pk=time_off_id)
    technician_id = days.technician_id
    return press(
        request,
        lambda: use_cases.remove_time_off(
            actor=user, technician_id=technician_id, time_off_id=time_off_id
        ),
        success="These days are taken back.",
        back="office_technician",
        technician_id=technician_id,
    )
