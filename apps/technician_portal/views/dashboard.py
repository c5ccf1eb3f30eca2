"""Today and notices."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from apps.notifications.pages import notice_lines
from apps.notifications.queries import notifications_of
from apps.notifications.services import mark_all_read
from apps.technician_portal.decorators import technician_required
from apps.technician_portal.page_data import dashboard_of
from core.pages import list_page, person, press


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
