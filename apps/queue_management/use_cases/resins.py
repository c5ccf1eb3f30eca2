"""The owner's table of resins by temperature of the glass."""

from collections.abc import Sequence

from apps.audit.recorder import change, record
from apps.audit.use_case import use_case
from apps.people.editing import CORRECT
from apps.repairs import viscosity
from apps.repairs.models import RESIN_LENGTH, ResinTable
from apps.repairs.queries import resins_in_force
from apps.repairs.viscosity import Range
from core.errors import Forbidden, Invalid, PreconditionFailed
from core.keys import is_printable
from core.models import User
from core.rules import is_admin


@use_case
def set_resins(
    *, actor: User, ranges: Sequence[Range], version: int | None = None
) -> ResinTable | None:
    """Put a new version of the table in force; the same one writes nothing.

    Args:
        actor: An admin.
        ranges: From the coldest on, each with its upper bound, the last one without.
        version: Id of the version that the caller has read; ``None`` for the built-in one, or
            when it does not matter.

    Returns:
        The version in force, or ``None`` while it is the built-in one.

    Raises:
        Forbidden: Only admins.
        PreconditionFailed: Somebody changed it since it was read.
        Invalid: ``resins_not_valid``, told row by row (``rows.1.below``).
    """
    if not is_admin(actor):
        raise Forbidden("Only the office decides this.")
    table, present = resins_in_force()
    if version is not None and (table is None or version != table.pk):
        raise PreconditionFailed(extra={"version": table.pk if table else None})
    wanted = [Range(each.below, each.resin.strip()) for each in ranges]
    _check(wanted)
    if wanted == list(present):
        return table
    successor = ResinTable(ranges=viscosity.stored(wanted), created_by=actor)
    successor.save()
    told = change("resins", _told(present), _told(wanted))
    record(actor=actor, verb="resins.changed", target=successor, changes=[told])
    return successor


def _told(ranges: Sequence[Range]) -> str:
    return "; ".join(f"{span}: {resin}" for span, resin in viscosity.in_words(ranges))


def _check(ranges: Sequence[Range]) -> None:
    errors = viscosity.faults(ranges)
    for place, each in enumerate(ranges):
        if not 1 <= len(each.resin) <= RESIN_LENGTH or not is_printable(each.resin):
            told = f"Name the resin in at most {RESIN_LENGTH} printable characters."
            errors[f"rows.{place}.resin"] = [told]
    if errors:
        raise Invalid(CORRECT, code="resins_not_valid", errors=errors)
