"""The price of a repair, with its explanation (DOMAIN, section 3). Pure: no database.

The order is: shop tier, the customer's own price, volume discount, override, then the limit that
the customer approved. A reward comes off afterwards, as the repair's ``discount``.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from core.money import ZERO, cents

DEFAULT_SCHEDULE = tuple(
    Decimal(amount) for amount in ("50.00", "40.00", "35.00", "30.00", "25.00")
)
BUILT_IN_VERSION = 0


@dataclass(frozen=True)
class Line:
    """One step of a price: which rule in which version did what, by which amount."""

    rule: str
    version: int
    text: str
    amount: Decimal


@dataclass(frozen=True)
class Quote:
    """An amount and why it is that; the lines add up to the amount."""

    amount: Decimal
    lines: tuple[Line, ...]

    def stored_lines(self) -> list[dict[str, Any]]:
        """The lines as JSON can hold them, amounts as strings."""
        return [asdict(line) | {"amount": str(line.amount)} for line in self.lines]


@dataclass(frozen=True)
class Schedule:
    """The shop's five tiers, from the first repair of a unit to the fifth and later."""

    amounts: tuple[Decimal, ...] = DEFAULT_SCHEDULE
    version: int = BUILT_IN_VERSION


@dataclass(frozen=True)
class OwnPrices:
    """A customer's own list; ``None`` falls back to the shop's tier, 0.00 is a price."""

    amounts: tuple[Decimal | None, ...]
    version: int
    volume_from: int | None = None
    volume_percent: Decimal = ZERO


@dataclass(frozen=True)
class Override:
    """A price set by a person, with the reason kept internally."""

    amount: Decimal


@dataclass(frozen=True)
class Basis:
    """Everything a price depends on.

    Attributes:
        unit_number: For the words only.
        nth: Which completed repair of the unit since its last new windshield this is, from 1.
        nth_in_month: Which completed repair of the customer in the calendar month, from 1.
        is_company: Falling prices are for companies; persons pay the first tier.
        is_redo: A repair that came back costs nothing.
        offer: Amount and lines that a batch offered; they stand, whatever the order of work.
        asked: What it would cost when the customer asked, or was asked last.
        approved: The most the customer agreed to; takes the place of ``asked``.
    """

    unit_number: str
    nth: int
    schedule: Schedule = Schedule()
    own: OwnPrices | None = None
    nth_in_month: int = 1
    is_company: bool = True
    is_redo: bool = False
    override: Override | None = None
    offer: Sequence[Line] = ()
    asked: Decimal | None = None
    approved: Decimal | None = None


def ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 4th, 11th."""
    if number % 100 in (11, 12, 13):
        return f"{number}th"
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }"


def tier_amount(amounts: Sequence[Decimal], nth: int) -> Decimal:
    """The n-th tier, the last one for every later repair; n counts from 1.

    Raises:
        ValueError: ``nth`` is below 1.
    """
    if nth < 1:
        raise ValueError("Repairs are counted from 1.")
    return amounts[min(nth, len(amounts)) - 1]


def quote(basis: Basis) -> Quote:
    """The price and its explanation."""
    lines = list(_price_lines(basis))
    amount = sum((line.amount for line in lines), ZERO)
    limit = basis.asked if basis.approved is None else basis.approved
    if limit is not None and amount > limit:
        word = "Asked" if basis.approved is None else "Approved"
        lines.append(Line("approved_limit", 0, f"{word}: at most ${limit:,.2f}", limit - amount))
        amount = limit
    return Quote(amount, tuple(lines))


def _price_lines(basis: Basis) -> list[Line]:
    if basis.is_redo:
        return [Line("redo", 0, "It came back: repaired again free of charge", ZERO)]
    lines = list(basis.offer) or _list_price(basis)
    if basis.override is not None:
        amount = sum((line.amount for line in lines), ZERO)
        lines.append(Line("override", 0, "Price set by the shop", basis.override.amount - amount))
    return lines


def _list_price(basis: Basis) -> list[Line]:
    nth = basis.nth if basis.is_company else 1
    tier = tier_amount(basis.schedule.amounts, nth)
    name = ordinal(basis.nth)
    text = f"{name} repair on unit {basis.unit_number}" if basis.is_company else "Repair"
    lines = [Line("tier", basis.schedule.version, text, tier)]
    if basis.own is not None:
        lines += _own_lines(basis.own, nth, tier, basis.nth_in_month)
    return lines


def _own_lines(own: OwnPrices, nth: int, tier: Decimal, nth_in_month: int) -> list[Line]:
    lines = []
    agreed = own.amounts[min(nth, len(own.amounts)) - 1]
    if agreed is not None:
        lines.append(Line("customer_price", own.version, "Your agreed price", agreed - tier))
    price = tier if agreed is None else agreed
    if own.volume_from is not None and nth_in_month >= own.volume_from and own.volume_percent:
        off = cents(price * own.volume_percent / 100)
        text = f"{own.volume_percent.normalize():f} % off from the {ordinal(own.volume_from)} "
        lines.append(Line("volume_discount", own.version, f"{text}repair of a month", -off))
    return lines


def lines_from_stored(stored: Sequence[dict[str, Any]]) -> tuple[Line, ...]:
    """The lines as ``Quote.stored_lines`` kept them."""
    return tuple(
        Line(line["rule"], line["version"], line["text"], Decimal(line["amount"]))
        for line in stored
    )
