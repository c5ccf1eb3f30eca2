"""The kernel's own books: what must happen later or at its hour, and what was answered already."""

from typing import ClassVar

from django.db import models


class OutboxMessage(models.Model):
    """Work that a committed change has promised; see ``core.outbox``.

    ``rung_at`` is set while a relay has rung for the row and no worker has come yet: the first
    one to come takes it away, so that the same ring heard five times is work once.
    """

    kind = models.CharField(max_length=50)
    key = models.CharField(max_length=200, unique=True)
    payload = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)
    next_at = models.DateTimeField()
    rung_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True, blank=True)
    dead_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering: ClassVar = ["id"]
        indexes: ClassVar = [
            models.Index(
                fields=["next_at"],
                condition=models.Q(done_at=None, dead_at=None),
                name="outbox_due_idx",
            ),
            models.Index(
                fields=["id"],
                condition=models.Q(dead_at__isnull=False, done_at=None),
                name="outbox_dead_idx",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class IdempotencyRecord(models.Model):
    """The answer given to a call, kept so that its repetition gets the same; 24 hours."""

    principal = models.CharField(max_length=60)
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    content_type = models.CharField(max_length=100)
    headers = models.JSONField(default=dict)
    body = models.BinaryField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["created_at"], name="idempotency_age_idx")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["principal", "key"], name="idempotency_once"),
        ]

    def __str__(self) -> str:
        return f"{self.principal} {self.key}"


class ScheduledRun(models.Model):
    """One time of one scheduled work; ``slot`` names the time, such as a day where the shop is."""

    name = models.CharField(max_length=50)
    slot = models.CharField(max_length=20)
    due_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=300, blank=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(fields=["name", "due_at"], name="scheduled_run_newest_idx")
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["name", "slot"], name="scheduled_run_once"),
        ]

    def __str__(self) -> str:
        return f"{self.name} of {self.slot}"


class Heartbeat(models.Model):
    """When a process of the background was last seen at work; one row a kind of process."""

    name = models.CharField(max_length=20, unique=True)
    seen_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name
