"""Vehicles entered before anything of them is broken."""

from typing import Any

import pytest

from apps.audit.models import AuditEntry
from apps.queue_management import use_cases
from apps.queue_management.use_cases import create_unit
from apps.repairs.models import Unit
from core.errors import Conflict, DomainError, Forbidden, Invalid, NotFound
from tests import factories
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


def test_a_unit_without_open_work_is_withdrawn_and_brought_back(cast: Cast) -> None:
    unit = factories.make_unit(cast.fleet, "4127")
    gone = use_cases.withdraw_unit(actor=cast.requester, unit_id=unit.pk, version=1)
    assert not Unit.objects.in_use().exists()
    use_cases.bring_back_unit(actor=cast.requester, unit_id=unit.pk, version=gone.version)
    assert Unit.objects.in_use().get() == unit


def test_open_work_keeps_a_unit_in_use_and_is_named(cast: Cast) -> None:
    repair = factories.request(customer=cast.fleet, unit_number="4127")
    with refused(Conflict, "open_repairs") as caught:
        use_cases.withdraw_unit(actor=cast.primary, unit_id=repair.unit_id, version=1)
    assert f"repair {repair.pk} (Customer Requested)" in caught.value.detail


def test_new_work_brings_a_withdrawn_unit_back(cast: Cast) -> None:
    unit = factories.make_unit(cast.fleet, "4127")
    use_cases.withdraw_unit(actor=cast.primary, unit_id=unit.pk, version=1)
    assert factories.request(customer=cast.fleet, unit_number="4127").unit.is_active
