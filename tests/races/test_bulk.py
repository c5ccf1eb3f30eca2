"""Sixteen of the office give overlapping repairs away at once."""

from collections import Counter
from functools import partial

import pytest
from django.db import OperationalError

from apps.queue_management.models import Assignment, TechnicianWorkload
from apps.queue_management.use_cases import assign_repairs, together
from apps.repairs.models import Repair
from apps.technicians.models import Technician
from core.invariants import invariant_violations
from tests import factories
from tests.races.harness import CROWD, at_once, failed, happens, succeeded, without_locks_on

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
TECHNICIANS, REPAIRS, EACH = 5, 12, 8
DRIFT = "A technician's workload equals their open repairs"
Outcomes = list[list[Repair] | Exception]


def give_away() -> Outcomes:
    """Each gives eight of twelve repairs to technicians of their own choice, in their own order."""
    technicians = [factories.make_technician(f"Tech {number}").pk for number in range(TECHNICIANS)]
    customer = factories.make_customer()
    repairs = [factories.request(customer=customer).pk for _ in range(REPAIRS)]
    office = [factories.make_admin() for _ in range(CROWD)]
    calls = []
    for place, admin in enumerate(office):
        chosen = [repairs[(place + step) % REPAIRS] for step in range(EACH)]
        ordered = chosen[:: -1 if place % 2 else 1]
        given = {
            repair: technicians[(place + step) % TECHNICIANS] for step, repair in enumerate(ordered)
        }
        calls.append(partial(assign_repairs, actor=admin, given=given))
    return at_once(calls)


def is_in_drift() -> bool:
    return DRIFT in [violation.name for violation in invariant_violations()]


def test_everybody_is_answered_and_the_counters_are_right() -> None:
    outcomes = give_away()
    assert failed(outcomes) == []
    assert [len(repairs) for repairs in succeeded(outcomes)] == [EACH] * CROWD
    loads = dict(TechnicianWorkload.objects.values_list("technician_id", "active_count"))
    counted = Counter(Repair.objects.open().values_list("technician_id", flat=True))
    assert {pk: loads.get(pk, 0) for pk in Technician.objects.values_list("pk", flat=True)} == {
        pk: counted[pk] for pk in Technician.objects.values_list("pk", flat=True)
    }
    last = Assignment.objects.order_by("repair_id", "-pk").distinct("repair_id")
    given = dict(last.values_list("repair_id", "technician_id"))
    assert given == dict(Repair.objects.values_list("pk", "technician_id"))
    assert invariant_violations() == []


def test_control_without_the_locks_the_counters_drift(monkeypatch: pytest.MonkeyPatch) -> None:
    without_locks_on(monkeypatch, Repair, Technician, TechnicianWorkload)

    def wrong() -> bool:
        return bool(failed(give_away())) or is_in_drift()

    assert happens(wrong)


def test_control_locked_row_by_row_they_deadlock(monkeypatch: pytest.MonkeyPatch) -> None:
    without_locks_on(monkeypatch, Technician)
    monkeypatch.setattr(together, "_lock", lambda *_: None)
    assert happens(lambda: any(isinstance(e, OperationalError) for e in failed(give_away())))
