"""Home and notices."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from apps.customer_portal.member import find_member
from apps.customer_portal.page_data import home_of
from apps.portal_pages.notices import notices_page


def customer_dashboard(request: HttpRequest) -> HttpResponse:
    """What needs the customer first."""
    member = find_member(request)
    if member is None:
        return render(request, "customer_portal/no_company.html")
    return render(request, "customer_portal/home.html", home_of(member))


def customer_notices(request: HttpRequest) -> HttpResponse:
    """What happened, newest first; a POST marks all as read."""
    return notices_page(
        request,
        here="customer_notices",
        home="customer_dashboard",
        none_yet="Nothing yet. When something happens with your repairs, it is told here.",
    )
