"""What happened, as each portal tells it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url

from apps.notifications.pages import notice_lines
from apps.notifications.queries import notifications_of
from apps.notifications.services import mark_all_read
from core.pages import list_page, person, press


def notices_page(request: HttpRequest, *, here: str, home: str, none_yet: str) -> HttpResponse:
    """Notices, the newest first; a POST marks all of them as read.

    Args:
        request: Of whom they are.
        here: The page's own URL name.
        home: The URL name of the portal's first page.
        none_yet: The sentence for who has none.
    """
    user = person(request)
    if request.method == "POST":
        read = "All notices are marked as read."
        return press(request, lambda: mark_all_read(user=user), success=read, back=here)
    page = list_page(request, notifications_of(user), ordering=("-id",))
    context = {
        "page": page,
        "notices": notice_lines(page.rows, user),
        "here": resolve_url(here),
        "home_url": resolve_url(home),
        "none_yet": none_yet,
    }
    return render(request, "portal_pages/notices.html", context)
