"""Browsers in which people want to see messages."""

from typing import ClassVar

from django.conf import settings
from django.db import models


class PushSubscription(models.Model):
    """One browser of one person, at its maker's push service; deleted when it ends.

    Whoever has the endpoint and the keys can show things in that browser, so they are secret.
    """

    AUDIT_SECRET_FIELDS: ClassVar = {"endpoint", "p256dh", "auth"}
    AUDIT_IGNORED_FIELDS: ClassVar = {"endpoint_hash", "created_at"}

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="push_subscriptions"
    )
    endpoint = models.CharField(max_length=1000)
    endpoint_hash = models.CharField(max_length=64, unique=True)
    p256dh = models.CharField(max_length=100)
    auth = models.CharField(max_length=30)
    service = models.CharField(max_length=100)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [models.Index(fields=["user", "id"], name="push_of_user_idx")]

    def __str__(self) -> str:
        return f"A browser of {self.user}, by {self.service}"
