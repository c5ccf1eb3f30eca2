import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.repairs.models import Repair
from apps.repairs.statistics import (
    MOST_UNITS,
    Sums,
    Window,
    by_month,
    by_unit,
    calendar_year,
    customer_statistics,
    last_months,
    total_of,
)
from core.shop import shop_today
from tests.cast import Cast
from tests.factories import (
    completed_repair,
    field_repair,
    make_person,
    set_shop,
    set_shop_prices,
    void,
)

pytestmark = pytest.mark.django_db
DEARER = [Decimal(price) for price in (60, 50, 45, 40, 35)]
ZONE = "America/New_York"
YEAR = Window(dt.date(2026, 1, 1), dt.date(2027, 1, 1), ZONE)


def done(cast: Cast, unit: str, day: dt.datetime | None = None, **fields: object) -> Repair:
    repair = completed_repair(
        technician=cast.technician_record, customer=cast.fleet, unit_number=unit, **fields
    )
    if day is not None:
        Repair.objects.filter(pk=repair.pk).update(completed_at=day)
    return repair


def at(*moment: int) -> dt.datetime:
    return dt.datetime(*moment, tzinfo=dt.UTC)  # type: ignore[arg-type,misc] # year, month, day...


def test_figures_are_of_what_was_charged(cast: Cast) -> None:
    for _ in range(3):
        done(cast, "4127")
    field_repair(technician=cast.technician_record, customer=cast.fleet)
    assert customer_statistics(cast.fleet.pk) == {
        "total_completed": 3,
        "total_cost": Decimal(125),
        "total_saved": Decimal(25),
        "active_repairs": 1,
    }


def test_who_has_no_repairs_has_spent_nothing(cast: Cast) -> None:
    figures = customer_statistics(cast.fleet.pk)
    assert (figures["total_cost"], figures["total_saved"]) == (0, 0)


def test_voided_repairs_count_nowhere(cast: Cast) -> None:
    voided = done(cast, "4127")
    void(voided, actor=cast.admin)
    assert customer_statistics(cast.fleet.pk)["total_cost"] == 0
    assert total_of(by_month(cast.fleet.pk, last_months(1, ZONE))) == Sums(
        0, Decimal(0), Decimal(0)
    )
    assert by_unit(cast.fleet.pk, last_months(1, ZONE)) == []


def test_savings_are_against_the_first_price_of_the_day(cast: Cast) -> None:
    done(cast, "1")
    done(cast, "1")
    set_shop_prices(DEARER, actor=cast.owner)
    done(cast, "1")
    set_shop_prices([price + 1 for price in DEARER], actor=cast.owner)
    done(cast, "1")
    figures = customer_statistics(cast.fleet.pk)
    assert figures["total_cost"] == 50 + 40 + 45 + 41
    assert figures["total_saved"] == 0 + 10 + 15 + 20


def test_a_repair_that_came_back_saves_nothing(cast: Cast) -> None:
    first = done(cast, "1")
    again = done(cast, "1", redo_of_id=first.pk)
    assert Repair.objects.get(pk=again.pk).cost == 0
    figures = customer_statistics(cast.fleet.pk)
    assert (figures["total_cost"], figures["total_saved"]) == (50, 0)


def test_months_are_the_shops_and_without_gaps(cast: Cast) -> None:
    done(cast, "1", at(2026, 2, 1, 4, 59))
    done(cast, "1", at(2026, 2, 1, 5, 0))
    done(cast, "2", at(2026, 12, 31, 23, 0))
    done(cast, "3", at(2027, 1, 1, 5, 0))
    months = by_month(cast.fleet.pk, YEAR)
    assert [month.month for month in months] == [dt.date(2026, n, 1) for n in range(1, 13)]
    found = {month.month.month: (month.repairs, month.charged, month.saved) for month in months}
    assert {number: sums for number, sums in found.items() if sums[0]} == {
        1: (1, Decimal(50), Decimal(0)),
        2: (1, Decimal(40), Decimal(10)),
        12: (1, Decimal(50), Decimal(0)),
    }
    assert total_of(months) == Sums(3, Decimal(140), Decimal(10))


def test_units_come_dearest_first(cast: Cast) -> None:
    for unit in ("8", "4127", "4127", "4127"):
        done(cast, unit, at(2026, 6, 1, 12, 0))
    found = by_unit(cast.fleet.pk, YEAR)
    assert [(each.unit_number, each.repairs, each.charged) for each in found] == [
        ("4127", 3, Decimal(125)),
        ("8", 1, Decimal(50)),
    ]
    assert found[0].last_at == at(2026, 6, 1, 12, 0)


def test_units_are_found_by_what_their_number_begins_with(cast: Cast) -> None:
    for unit in ("4127", "4128", "9"):
        done(cast, unit, at(2026, 6, 1, 12, 0))
    numbers = [each.unit_number for each in by_unit(cast.fleet.pk, YEAR, number="unit 41")]
    assert numbers == ["4127", "4128"]
    assert total_of(by_month(cast.fleet.pk, YEAR, number="#4127")) == Sums(
        1, Decimal(50), Decimal(0)
    )


def test_at_most_twenty_units_are_told(cast: Cast) -> None:
    for number in range(MOST_UNITS + 1):
        done(cast, f"U{number}", at(2026, 6, 1, 12, 0))
    assert len(by_unit(cast.fleet.pk, YEAR)) == MOST_UNITS


def test_other_companies_count_for_themselves(cast: Cast) -> None:
    done(cast, "4127")
    window = last_months(12, ZONE)
    assert total_of(by_month(cast.other_fleet.pk, window)).repairs == 0
    assert by_unit(cast.other_fleet.pk, window) == []


def test_a_persons_repairs_save_nothing(cast: Cast) -> None:
    person = make_person()
    for _ in range(2):
        completed_repair(technician=cast.technician_record, customer=person, unit_number="ABC 123")
    figures = customer_statistics(person.pk)
    assert (figures["total_cost"], figures["total_saved"]) == (100, 0)


@pytest.mark.parametrize("number", [1, 12, 36])
def test_the_last_months_end_with_this_one(db: None, number: int) -> None:
    months = last_months(number, ZONE).months()
    assert len(months) == number
    assert months[-1] == shop_today().replace(day=1)


def test_a_year_has_twelve_months_of_the_shop(db: None) -> None:
    set_shop(time_zone="America/New_York")
    assert calendar_year(2026, ZONE) == YEAR
    assert (len(YEAR.months()), YEAR.last) == (12, dt.date(2026, 12, 31))


def test_reads_cost_the_same_with_one_row_and_with_three(cast: Cast) -> None:
    def cost() -> list[int]:
        window = last_months(12, ZONE)
        statements = []
        for read in (by_month, by_unit):
            with CaptureQueriesContext(connection) as captured:
                read(cast.fleet.pk, window)
            statements.append(len(captured))
        with CaptureQueriesContext(connection) as captured:
            customer_statistics(cast.fleet.pk)
        return [*statements, len(captured)]

    done(cast, "1")
    assert cost() == [2, 1, 2]
    done(cast, "2")
    done(cast, "2")
    assert cost() == [2, 1, 2]
