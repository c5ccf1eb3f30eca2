"""What needs the office today, and its notices."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from apps.notifications.pages import notice_lines
from apps.notifications.queries import notifications_of
from apps.notifications.services import mark_all_read
from apps.office_portal.page_data import today
from core.pages import list_page, person, press, sent_once


def office_dashboard(request: HttpRequest) -> HttpResponse:
    """What needs me now."""
    return render(request, "office_portal/dashboard.html", today(person(request)))


@sent_once
def office_notices(request: HttpRequest) -> HttpResponse:
    """Notices, the newest first; a POST marks all of them as read."""
    user = person(request)
    if request.method == "POST":
        return press(
            request,
            lambda: mark_all_read(user=user),
            success="All notices are read.",
            back="office_notices",
        )
    page = list_page(request, notifications_of(user), ordering=("-id",))
    context = {"page": page, "notices": notice_lines(page.rows, user)}
    return render(request, "office_portal/notices.html", context)
