"""Reads of a person's notices."""

from django.db.models import QuerySet

from apps.notifications.models import Notification
from core.models import User


def notifications_of(user: User) -> QuerySet[Notification]:
    """The person's notices, newest first."""
    return Notification.objects.filter(recipient=user).order_by("-id")


def unread_count(user: User) -> int:
    """How many notices they have not read."""
    return Notification.objects.filter(recipient=user, read_at=None).count()
