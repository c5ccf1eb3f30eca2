"""When a repair has come back, so that it is done again free of charge (DOMAIN, section 2)."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from apps.repairs.models import Repair
from core.clock import now
from core.shop import shop_settings


@dataclass(frozen=True)
class Warranty:
    """Whether a repair can be told to have come back, now."""

    refusal: str
    until: dt.datetime | None = None

    @property
    def holds(self) -> bool:
        """Whether it can."""
        return not self.refusal


def warranty_of(repair: Repair, redos: Iterable[Repair]) -> Warranty:
    """Whether this repair can be told to have come back, until when, and if not, why.

    Args:
        repair: The one that was done.
        redos: The repairs that did it again, as far as they may still be open.
    """
    months = shop_settings().redo_months
    if repair.completed_at is None or repair.voided_at:
        return Warranty("Only a completed repair of this customer can have come back.")
    until = repair.completed_at + dt.timedelta(days=months * 366 // 12)
    if repair.redo_of_id is not None:
        return Warranty(f"It came back before: name repair {repair.redo_of_id}, the first one.")
    if until < now():
        return Warranty(f"A repair can come back within {months} months.")
    if any(redo.is_open for redo in redos):
        return Warranty("This repair is being done again already.")
    return Warranty("", until)
