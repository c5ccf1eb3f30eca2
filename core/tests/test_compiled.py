import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from core import compiled
from core.clock import now
from core.compiled import compiled_row, compiled_rows
from core.models import Customer, CustomerPreference

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    compiled._statements.clear()


def told(rows: Any) -> list[dict[str, Any]]:
    """The ORM's rows, with amounts as text."""
    return [row | {"price_per_repair": str(row["price_per_repair"])} for row in rows]


def preferences() -> Any:
    rows = CustomerPreference.objects.filter(customer__created_at__lte=now())
    return rows.values(
        "id", "customer", "price_per_repair", name=F("customer__name"), at=F("customer__created_at")
    ).order_by("id")


@pytest.fixture
def three() -> None:
    for name in ("A", "B", "C"):
        customer = Customer.objects.create(name=name)
        CustomerPreference.objects.create(customer=customer, price_per_repair=Decimal("40.00"))


def test_rows_are_those_of_the_orm(three: None) -> None:
    expected = told(preferences())
    assert compiled_rows("key", preferences) == expected
    assert compiled_rows("key", preferences) == expected
    assert isinstance(expected[0]["at"], dt.datetime)


def test_what_was_written_since_is_read(three: None) -> None:
    build: Any = Customer.objects.values("id", "name").order_by("id")
    compiled_rows("key", build.all)
    Customer.objects.create(name="D")
    assert [row["name"] for row in compiled_rows("key", build.all)] == list("ABCD")


def test_another_key_is_another_statement(three: None) -> None:
    def named(name: str) -> list[dict[str, Any]]:
        found: Any = Customer.objects.filter(name=name).values("name")
        return compiled_rows(name, found.all)

    assert [named("A"), named("B"), named("A")] == [
        [{"name": "A"}],
        [{"name": "B"}],
        [{"name": "A"}],
    ]


def test_nothing_costs_no_statement() -> None:
    with CaptureQueriesContext(connection) as caught:
        nobody: Any = Customer.objects.none().values("id")
        assert compiled_rows("key", nobody.all) == []
    assert len(caught) == 0


@pytest.mark.postgresql
def test_known_key_builds_nothing_again(three: None) -> None:
    built = []

    def build() -> Any:
        built.append(1)
        return preferences()

    for _ in range(3):
        compiled_rows("key", build)
    assert len(built) == 1


@pytest.mark.postgresql
def test_statements_kept_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "MOST_STATEMENTS", 2)
    everybody: Any = Customer.objects.values("id")
    for key in range(5):
        compiled_rows(key, everybody.all)
    assert len(compiled._statements) <= 2


def test_one_statement_serves_every_number(three: None) -> None:
    built = []

    def of(pk: int) -> Any:
        built.append(pk)
        return preferences().filter(pk=pk)

    expected = told(preferences())
    found = [compiled_row("key", of, row["id"]) for row in expected]

    assert found == expected
    assert compiled_row("key", of, 0) is None
    # To find the place of the number, the statement is written twice.
    assert len(built) == (2 if connection.vendor == "postgresql" else 4)


def test_one_statement_serves_every_instant_and_number(three: None) -> None:
    built, rows = [], told(preferences())

    def behind(at: dt.datetime, pk: int) -> Any:
        built.append(pk)
        return preferences().filter(customer__created_at__lte=at, pk__gt=pk)

    for place, row in enumerate(rows):
        later = compiled_rows("key", behind, (rows[-1]["at"], row["id"]))
        assert later == rows[place + 1 :]
    assert len(built) == (2 if connection.vendor == "postgresql" else 3)


def test_a_number_that_is_no_value_of_a_call_stays(three: None) -> None:
    def those(pk: int) -> Any:
        return preferences().filter(pk__lt=compiled._FIRST, pk=pk)

    for row in told(preferences()):
        assert compiled_row("key", those, row["id"]) == row


@pytest.mark.postgresql
def test_what_no_stand_in_can_ask_for_is_read_by_the_orm(three: None) -> None:
    def visits(most: int) -> Any:
        return preferences().filter(units_per_visit__gte=most)

    assert compiled_rows("key", visits, (5,)) == told(preferences())
    assert compiled_rows("key", visits, (6,)) == []
