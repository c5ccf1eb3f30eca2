"""Today, notices, oneself."""

from calendar import day_name

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from apps.notifications.pages import notice_lines
from apps.notifications.queries import notifications_of
from apps.notifications.services import mark_all_read
from apps.queue_management import use_cases
from apps.technician_portal.decorators import technician_required
from apps.technician_portal.page_data import dashboard_of
from apps.technicians.rules import technician_of
from core.pages import list_page, person, press
from core.shop import shop_today


@technician_required
def technician_dashboard(request: HttpRequest) -> HttpResponse:
    """Own work first, then the queue."""
    return render(request, "technician_portal/dashboard.html", dashboard_of(person(request)))


@technician_required
def technician_notices(request: HttpRequest) -> HttpResponse:
    """What happened, newest first; a POST marks all as read."""
    user = person(request)
    if request.method == "POST":
        return press(
            request,
            lambda: mark_all_read(user=user),
            success="All notices are marked as read.",
            back="technician_notices",
        )
    page = list_page(request, notifications_of(user), ordering=("-id",))
    context = {"page": page, "notices": notice_lines(page.rows, user)}
    return render(request, "technician_portal/notices.html", context)


@technician_required
def technician_profile(request: HttpRequest) -> HttpResponse:
    """Hours and days off; a POST says "out today" or takes that back."""
    user, today = person(request), shop_today()
    technician = technician_of(user)
    if request.method == "POST":
        if technician is None:
            raise Http404
        is_out = request.POST.get("out") == "yes"
        return press(
            request,
            lambda: use_cases.set_technician_out(
                actor=user, technician_id=technician.pk, day=today if is_out else None
            ),
            success=_told(is_out=is_out),
            back="technician_profile",
        )
    context = {
        "technician": technician,
        "is_out": technician is not None and technician.out_on == today,
        "hours": [(day_name[span.weekday], span) for span in technician.hours.all()]
        if technician
        else [],
        "time_off": technician.time_off.filter(last_day__gte=today) if technician else [],
    }
    return render(request, "technician_portal/profile.html", context)


def _told(*, is_out: bool) -> str:
    if is_out:
        return "You are out today. What you had not started is given to others."
    return "You are back. New requests come to you again."
