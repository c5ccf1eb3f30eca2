from decimal import Decimal

import pytest

from apps.repairs.models import Repair
from apps.repairs.queries import quote_now
from apps.repairs.quotes import quotes_for_new, quotes_of
from tests.factories import completed_repair, field_repair, make_customer, make_technician

pytestmark = pytest.mark.django_db


def amounts(*texts: str) -> list[Decimal]:
    return [Decimal(text) for text in texts]


def test_new_repairs_of_one_unit_get_cheaper_in_their_order() -> None:
    customer, technician = make_customer(), make_technician()
    completed_repair(customer=customer, technician=technician, unit_number="4127")
    quotes = quotes_for_new(customer, ["#4127", "8", "Unit 4127"])
    assert [quote.amount for quote in quotes] == amounts("40.00", "50.00", "35.00")


def test_another_customer_s_unit_of_that_number_counts_for_nothing() -> None:
    completed_repair(unit_number="4127")
    (quote,) = quotes_for_new(make_customer(), ["4127"])
    assert quote.amount == Decimal("50.00")


def test_many_quotes_are_those_of_one_by_one() -> None:
    customer, technician = make_customer(), make_technician()
    completed_repair(customer=customer, technician=technician, unit_number="1")
    for number in ("1", "2"):
        field_repair(customer=customer, technician=technician, unit_number=number)
    waiting = list(Repair.objects.open())
    quotes = quotes_of(customer, waiting)
    assert quotes == {repair.pk: quote_now(repair) for repair in waiting}
    assert sorted(quote.amount for quote in quotes.values()) == amounts("40.00", "50.00")
