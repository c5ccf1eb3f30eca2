"""What people choose for themselves: which messages by which way, and their quiet hours."""

import datetime as dt
from collections.abc import Mapping

from django.core.exceptions import ValidationError

from apps.audit.recorder import record, snapshot
from apps.audit.use_case import use_case
from apps.notifications.enums import MessageGroup, Way
from apps.notifications.kinds import all_kinds
from apps.notifications.models import MessageWishes
from apps.notifications.wishes import DEFAULTS, LOCKED
from core.clock import validate_zone
from core.errors import Invalid, PreconditionFailed
from core.models import User

CORRECT = "Please correct what is marked."


def groups_of(user: User) -> list[MessageGroup]:
    """What this person gets messages about: of which there is a kind for their role."""
    told = {kind.group for kind in all_kinds() if not kind.roles or user.role in kind.roles}
    return [group for group in MessageGroup if group in told]


def wishes_of(user: User) -> MessageWishes:
    """What somebody has chosen; not stored yet where they have never chosen."""
    return MessageWishes.objects.filter(user=user).first() or MessageWishes(user=user)


@use_case
def change_wishes(
    *,
    actor: User,
    version: int | None,
    choices: Mapping[str, bool],
    quiet_from: dt.time | None,
    quiet_until: dt.time | None,
    time_zone: str,
) -> MessageWishes:
    """Change one's own choices; the same ones write nothing.

    Args:
        actor: Whose they are.
        version: The version that they have read; ``None`` when it does not matter.
        choices: By "<group>.<way>"; what is left out stays as it is.
        quiet_from: Local time from which they are not disturbed.
        quiet_until: Local time until then; both or neither.
        time_zone: The clock of these hours; empty for that of their place or the shop.

    Raises:
        Invalid: An unknown choice, one that cannot be switched off, half of the quiet hours.
        PreconditionFailed: They have changed them elsewhere since.
    """
    _check(choices, quiet_from, quiet_until, time_zone)
    MessageWishes.objects.get_or_create(user=actor)
    wishes = MessageWishes.objects.select_for_update(no_key=True).get(user=actor)
    if version is not None and version != wishes.version:
        raise PreconditionFailed(extra={"version": wishes.version})
    before = snapshot(wishes)
    wanted = wishes.choices | dict(choices)
    wishes.choices = {
        name: is_wanted
        for name, is_wanted in sorted(wanted.items())
        if is_wanted != DEFAULTS[name.partition(".")[2]]
    }
    wishes.quiet_from, wishes.quiet_until, wishes.time_zone = quiet_from, quiet_until, time_zone
    if snapshot(wishes) != before:
        wishes.version += 1
        wishes.save()
        record(actor=actor, verb="messagewishes.changed", target=wishes, before=before)
    return wishes


def _check(
    choices: Mapping[str, bool], begins: dt.time | None, ends: dt.time | None, zone: str
) -> None:
    errors: dict[str, list[str]] = {}
    known = {f"{group}.{way}" for group in MessageGroup for way in Way}
    locked = {f"{group}.{way}" for group, way in LOCKED}
    for name, is_wanted in choices.items():
        if name not in known:
            errors["choices"] = [f"There is no “{name}” to choose."]
        elif name in locked and not is_wanted:
            errors["choices"] = [f"“{name}” is always sent: it is about your own account."]
    if (begins is None) != (ends is None):
        errors["quiet_until" if ends is None else "quiet_from"] = ["Fill in both, or neither."]
    elif begins is not None and begins == ends:
        errors["quiet_until"] = ["This must be another time than the begin."]
    if zone:
        try:
            validate_zone(zone)
        except ValidationError as error:
            errors["time_zone"] = error.messages
    if errors:
        raise Invalid(CORRECT, errors=errors)
