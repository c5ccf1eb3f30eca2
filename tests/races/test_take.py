"""Sixteen technicians take one request."""

from functools import partial

import pytest

from apps.audit.models import AuditEntry
from apps.queue_management.use_cases import approve_repair
from apps.repairs.models import Repair
from apps.technicians.models import Technician
from core.errors import Conflict
from core.invariants import invariant_violations
from tests import factories
from tests.races.harness import CROWD, at_once, failed, happens, succeeded, without_locks_on

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def technicians() -> list[Technician]:
    return [factories.make_technician(f"Tech {number}") for number in range(CROWD)]


def take_together(technicians: list[Technician]) -> tuple[Repair, list[Repair | Exception]]:
    repair = factories.request()
    takes = [partial(approve_repair, actor=t.user, repair_id=repair.pk) for t in technicians]
    return repair, at_once(takes)


def test_one_wins_and_fifteen_are_told_who(technicians: list[Technician]) -> None:
    repair, outcomes = take_together(technicians)
    (won,) = succeeded(outcomes)
    lost = failed(outcomes)
    repair.refresh_from_db()
    assert repair.technician == won.technician
    assert all(isinstance(error, Conflict) for error in lost), lost
    told = [(error.code, error.extra["holder"]) for error in lost if isinstance(error, Conflict)]
    assert told == [("already_claimed", str(won.technician))] * (CROWD - 1)
    assert AuditEntry.objects.filter(target_id=repair.pk, verb="repair.taken").count() == 1
    assert repair.approvals.count() == 1
    assert invariant_violations() == []


def test_control_without_the_repairs_lock_several_win(
    technicians: list[Technician], monkeypatch: pytest.MonkeyPatch
) -> None:
    without_locks_on(monkeypatch, Repair)
    assert happens(lambda: len(succeeded(take_together(technicians)[1])) > 1)
