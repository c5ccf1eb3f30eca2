"""Which messages a person wants by which way, and when not to be disturbed."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from core.clock import validate_zone


class MessageWishes(models.Model):
    """One person's choices; what is not in ``choices`` is as ``wishes.py`` has it."""

    AUDIT_IGNORED_FIELDS: ClassVar = {"version"}

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="message_wishes"
    )
    # "<group>.<way>": wanted or not.
    choices = models.JSONField(default=dict, blank=True)
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_until = models.TimeField(null=True, blank=True)
    time_zone = models.CharField(max_length=50, blank=True, validators=[validate_zone])
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name_plural = "message wishes"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(quiet_from=None, quiet_until=None)
                | models.Q(quiet_from__isnull=False, quiet_until__isnull=False)
                & ~models.Q(quiet_from=models.F("quiet_until")),
                name="wishes_quiet_hours_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"Messages for {self.user}"
