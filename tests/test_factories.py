"""The factories make what they say."""

import pytest

from apps.repairs.enums import QueueStatus
from core.invariants import invariant_violations
from tests import factories
from tests.cast import PARTS, Cast

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("status", QueueStatus)
def test_repair_in_every_status_is_the_technicians(status: QueueStatus) -> None:
    technician = factories.make_technician()
    repair = factories.repair_in(status, technician=technician)
    repair.refresh_from_db()
    assert (repair.queue_status, repair.technician) == (status, technician)
    assert invariant_violations() == []


def test_completed_repairs_of_one_unit_get_cheaper() -> None:
    customer, technician = factories.make_customer(), factories.make_technician()
    costs = [
        factories.completed_repair(
            customer=customer, technician=technician, unit_number="4127"
        ).cost
        for _ in range(6)
    ]
    assert [str(cost) for cost in costs] == ["50.00", "40.00", "35.00", "30.00", "25.00", "25.00"]


def test_cast_has_twelve_people_who_are_told_apart(cast: Cast) -> None:
    assert len({cast.member(part).pk for part in PARTS}) == 12
