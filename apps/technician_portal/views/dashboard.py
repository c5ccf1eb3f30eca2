"""Today and notices."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from apps.portal_pages.notices import notices_page
from apps.technician_portal.decorators import technician_required
from apps.technician_portal.page_data import dashboard_of
from core.pages import person


@technician_required
def technician_dashboard(request: HttpRequest) -> HttpResponse:
    """Own work first, then the queue."""
    return render(request, "technician_portal/dashboard.html", dashboard_of(person(request)))


@technician_required
def technician_notices(request: HttpRequest) -> HttpResponse:
    """What happened, newest first; a POST marks all as read."""
    return notices_page(
        request,
        here="technician_notices",
        home="technician_dashboard",
        none_yet="Nothing yet. When work comes to you, it is told here.",
    )
