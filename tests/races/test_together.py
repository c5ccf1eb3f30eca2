"""Several people decide on overlapping repairs at once."""

from functools import partial

import pytest

from apps.queue_management.models import TechnicianWorkload
from apps.queue_management.use_cases import approve_repairs
from apps.repairs.models import Repair, RepairApproval
from core.errors import Conflict
from core.invariants import invariant_violations
from tests import factories
from tests.races.harness import CROWD, at_once, failed, happens, succeeded, without_locks_on

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
NUMBER = 4


def decide_together(number: int) -> list[list[Repair] | Exception]:
    """Sixteen colleagues approve the same repairs, half of them from the other end."""
    customer, technician = factories.make_customer(), factories.make_technician()
    ids = [
        factories.field_repair(technician=technician, customer=customer).pk for _ in range(number)
    ]
    people = [factories.make_member(customer, "Mia Member", can_approve=True) for _ in range(CROWD)]
    calls = [
        partial(approve_repairs, actor=person, repair_ids=ids[:: -1 if place % 2 else 1])
        for place, person in enumerate(people)
    ]
    return at_once(calls)


def test_one_decides_and_the_others_are_told_row_by_row() -> None:
    outcomes = decide_together(NUMBER)
    assert len(succeeded(outcomes)) == 1
    lost = failed(outcomes)
    assert all(isinstance(error, Conflict) for error in lost), lost
    told = {len(error.extra["rows"]) for error in lost if isinstance(error, Conflict)}
    assert told == {NUMBER}
    assert RepairApproval.objects.count() == NUMBER
    assert invariant_violations() == []


def test_control_without_the_locks_several_decide(monkeypatch: pytest.MonkeyPatch) -> None:
    # The counter of the technician, whose repairs they all are, would hold them apart too; and
    # of several rows, all but the first are read after the one who won.
    without_locks_on(monkeypatch, Repair, TechnicianWorkload)
    assert happens(lambda: len(succeeded(decide_together(1))) > 1)
