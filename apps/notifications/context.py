"""What every page shows of the reader's notices."""

from django.http import HttpRequest
from django.urls import reverse

from apps.notifications.queries import unread_count
from core.rules import is_signed_in


def notices(request: HttpRequest) -> dict[str, object]:
    """The address of the notices and how many are unread, for somebody signed in."""
    user = getattr(request, "user", None)
    if user is None or not is_signed_in(user):
        return {}
    return {"notices_url": reverse("notices"), "unread_notices": unread_count(user)}
