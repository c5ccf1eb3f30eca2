"""What the pages of a customer's vehicles show, read at a constant number of statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from apps.audit.queries import history_of
from apps.repairs.enums import OPEN_STATUSES, QueueStatus
from apps.repairs.glass_map import glass_map
from apps.repairs.models import Repair, Unit
from apps.repairs.queries import repair_list
from apps.repairs.quotes import quotes_for_new
from apps.repairs.wording import timeline
from core.models import CustomerUser

MOST_REPAIRS = 50


@dataclass(frozen=True)
class Listed:
    """A unit of the list, with how much was done and is under way."""

    unit: Unit
    done: int
    under_way: int


def with_counts(units: Sequence[Unit]) -> list[Listed]:
    """The units of a page, with their repairs counted in one statement."""
    counted = (
        Repair.objects.filter(unit__in=units)
        .order_by()
        .values("unit")
        .annotate(
            done=Count("pk", filter=Q(queue_status=QueueStatus.COMPLETED, voided_at=None)),
            under_way=Count("pk", filter=Q(queue_status__in=OPEN_STATUSES)),
        )
    )
    counts = {row["unit"]: (row["done"], row["under_way"]) for row in counted}
    return [Listed(unit, *counts.get(unit.pk, (0, 0))) for unit in units]


def unit_page(member: CustomerUser, unit: Unit) -> dict[str, Any]:
    """One vehicle: what the next repair costs, what was done and where on its glass.

    Args:
        member: Who looks.
        unit: Read with its ``sticker``.
    """
    repairs = list(repair_list(member.user).filter(unit=unit)[:MOST_REPAIRS])
    (next_quote,) = quotes_for_new(member.customer, [unit.number])
    return {
        "unit": unit,
        "next_quote": next_quote,
        **glass_map(member.user, repairs, photo_page="customer_photo"),
        "sticker": getattr(unit, "sticker", None),
        "timeline": timeline(history_of(unit, public_only=True), reader="customer"),
        "may_request": member.has_right("can_request"),
    }
