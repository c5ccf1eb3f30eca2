"""What was planned to be told to whom by which way, and what became of it."""

from typing import ClassVar

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from apps.notifications.enums import DeliveryState, MessageGroup, Way
from core.models import Customer


class Delivery(models.Model):
    """One message to one person or address by one way; the key makes it one an event.

    ``message_id`` is set before anything is handed over: all rows that went out in one message
    have the same, and a repetition after a crash carries it again.
    """

    key = models.CharField(max_length=200, unique=True)
    way = models.CharField(max_length=5, choices=Way)
    kind = models.CharField(max_length=50)
    group = models.CharField(max_length=10, choices=MessageGroup)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="deliveries"
    )
    # Where it goes or went: known from the beginning for somebody without an account.
    address = models.CharField(max_length=254, blank=True)
    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, null=True, related_name="deliveries"
    )
    target_type = models.CharField(max_length=60, blank=True)
    target_id = models.BigIntegerField(null=True)
    text = models.CharField(max_length=500)
    # What its text is made of; a way in is forgotten once it was sent.
    fields = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    state = models.CharField(max_length=7, choices=DeliveryState, default=DeliveryState.PLANNED)
    reason = models.CharField(max_length=200, blank=True)
    message_id = models.CharField(max_length=40, blank=True)
    planned_for = models.DateTimeField()
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        verbose_name_plural = "deliveries"
        indexes: ClassVar = [
            models.Index(fields=["target_type", "target_id", "id"], name="delivery_target_idx"),
            models.Index(fields=["customer", "id"], name="delivery_customer_idx"),
            models.Index(
                fields=["recipient", "way", "group"],
                condition=models.Q(state=DeliveryState.PLANNED),
                name="delivery_planned_idx",
            ),
            models.Index(
                fields=["message_id"],
                condition=~models.Q(message_id=""),
                name="delivery_message_idx",
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(state=DeliveryState.SENT, sent_at__isnull=False)
                & ~models.Q(message_id="")
                | ~models.Q(state=DeliveryState.SENT) & models.Q(sent_at=None),
                name="delivery_sent_has_instant",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=DeliveryState.SKIPPED) | ~models.Q(reason=""),
                name="delivery_skipped_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.text
