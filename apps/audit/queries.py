"""Reads of the trail."""

import datetime as dt
from collections.abc import Collection

from django.db import models

from apps.audit.models import AuditEntry, AuditHead


def history_of(target: models.Model, *, public_only: bool) -> list[AuditEntry]:
    """An object's entries, oldest first; the public view also drops internal fields."""
    entries = AuditEntry.objects.filter(
        target_type=target._meta.label_lower, target_id=target.pk
    ).order_by("position")
    if not public_only:
        return list(entries)
    return [public_view(entry) for entry in entries.filter(is_public=True)]


def public_view(entry: AuditEntry) -> AuditEntry:
    """What a customer may read of a public entry."""
    entry.changes = [change for change in entry.changes if not change.get("internal")]
    entry.note = ""
    return entry


def head_position() -> int:
    """The newest position; entries come into sight in the order of their positions, none late."""
    return AuditHead.objects.filter(pk=1).values_list("position", flat=True).first() or 0


def position_at(instant: dt.datetime) -> int:
    """The newest position that was written before an instant."""
    written = AuditEntry.objects.filter(at__lt=instant).order_by("-at", "-position")
    return written.values_list("position", flat=True).first() or 0


def entries_after(
    position: int, *, kinds: Collection[str], limit: int, newest_first: bool = False
) -> list[AuditEntry]:
    """Entries about objects of these kinds behind a position, whoever may see them."""
    entries = AuditEntry.objects.filter(target_type__in=kinds, position__gt=position)
    return list(entries.order_by("-position" if newest_first else "position")[:limit])


def entries_between(
    targets: "models.QuerySet[models.Model]",
    *,
    after: int,
    until: int,
    public_only: bool,
    limit: int,
) -> list[AuditEntry]:
    """Entries about these objects with positions in ``(after, until]``, oldest first."""
    entries = AuditEntry.objects.filter(
        target_type=targets.model._meta.label_lower,
        target_id__in=targets.order_by().values("pk"),
        position__gt=after,
        position__lte=until,
    )
    if public_only:
        entries = entries.filter(is_public=True)
    return list(entries.order_by("position")[:limit])
