"""What waits for the customer's word: repairs by themselves, and those of one batch together."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from django.http import Http404, HttpRequest

from apps.repairs.enums import QueueStatus
from apps.repairs.models import Repair
from apps.repairs.pricing import Quote
from apps.repairs.queries import repair_list
from apps.repairs.quotes import quotes_of
from core.models import CustomerUser
from core.money import MAXIMUM, ZERO, cents
from core.together import MOST_ROWS

DIGITS = 18


@dataclass(frozen=True)
class Row:
    """One repair that waits, and the most it would cost."""

    repair: Repair
    amount: Decimal

    @property
    def value(self) -> str:
        """What a form sends for it: the repair, and the amount that was shown."""
        return f"{self.repair.pk}:{self.amount}"


@dataclass(frozen=True)
class Question:
    """What is to be approved or declined together: one repair, or the rows of one batch."""

    rows: Sequence[Row]

    @property
    def amount(self) -> Decimal:
        """What they come to at most."""
        return total_of(self.rows)

    @property
    def batch_id(self) -> int | None:
        """The batch, unless it is a repair by itself."""
        return self.first.repair_batch_id

    @property
    def first(self) -> Repair:
        """The one that stands for all."""
        return self.rows[0].repair

    @property
    def is_single(self) -> bool:
        """Whether there is one row only."""
        return len(self.rows) == 1


@dataclass(frozen=True)
class Waiting:
    """All questions, oldest last; at most 100 rows, and whether there are more."""

    questions: Sequence[Question]
    has_more: bool

    @property
    def rows(self) -> list[Row]:
        """The rows of all questions."""
        return [row for question in self.questions for row in question.rows]

    @property
    def amount(self) -> Decimal:
        """What they come to at most."""
        return total_of(self.rows)


def total_of(rows: Sequence[Row]) -> Decimal:
    """The most that these rows cost together."""
    return sum((row.amount for row in rows), ZERO)


def waiting_of(member: CustomerUser) -> Waiting:
    """What waits for this customer; a batch cut off at the end is left out."""
    waiting = repair_list(member.user).filter(queue_status=QueueStatus.PENDING)
    repairs = list(waiting.select_related("unit__repair_count")[: MOST_ROWS + 1])
    quotes = quotes_of(member.customer, repairs)
    groups: dict[object, list[Repair]] = {}
    for repair in repairs:
        groups.setdefault(_group_of(repair), []).append(repair)
    has_more = len(repairs) > MOST_ROWS
    if has_more:
        groups.pop(_group_of(repairs[-1]))
    return Waiting([_question(group, quotes) for group in groups.values()], has_more)


def _group_of(repair: Repair) -> object:
    return repair.repair_batch_id or f"repair {repair.pk}"


def _question(repairs: list[Repair], quotes: dict[int, Quote]) -> Question:
    ordered = sorted(repairs, key=lambda repair: (repair.break_number or 0, repair.pk))
    return Question([Row(repair, quotes[repair.pk].amount) for repair in ordered])


def ticked_ids(texts: Sequence[str]) -> list[int]:
    """The repairs that a form names.

    Raises:
        Http404: One is no id; left out, other repairs than those shown would be decided.
    """
    if not all(text.isascii() and text.isdecimal() and len(text) <= DIGITS for text in texts):
        raise Http404
    return [int(text) for text in texts]


def ticked_rows(request: HttpRequest) -> tuple[list[int], Decimal]:
    """The repairs that a form of ``Row.value`` names, and what they were shown to come to.

    Raises:
        Http404: One is none; left out, other repairs than those shown would be decided.
    """
    pairs = [text.partition(":") for text in request.POST.getlist("repair")]
    ids = ticked_ids([text for text, _, _ in pairs])
    amounts = dict(zip(ids, (_amount(text) for _, _, text in pairs), strict=True))
    return list(amounts), sum(amounts.values(), ZERO)


def _amount(text: str) -> Decimal:
    try:
        amount = cents(text)
        is_possible = ZERO <= amount <= MAXIMUM
    except InvalidOperation as error:
        raise Http404 from error
    if not is_possible:
        raise Http404
    return amount
