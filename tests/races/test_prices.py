"""Sixteen completions of one unit at the same moment."""

from decimal import Decimal
from functools import partial

import pytest

from apps.queue_management.use_cases import complete_repair
from apps.repairs.models import Repair, Unit, UnitRepairCount
from apps.technicians.models import Technician
from core.invariants import invariant_violations
from core.models import Customer
from tests import factories
from tests.races.harness import CROWD, at_once, failed, happens, without_locks_on

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
TIERS = [Decimal(price) for price in [50, 40, 35, 30, *[25] * 12]]


@pytest.fixture
def technicians() -> list[Technician]:
    return [factories.make_technician(f"Tech {number}") for number in range(CROWD)]


def complete_together(technicians: list[Technician]) -> tuple[Unit, list[Repair]]:
    customer = factories.make_customer()
    started = [
        factories.started_repair(
            customer=customer, technician=technician, unit_number="4127", confirm_duplicate=True
        )
        for technician in technicians
    ]
    outcomes = at_once(
        [
            partial(complete_repair, actor=technician.user, repair_id=repair.pk)
            for technician, repair in zip(technicians, started, strict=True)
        ]
    )
    assert failed(outcomes) == []
    unit = customer.units.get()
    return unit, list(unit.repairs.order_by("priced_at", "-cost"))


def test_sixteen_completions_take_sixteen_tiers_in_order(technicians: list[Technician]) -> None:
    unit, repairs = complete_together(technicians)
    assert [repair.cost for repair in repairs] == TIERS
    assert UnitRepairCount.objects.get(unit=unit).count == CROWD
    places = [repair.price_lines[0]["text"].split()[0] for repair in repairs]
    assert len(set(places)) == CROWD
    assert invariant_violations() == []


def test_control_without_locks_tiers_are_taken_twice(
    technicians: list[Technician], monkeypatch: pytest.MonkeyPatch
) -> None:
    without_locks_on(monkeypatch, Customer, Unit, UnitRepairCount)
    assert happens(
        lambda: sorted(r.cost for r in complete_together(technicians)[1]) != sorted(TIERS)
    )
