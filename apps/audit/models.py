"""The chain of entries and its head."""

from typing import Any, ClassVar

import pgtrigger
from django.db import models

# Where PostgreSQL tells who listens that entries were committed: the newest position, nothing else.
CHANNEL = "rs_changes"
TELL = f"PERFORM pg_notify('{CHANNEL}', max(position)::text) FROM fresh; RETURN NULL;"


class AuditEntryQuerySet(models.QuerySet["AuditEntry"]):
    """Entries are appended and read, on every database."""

    def update(self, **kwargs: Any) -> int:
        """Refuse: entries are never changed."""
        raise TypeError("Audit entries are never changed.")

    def delete(self) -> tuple[int, dict[str, int]]:
        """Refuse: the chain is append-only."""
        raise TypeError("Audit entries are never deleted.")


class AuditEntry(models.Model):
    """One change by one actor; names are kept as text, so that they survive people and objects."""

    position = models.PositiveBigIntegerField(unique=True)
    at = models.DateTimeField()
    actor_id = models.BigIntegerField()
    actor_name = models.CharField(max_length=310)
    verb = models.CharField(max_length=60)
    target_type = models.CharField(max_length=60)
    target_id = models.BigIntegerField()
    target_label = models.CharField(max_length=300)
    changes = models.JSONField(default=list)
    note = models.CharField(max_length=500, blank=True)
    is_public = models.BooleanField(default=False)
    request_id = models.CharField(max_length=64, blank=True)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    objects = AuditEntryQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-position"]
        verbose_name_plural = "audit entries"
        indexes: ClassVar = [
            models.Index(fields=["target_type", "target_id", "position"], name="audit_target_idx"),
            models.Index(fields=["actor_id", "position"], name="audit_actor_idx"),
            models.Index(fields=["target_type", "position"], name="audit_kind_idx"),
            models.Index(fields=["verb", "position"], name="audit_verb_idx"),
            models.Index(fields=["at", "position"], name="audit_at_idx"),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            # PostgreSQL says it when the transaction commits, and never when it does not.
            pgtrigger.Trigger(
                name="tell",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                referencing=pgtrigger.Referencing(new="fresh"),
                func=TELL,
            ),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Refuse: entries are appended by the outermost use case and never changed."""
        raise TypeError("Audit entries are written by apps.audit.use_case only.")

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Refuse: the chain is append-only."""
        raise TypeError("Audit entries are never deleted.")

    def __str__(self) -> str:
        return f"{self.position}: {self.actor_name} {self.verb} {self.target_label}"


class AuditHead(models.Model):
    """The newest position and hash: one row, locked last by every writer."""

    position = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="0" * 64)

    def __str__(self) -> str:
        return f"Head at {self.position}"
