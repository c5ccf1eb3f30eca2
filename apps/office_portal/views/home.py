"""What needs the office today, and its notices."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from apps.notifications.pages import notices_page
from apps.office_portal.page_data import today
from core.pages import person


def office_dashboard(request: HttpRequest) -> HttpResponse:
    """What needs me now."""
    return render(request, "office_portal/dashboard.html", today(person(request)))


def office_notices(request: HttpRequest) -> HttpResponse:
    """What happened, newest first; a POST marks one or all as read."""
    nothing = "Nothing yet. What happens in the shop is told here."
    return notices_page(request, nothing=nothing, home="office_dashboard")
