"""A page of notices, as the portals list them."""

from collections.abc import Iterable
from typing import Any

from apps.notifications.links import page_of
from apps.notifications.models import Notification
from core.models import User


def notice_lines(notices: Iterable[Notification], reader: User) -> list[dict[str, Any]]:
    """What ``components/notice.html`` takes of each."""
    return [
        {
            "text": notice.text,
            "url": page_of(notice, reader),
            "at": notice.created_at,
            "read": notice.read_at is not None,
        }
        for notice in notices
    ]
