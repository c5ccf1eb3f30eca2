"""Where a message leads."""

from contextlib import suppress

from django.conf import settings
from django.urls import NoReverseMatch, reverse

from apps.notifications.kinds import kind_of
from apps.notifications.models import Notification
from core.models import User


def page_of(notice: Notification, reader: User) -> str:
    """Path of the page about the notice's target, as its reader's role sees it; may be empty."""
    return path_for(notice.kind, notice.target_id, reader)


def path_for(kind: str, target_id: int, reader: User) -> str:
    """Path of the page about a target; empty where that role has none.

    Some pages take the target's id, others are the list that it stands in.
    """
    name = kind_of(kind).pages.get(reader.role)
    for arguments in ([target_id], []) if name else ():
        with suppress(NoReverseMatch):
            return reverse(name, args=arguments)
    return ""


def address(path: str) -> str:
    """The whole address of a path, for mail."""
    return f"{settings.PUBLIC_BASE_URL}{path}" if path else ""
