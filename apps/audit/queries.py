"""Reads of the trail."""

from django.db import models

from apps.audit.models import AuditEntry


def history_of(target: models.Model, *, public_only: bool) -> list[AuditEntry]:
    """An object's entries, oldest first; the public view also drops internal fields."""
    entries = AuditEntry.objects.filter(
        target_type=target._meta.label_lower, target_id=target.pk
    ).order_by("position")
    if not public_only:
        return list(entries)
    return [_public(entry) for entry in entries.filter(is_public=True)]


def _public(entry: AuditEntry) -> AuditEntry:
    entry.changes = [change for change in entry.changes if not change.get("internal")]
    entry.note = ""
    return entry
