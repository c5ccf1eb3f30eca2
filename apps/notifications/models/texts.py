"""The owner's own words for a kind of message."""

from typing import ClassVar

from django.conf import settings
from django.db import models


class MessageText(models.Model):
    """One version of a kind's texts; the newest counts, none is ever edited.

    An empty text is the one as delivered, so a row of empty ones is "back to the original".
    """

    AUDIT_IGNORED_FIELDS: ClassVar = {"created_at", "created_by"}

    kind = models.CharField(max_length=50)
    notice = models.CharField(max_length=200, blank=True)
    body = models.TextField(max_length=3000, blank=True)
    sms = models.CharField(max_length=320, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [models.Index(fields=["kind", "id"], name="message_text_idx")]

    def __str__(self) -> str:
        return f"Text of {self.kind}, version {self.pk}"
