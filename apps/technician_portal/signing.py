"""What is shown to whoever approves at the vehicle."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from apps.repairs.enums import QueueStatus
from apps.repairs.models import Repair
from apps.repairs.pricing import Line, Quote
from apps.repairs.queries import takes_signatures
from apps.repairs.quotes import quotes_of
from core.money import ZERO


@dataclass(frozen=True)
class Offer:
    """Repairs that wait, and what they come to at most.

    Attributes:
        waiting: The repairs that a signature would approve.
        quotes: What each of all the repairs would cost now, by its id.
        lines: How the price comes about; of several repairs one line each.
        total: The most they cost together.
        refusal: Why nobody can sign now; empty when somebody can.
    """

    waiting: Sequence[Repair]
    quotes: Mapping[int, Quote]
    lines: Sequence[Line]
    total: Decimal
    refusal: str


def offer_of(repairs: Sequence[Repair]) -> Offer:
    """What can be signed of these repairs of one customer.

    Whoever sees a waiting repair in this portal is its technician or the office.

    Args:
        repairs: At least one, read with ``unit__repair_count``.
    """
    waiting = [repair for repair in repairs if repair.queue_status == QueueStatus.PENDING]
    quotes = quotes_of(repairs[0].customer, repairs)
    total = sum((quotes[repair.pk].amount for repair in waiting), ZERO)
    refusal = _refusal(repairs, waiting)
    return Offer(waiting, quotes, _lines(waiting, quotes), total, refusal)


def may_sign_now(repairs: Sequence[Repair]) -> bool:
    """Whether whoever stands at the vehicle can approve what waits of these repairs."""
    waiting = [repair for repair in repairs if repair.queue_status == QueueStatus.PENDING]
    return bool(waiting) and not _refusal(repairs, waiting)


def row_label(repair: Repair, number: int) -> str:
    """A row of a batch in words: "chip 2 of 3"."""
    damage = repair.get_damage_type_display()
    damage = "Break" if damage == "Unknown" else damage
    return f"{damage} {repair.break_number} of {number}"


def _lines(waiting: Sequence[Repair], quotes: Mapping[int, Quote]) -> list[Line]:
    if len(waiting) == 1:
        return list(quotes[waiting[0].pk].lines)
    return [
        Line("row", 0, f"Unit {repair.unit_number}: {_damage(repair)}", quotes[repair.pk].amount)
        for repair in waiting
    ]


def _damage(repair: Repair) -> str:
    return f"{repair.get_damage_type_display()}, break {repair.break_number}"


def _refusal(repairs: Sequence[Repair], waiting: Sequence[Repair]) -> str:
    if not waiting:
        return "Nothing waits for approval here."
    if not takes_signatures(repairs[0].customer):
        return "This customer decides itself: it has been asked, and you are told when it answers."
    return ""
