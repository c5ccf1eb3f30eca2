"""What changed: a snapshot before, a difference after, secrets masked, internal fields marked.

A model says what is special about its fields by three class attributes, all optional:
``AUDIT_SECRET_FIELDS`` (only that they changed is told), ``AUDIT_INTERNAL_FIELDS`` (left out of
the public view) and ``AUDIT_IGNORED_FIELDS`` (derived or technical, never told).
"""

from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from core.models import User

Snapshot = dict[str, Any]
Change = dict[str, Any]
MASK = "••••"


@dataclass(frozen=True)
class Draft:
    """An entry on its way to the chain."""

    actor: User
    verb: str
    target_type: str
    target_id: int
    target_label: str
    changes: list[Change]
    note: str
    is_public: bool


pending: ContextVar[list[Draft] | None] = ContextVar("pending_audit_entries", default=None)


def snapshot(instance: models.Model) -> Snapshot:
    """The stored values of an object's own columns, as JSON can hold them."""
    ignored = getattr(type(instance), "AUDIT_IGNORED_FIELDS", ())
    return {
        field.name: _plain(getattr(instance, field.attname))
        for field in instance._meta.concrete_fields
        if field.name not in ignored and not field.primary_key
    }


def record(
    *,
    actor: User,
    verb: str,
    target: models.Model,
    before: Snapshot | None = None,
    public: bool = False,
    note: str = "",
    changes: list[Change] | None = None,
    force: bool = False,
) -> None:
    """Add one entry to those that the running use case will write.

    Args:
        actor: Who did it; ``User.objects.system()`` for background work.
        verb: What was done, as ``repair.completed``.
        target: The object it was done to, as it is now.
        before: ``snapshot(target)`` from before the change; ``None`` for a new object.
        public: Whether the customer may read it in the history.
        note: A reason given, kept with the entry; internal.
        changes: Differences beyond the object's own columns, in the stored form.
        force: Write the entry although no column changed (an event, not an edit).

    Raises:
        RuntimeError: No use case is running.
    """
    drafts = pending.get()
    if drafts is None:
        raise RuntimeError(f"“{verb}” was recorded outside a use case.")
    found = _differences(target, before) + (changes or [])
    if not found and not force:
        return
    drafts.append(
        Draft(
            actor=actor,
            verb=verb,
            target_type=target._meta.label_lower,
            target_id=target.pk,
            target_label=str(target)[:300],
            changes=found,
            note=note[:500],
            is_public=public,
        )
    )


def change(field: str, old: object, new: object, *, internal: bool = False) -> Change:
    """One difference in its stored form, for what is not a column of the target."""
    told: Change = {"field": field, "old": _plain(old), "new": _plain(new)}
    return told | {"internal": True} if internal else told


def _differences(target: models.Model, before: Snapshot | None) -> list[Change]:
    after = snapshot(target)
    empty = {None, ""}
    return [
        _describe(target, name, old, new)
        for name, new in after.items()
        if (old := (before or {}).get(name)) != new
        and not (before is None and isinstance(new, str | None) and new in empty)
    ]


def _describe(target: models.Model, name: str, old: object, new: object) -> Change:
    model = type(target)
    if name in getattr(model, "AUDIT_SECRET_FIELDS", ()):
        return change(name, MASK if old else None, MASK)
    told = change(name, old, new, internal=name in getattr(model, "AUDIT_INTERNAL_FIELDS", ()))
    labels = _labels(target, name, old, new)
    return told | labels


def _labels(target: models.Model, name: str, old: object, new: object) -> Change:
    field = target._meta.get_field(name)
    if isinstance(field, models.ForeignKey):
        known = _known(target, field)
        unknown = [key for key in (old, new) if key and key not in known]
        found = known | field.related_model._default_manager.in_bulk(unknown)
        return {
            side: str(found[key])
            for side, key in (("old_label", old), ("new_label", new))
            if key in found
        }
    if choices := dict(getattr(field, "flatchoices", ())):
        return {"old_label": choices.get(old, ""), "new_label": choices.get(new, "")}
    return {}


def _known(target: models.Model, field: "models.ForeignKey[Any, Any]") -> dict[Any, models.Model]:
    """The other end by its key where the target holds it already: no statement is needed then."""
    held = field.get_cached_value(target, default=None)
    return {getattr(target, field.attname): held} if held is not None else {}


def _plain(value: object) -> Any:
    if value is None or isinstance(value, bool | int | float | str | list | dict):
        return value
    try:
        return DjangoJSONEncoder().default(value)
    except TypeError:
        return str(value)
