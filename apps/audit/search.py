"""Finding entries among millions: every filter is answered by an index."""

import datetime as dt
from collections.abc import Collection

from django.db import connection, models

from apps.audit.models import AuditEntry

# The same words as in the index of the migration, else the planner does not use it.
WORDS = "to_tsvector('simple', target_label || ' ' || note)"
Entries = models.QuerySet[AuditEntry]
ORDERING = ("-position",)
AFTER_ALL = 2**62


def search(
    *,
    actors: Collection[int] | None = None,
    target_type: str = "",
    target_id: int | None = None,
    verb: str = "",
    since: dt.datetime | None = None,
    until: dt.datetime | None = None,
    text: str = "",
) -> Entries:
    """Entries that fit all of what is asked for; page them by ``ORDERING``.

    Args:
        actors: Ids of people; an empty collection finds nothing.
        target_type: Label of a model, as ``repairs.repair``.
        target_id: Id of an object, together with its type.
        verb: The whole verb, as ``repair.completed``.
        since: From this instant on.
        until: Before this instant.
        text: Words of the object's name or of the reason given.
    """
    entries: Entries = AuditEntry.objects.all()
    if actors is not None:
        entries = entries.filter(actor_id__in=actors)
    exact = {"target_type": target_type, "target_id": target_id, "verb": verb}
    entries = entries.filter(**{name: value for name, value in exact.items() if value})
    if since is not None:
        entries = entries.filter(position__gte=_position(since))
    if until is not None:
        entries = entries.filter(position__lt=_position(until))
    return _with_words(entries, text) if text.strip() else entries


def newest_of(target_types: Collection[str], *, number: int) -> list[AuditEntry]:
    """The newest entries about objects of these kinds, the newest first."""
    entries = AuditEntry.objects.filter(target_type__in=target_types)
    return list(entries.order_by(*ORDERING)[:number])


def newest_about(target: models.Model, *, number: int) -> list[AuditEntry]:
    """The newest entries about one object, the newest first; none about one that is not stored."""
    if target.pk is None:
        return []
    entries = search(target_type=target._meta.label_lower, target_id=target.pk)
    return list(entries.order_by(*ORDERING)[:number])


def _position(at: dt.datetime) -> int:
    """Where the entries from an instant on begin: positions are given out in the order of time."""
    first = AuditEntry.objects.filter(at__gte=at).order_by("at", "position")
    found = first.values_list("position", flat=True).first()
    return AFTER_ALL if found is None else found


def _with_words(entries: Entries, text: str) -> Entries:
    if connection.vendor == "postgresql":
        asked = f"{WORDS} @@ plainto_tsquery('simple', %s)"
        found: Entries = entries.extra(where=[asked], params=[text])  # noqa: S610 - a fixed text with a parameter
        return found
    for word in text.split():
        named = models.Q(target_label__icontains=word) | models.Q(note__icontains=word)
        entries = entries.filter(named)
    return entries
