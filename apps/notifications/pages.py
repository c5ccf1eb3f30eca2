"""A person's notices, and what went out about an object, as every door shows them."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from apps.notifications.links import page_of
from apps.notifications.models import Delivery, Notification
from apps.notifications.queries import notifications_of
from apps.notifications.services import mark_all_read, mark_read
from core.errors import NotFound
from core.models import User
from core.pages import list_page, person, press, whole_number


def notice_lines(notices: Iterable[Notification], reader: User) -> list[dict[str, Any]]:
    """What ``components/notice.html`` takes of each; who follows its link has read it."""
    return [
        {
            "pk": notice.pk,
            "text": notice.text,
            "url": reverse("notice_open", args=[notice.pk]) if page_of(notice, reader) else "",
            "at": notice.created_at,
            "read": notice.read_at is not None,
        }
        for notice in notices
    ]


def notices_page(
    request: HttpRequest, *, nothing: str, home: str, home_label: str = "Go home"
) -> HttpResponse:
    """What happened, newest first; a POST marks one notice as read, or all.

    Args:
        request: Of somebody signed in.
        nothing: What is said where there is none.
        home: Name of the address to go to then.
        home_label: The word on that button.
    """
    user = person(request)
    if request.method == "POST":
        return _mark(request, user)
    page = list_page(request, notifications_of(user), ordering=("-id",))
    context = {
        "page": page,
        "notices": notice_lines(page.rows, user),
        "nothing": nothing,
        "home_url": reverse(home),
        "home_label": home_label,
    }
    return render(request, "notices.html", context)


def messages_page(
    request: HttpRequest, rows: QuerySet[Delivery], *, about: str, back: str, back_label: str
) -> HttpResponse:
    """What was planned, sent, failed or left out, and why, newest first.

    Args:
        request: Of somebody who may see the object that the messages are about.
        rows: The messages.
        about: The object's name.
        back: Address of the object's page.
        back_label: The word on that link.
    """
    page = list_page(request, rows, ordering=("-id",), binding=request.path)
    context = {"page": page, "about": about, "back_url": back, "back_label": back_label}
    context["back_word"] = back_label.lower()
    return render(request, "messages.html", context)


def _mark(request: HttpRequest, user: User) -> HttpResponse:
    one, back = request.POST.get("notice"), request.get_full_path()
    if one is None:
        told = "All notices are marked as read."
        return press(request, lambda: mark_all_read(user=user), success=told, back=back)
    told = "Marked as read."
    return press(request, lambda: _mark_one(user, one), success=told, back=back)


def _mark_one(user: User, number: str) -> None:
    pk = whole_number(number)
    if pk is None:
        raise NotFound
    mark_read(user=user, notification_id=pk)
