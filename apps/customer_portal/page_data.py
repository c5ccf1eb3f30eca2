"""What the portal's pages show, read at a constant number of statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from apps.audit.queries import history_of
from apps.repairs.enums import QueueStatus
from apps.repairs.models import Repair, Unit
from apps.repairs.pricing import Quote
from apps.repairs.queries import (
    photos_visible_to,
    quote_now,
    repair_history,
    repair_list,
)
from apps.repairs.quotes import quotes_for_new, quotes_of
from apps.repairs.rules import allowed_moves
from apps.repairs.statistics import customer_statistics
from apps.repairs.wording import photo_lines, price_label, timeline, to_customer
from core.models import CustomerUser, User

MOST_WAITING = 100
MOVING = (QueueStatus.IN_PROGRESS, QueueStatus.APPROVED, QueueStatus.REQUESTED)
ENDED = (QueueStatus.COMPLETED, QueueStatus.DENIED)
UNPRICED = (QueueStatus.DENIED,)


@dataclass(frozen=True)
class Question:
    """What is to be approved or declined together: one repair, or the rows of one batch."""

    repairs: Sequence[Repair]
    amount: Decimal
    batch_id: int | None

    @property
    def first(self) -> Repair:
        """The one that stands for all."""
        return self.repairs[0]

    @property
    def is_single(self) -> bool:
        """Whether there is one row only."""
        return len(self.repairs) == 1


def home_of(member: CustomerUser) -> dict[str, Any]:
    """What needs the customer, what moves, what it came to."""
    repairs = repair_list(member.user)
    waiting = list(
        repairs.filter(queue_status=QueueStatus.PENDING).select_related("unit__repair_count")[
            : MOST_WAITING + 1
        ]
    )
    return {
        "member": member,
        "may_approve": member.has_right("can_approve"),
        "may_request": member.has_right("can_request"),
        "questions": questions_of(member, waiting),
        "has_more_questions": len(waiting) > MOST_WAITING,
        "moving": sorted(repairs.filter(queue_status__in=MOVING)[:6], key=_how_far),
        "ended": list(repairs.filter(queue_status__in=ENDED)[:3]),
        "figures": customer_statistics(member.customer_id),
    }


def _how_far(repair: Repair) -> int:
    return MOVING.index(QueueStatus(repair.queue_status))


def questions_of(member: CustomerUser, waiting: Sequence[Repair]) -> list[Question]:
    """Waiting repairs, those of one batch together; a batch cut off at the end is left out."""
    quotes = quotes_of(member.customer, waiting)
    groups: dict[object, list[Repair]] = {}
    for repair in waiting:
        groups.setdefault(repair.repair_batch_id or f"repair {repair.pk}", []).append(repair)
    if len(waiting) > MOST_WAITING:
        groups.pop(waiting[-1].repair_batch_id or f"repair {waiting[-1].pk}")
    return [_question(group, quotes) for group in groups.values()]


def _question(repairs: list[Repair], quotes: dict[int, Quote]) -> Question:
    amount = sum((quotes[repair.pk].amount for repair in repairs), Decimal("0.00"))
    return Question(repairs, amount, repairs[0].repair_batch_id)


def repair_page(user: User, repair: Repair) -> dict[str, Any]:
    """One repair: its price explained, its pictures, its history, what may be done."""
    return {
        "repair": repair,
        "quote": None if repair.queue_status in UNPRICED else quote_now(repair),
        "price_label": price_label(repair),
        "photos": photo_lines(
            photos_visible_to(user).filter(repair=repair), url_name="customer_photo"
        ),
        "clause": to_customer(repair.approval_clause),
        "timeline": timeline(repair_history(user, repair), reader="customer"),
        "moves": allowed_moves(user, repair),
    }


def unit_page(member: CustomerUser, unit: Unit) -> dict[str, Any]:
    """One vehicle: what the next repair costs, what was done."""
    repairs: QuerySet[Repair] = repair_list(member.user).filter(unit=unit)
    (next_quote,) = quotes_for_new(member.customer, [unit.number])
    return {
        "unit": unit,
        "next_quote": next_quote,
        "repairs": repairs[:50],
        "timeline": timeline(history_of(unit, public_only=True), reader="customer"),
        "may_request": member.has_right("can_request"),
    }
