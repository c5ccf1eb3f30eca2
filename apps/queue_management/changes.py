"""What has changed, as one person may know it: for polling, and for the stream of events.

Positions of the audit chain are given out in the order of commits, so whoever remembers the last
one that they read misses nothing (``apps.audit.queries.head_position``).
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from operator import attrgetter
from typing import Any

from django.db.models import QuerySet

from apps.audit.models import AuditEntry
from apps.audit.queries import entries_after, entries_between, public_view
from apps.jobs.models import Job, JobTask
from apps.repairs.enums import QueueStatus
from apps.repairs.models import Repair
from apps.repairs.rules import sees_internal
from apps.repairs.wording import timeline
from apps.scheduling.models import Appointment
from apps.technicians.rules import technician_of
from core.enums import Role
from core.models import User
from core.templatetags.status_words import Reader

REPAIR = Repair._meta.label_lower
# What pages show and programs follow.
MODELS: Mapping[str, Any] = {
    model._meta.label_lower: model for model in (Repair, Job, JobTask, Appointment)
}
KINDS = tuple(MODELS)
# Of what has left somebody's sight, only so much of the newest is told.
MOST_LEFT = 500
LEFT = "left"
LEFT_TEXT = "It is no longer among what you see"


@dataclass(frozen=True, slots=True)
class Change:
    """That something happened to an object; what it is now, its own address tells.

    Attributes:
        position: Its place in the order of all changes.
        kind: What sort of object it is.
        id: The object.
        verb: What was done; ``left`` where it is out of the reader's sight since.
        at: When.
        name: The object's name.
        text: What was done, in a sentence; empty where that is the shop's own business.
        actor: Who did it; empty as well.
        own: Whether the reader did it.
    """

    position: int
    kind: str
    id: int
    verb: str
    at: dt.datetime
    name: str
    text: str
    actor: str
    own: bool


def changes_between(user: User, *, after: int, until: int, limit: int) -> list[Change]:
    """The first changes with positions in ``(after, until]``, in order.

    Each kind is asked for by itself, as its index goes.
    """
    found = [
        entries_between(
            model.objects.visible_to(user),
            after=after,
            until=until,
            public_only=kind == REPAIR and not sees_internal(user),
            limit=limit,
        )
        for kind, model in MODELS.items()
    ]
    entries = sorted(chain.from_iterable(found), key=attrgetter("position"))[:limit]
    end = entries[-1].position if len(entries) == limit else until
    left = [change for change in _left(user, after) if change.position <= end]
    told = [_told(user, entry) for entry in entries]
    return sorted([*told, *left], key=attrgetter("position"))


def changes_among(user: User, entries: Sequence[AuditEntry]) -> list[Change]:
    """Those of the entries that ``changes_between`` would tell this person, for who has read them.

    It costs a statement for each kind among them.
    """
    ids: dict[str, set[int]] = defaultdict(set)
    for entry in entries:
        ids[entry.target_type].add(entry.target_id)
    seen = {kind: _visible(user, MODELS[kind].objects, wanted) for kind, wanted in ids.items()}
    told = []
    for entry in entries:
        if entry.target_id in seen[entry.target_type]:
            if entry.is_public or entry.target_type != REPAIR or sees_internal(user):
                told.append(_told(user, entry))
        elif _has_left(user, entry):
            told.append(_without(entry))
    return told


def _visible(user: User, rows: Any, wanted: Collection[int]) -> set[int]:
    visible: QuerySet[Any, int] = rows.visible_to(user).filter(pk__in=wanted)
    return set(visible.values_list("pk", flat=True))


def _left(user: User, after: int) -> Iterable[Change]:
    """What a technician saw, and sees no longer."""
    if user.role != Role.TECHNICIAN:
        return []
    entries = entries_after(after, kinds=KINDS, limit=MOST_LEFT, newest_first=True)
    gone = [entry for entry in entries if _has_left(user, entry)]
    return [change for change in changes_among(user, gone) if change.verb == LEFT]


def _has_left(user: User, entry: AuditEntry) -> bool:
    """Whether a technician saw the object until the entry: it was theirs, or asked for by all."""
    if user.role != Role.TECHNICIAN:
        return False
    technician = technician_of(user)
    before = {change["field"]: change["old"] for change in entry.changes}
    was_own = technician is not None and before.get("technician") == technician.pk
    was_asked_for = before.get("queue_status") == QueueStatus.REQUESTED
    return was_own or was_asked_for or before.get("assigned_to") == user.pk


def _told(user: User, entry: AuditEntry) -> Change:
    if not sees_internal(user) and entry.target_type == REPAIR:
        entry = public_view(entry)
    is_told = entry.is_public or user.role != Role.CUSTOMER
    reader: Reader = "customer" if user.role == Role.CUSTOMER else "office"
    return Change(
        **_named(entry),
        verb=entry.verb,
        name=entry.target_label,
        text=timeline([entry], reader=reader)[0].text if is_told else "",
        actor=entry.actor_name if is_told else "",
        own=entry.actor_id == user.pk,
    )


def _without(entry: AuditEntry) -> Change:
    named = _named(entry)
    return Change(**named, verb=LEFT, name=entry.target_label, text=LEFT_TEXT, actor="", own=False)


def _named(entry: AuditEntry) -> dict[str, Any]:
    kind = entry.target_type.rpartition(".")[2]
    return {"position": entry.position, "kind": kind, "id": entry.target_id, "at": entry.at}
