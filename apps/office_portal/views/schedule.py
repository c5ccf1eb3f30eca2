"""The schedule: a day or a week of all technicians."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from apps.office_portal.forms.visits import DayForm
from apps.office_portal.schedule import schedule_page
from core.shop import today_here


def office_schedule(request: HttpRequest) -> HttpResponse:
    """Who is where and when, what has no visit yet, and what needs a new time."""
    form = DayForm(request.GET)
    form.is_valid()
    view = form.cleaned_data.get("view") or "week"
    day = form.cleaned_data.get("day") or today_here()
    return render(request, "office_portal/schedule.html", schedule_page(view, day))
