"""Prices of several repairs of one customer, at a constant number of statements."""

from collections import Counter
from collections.abc import Iterable, Sequence

from apps.repairs import pricing
from apps.repairs.models import Repair, Unit
from apps.repairs.queries import PriceReader, quote_from
from core.clock import now
from core.keys import unit_key
from core.models import Customer


def quotes_of(customer: Customer, repairs: Iterable[Repair]) -> dict[int, pricing.Quote]:
    """What each open repair would cost if it were the next of its unit, by the repair's id.

    Args:
        customer: Whose repairs they are.
        repairs: Read with ``unit__repair_count``, or each costs a statement.
    """
    reader = PriceReader(customer, now())
    return {
        repair.pk: quote_from(reader, repair, nth=_completed(repair.unit) + 1) for repair in repairs
    }


def quotes_for_new(customer: Customer, unit_numbers: Sequence[str]) -> list[pricing.Quote]:
    """What new repairs of these units would cost, made together in this order."""
    reader = PriceReader(customer, now())
    counts = _counts(customer, {unit_key(number) for number in unit_numbers})
    taken: Counter[str] = Counter()
    quotes = []
    for number in unit_numbers:
        key = unit_key(number)
        taken[key] += 1
        nth = counts.get(key, 0) + taken[key]
        basis = reader.basis(unit_number=number, nth=nth, ahead=taken.total() - 1)
        quotes.append(pricing.quote(basis))
    return quotes


def _counts(customer: Customer, keys: set[str]) -> dict[str, int]:
    units = Unit.objects.filter(customer=customer, number_key__in=keys).select_related(
        "repair_count", "merged_into__repair_count"
    )
    return {unit.number_key: _completed(unit.merged_into or unit) for unit in units}


def _completed(unit: Unit) -> int:
    # A unit has no counter before its first completed repair.
    counter = getattr(unit, "repair_count", None)
    return counter.count if counter is not None else 0
