"""What needs the office today, and its notices."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from apps.office_portal.page_data import today
from apps.portal_pages.notices import notices_page
from core.pages import person, sent_once


def office_dashboard(request: HttpRequest) -> HttpResponse:
    """What needs me now."""
    return render(request, "office_portal/dashboard.html", today(person(request)))


@sent_once
def office_notices(request: HttpRequest) -> HttpResponse:
    """Notices, the newest first; a POST marks all of them as read."""
    return notices_page(
        request,
        here="office_notices",
        home="office_dashboard",
        none_yet="Nothing yet. What happens in the shop is told here.",
    )
