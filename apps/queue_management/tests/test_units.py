"""Vehicles entered before anything of them is broken."""

from typing import Any

import pytest

from apps.audit.models import AuditEntry
from apps.queue_management.use_cases import create_unit
from apps.repairs.models import Unit
from core.errors import Conflict, DomainError, Forbidden, Invalid, NotFound
from tests.books import refused
from tests.cast import Cast
from tests.factories import make_unit

pytestmark = pytest.mark.django_db


def enter(cast: Cast, part: str = "requester", number: str = "T-1", **values: Any) -> Unit:
    return create_unit(
        actor=cast.member(part), customer_id=cast.fleet.pk, number=number, values=values
    )


@pytest.mark.parametrize("part", ["primary", "requester", "sales_agent", "admin"])
def test_a_unit_is_entered_with_what_is_known(cast: Cast, part: str) -> None:
    unit = enter(cast, part, " T-1 ", make="Kenworth", year=2015)
    unit.refresh_from_db()
    assert (unit.customer, unit.number, unit.make, unit.year) == (
        cast.fleet,
        "T-1",
        "Kenworth",
        2015,
    )
    entry = AuditEntry.objects.get(verb="unit.created")
    assert (entry.target_id, entry.actor_id) == (unit.pk, cast.member(part).pk)


@pytest.mark.parametrize(
    ("part", "error"),
    [("mate", Forbidden), ("stranger", NotFound), ("other_sales_agent", NotFound)],
)
def test_nobody_else_enters_units(cast: Cast, part: str, error: type[DomainError]) -> None:
    with refused(error):
        enter(cast, part)


def test_a_known_number_is_told_with_its_unit(cast: Cast) -> None:
    known = make_unit(cast.fleet, "T-1")
    make_unit(cast.other_fleet, "T-2")
    with refused(Conflict, "unit_exists") as caught:
        enter(cast, number="t-1")
    assert caught.value.extra == {"unit": known.pk}
    assert enter(cast, number="T-2").customer == cast.fleet


def test_unknown_fields_are_told(cast: Cast) -> None:
    with refused(Invalid, "unknown_field") as caught:
        enter(cast, colour="red", is_big=True, make="Kenworth")
    assert set(caught.value.errors) == {"colour", "is_big"}


def test_impossible_values_are_told_by_field(cast: Cast) -> None:
    with refused(Invalid) as caught:
        enter(cast, year=1492, plate="X" * 21)
    assert set(caught.value.errors) == {"year", "plate"}
