from typing import Any

import pytest

from tests.cast import Cast
from tests.factories import completed_repair, make_unit
from tests.pages import statements_of, text_of, visit

pytestmark = pytest.mark.django_db


def test_units_are_found_by_how_their_number_begins(cast: Cast) -> None:
    make_unit(cast.fleet, "T-100")
    make_unit(cast.fleet, "B-200")
    shown = text_of(cast.mate, "customer_units", unit="#t-")
    assert ("T-100" in shown, "B-200" in shown) == (True, False)


def test_a_unit_tells_what_its_next_repair_costs(cast: Cast) -> None:
    made = completed_repair(
        technician=cast.technician_record, customer=cast.fleet, unit_number="4127"
    )
    shown = text_of(cast.mate, "customer_unit_detail", made.unit_id)
    assert "2nd repair on unit 4127" in shown
    assert "$40.00" in shown


def test_a_foreign_unit_is_missing(cast: Cast) -> None:
    unit = make_unit(cast.fleet, "4127")
    assert visit(cast.stranger, "customer_unit_detail", unit.pk).status_code == 404
    assert "4127" not in text_of(cast.stranger, "customer_units")


def test_they_cost_the_same_with_one_row_and_with_three(cast: Cast) -> None:
    work: dict[str, Any] = {
        "technician": cast.technician_record,
        "customer": cast.fleet,
        "unit_number": "1",
    }
    unit = completed_repair(**work).unit
    assert statements_of(cast.primary, "customer_units") == 6
    assert statements_of(cast.primary, "customer_unit_detail", unit.pk) == 11
    for number in ("2", "3"):
        completed_repair(**work)
        make_unit(cast.fleet, number)
    assert statements_of(cast.primary, "customer_units") == 6
    assert statements_of(cast.primary, "customer_unit_detail", unit.pk) == 11
