"""A notice to one person."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models

from core.enums import Role


class Notification(models.Model):
    """Something happened that this person should know; the key makes it one notice an event."""

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="notifications"
    )
    kind = models.CharField(max_length=50)
    target_type = models.CharField(max_length=60)
    target_id = models.BigIntegerField()
    target_label = models.CharField(max_length=300)
    text = models.CharField(max_length=500)
    key = models.CharField(max_length=150)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(fields=["recipient", "id"], name="notification_list_idx"),
            models.Index(
                fields=["recipient"],
                condition=models.Q(read_at=None),
                name="notification_unread_idx",
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["recipient", "key"], name="notification_once"),
        ]

    def __str__(self) -> str:
        return self.text


class TechnicianNotificationManager(models.Manager["TechnicianNotification"]):
    """Only the notices of technicians."""

    def get_queryset(self) -> "models.QuerySet[TechnicianNotification]":
        """Notices whose recipient is a technician."""
        return super().get_queryset().filter(recipient__role=Role.TECHNICIAN)


class TechnicianNotification(Notification):
    """A technician's notice, under the developer guide's name."""

    objects: ClassVar[Any] = TechnicianNotificationManager()

    class Meta:
        proxy = True
