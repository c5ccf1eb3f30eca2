"""Home and notices."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from apps.customer_portal.member import find_member
from apps.customer_portal.page_data import home_of
from apps.notifications.pages import notice_lines
from apps.notifications.queries import notifications_of
from apps.notifications.services import mark_all_read
from core.pages import list_page, person, press


def customer_dashboard(request: HttpRequest) -> HttpResponse:
    """What needs the customer first."""
    member = find_member(request)
    if member is None:
        return render(request, "customer_portal/no_company.html")
    return render(request, "customer_portal/home.html", home_of(member))


def customer_notices(request: HttpRequest) -> HttpResponse:
    """What happened, newest first; a POST marks all as read."""
    user = person(request)
    if request.method == "POST":
        return press(
            request,
            lambda: mark_all_read(user=user),
            success="All notices are marked as read.",
            back="customer_notices",
        )
    page = list_page(request, notifications_of(user), ordering=("-id",))
    lines = notice_lines(page.rows, user)
    return render(request, "customer_portal/notices.html", {"page": page, "notices": lines})
