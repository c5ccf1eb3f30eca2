"""Two hundred requests at once, spread over seven technicians."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from django.db import transaction

from apps.queue_management import assignment, workload
from apps.queue_management.models import TechnicianWorkload
from apps.queue_management.use_cases import request_repair
from apps.repairs.models import Repair
from apps.technicians.models import Technician
from core.invariants import invariant_violations
from core.models import Customer, User
from tests import factories
from tests.races.harness import (
    at_once,
    failed,
    happens,
    succeeded,
    wait_until_somebody_waits_for_a_lock,
    without_locks_on,
)

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
TECHNICIANS, REQUESTS = 7, 200
DRIFT = "A technician's workload equals their open repairs"


@pytest.fixture
def customers() -> list[Customer]:
    for number in range(TECHNICIANS):
        factories.make_technician(f"Tech {number}")
    return [factories.make_customer() for _ in range(20)]


def requests(customers: list[Customer], number: int) -> list[Callable[[], Repair]]:
    actor = User.objects.filter(role="admin").first() or factories.make_admin()
    return [
        partial(
            request_repair,
            actor=actor,
            customer_id=customers[place % len(customers)].pk,
            details=factories.details(),
        )
        for place in range(number)
    ]


def loads() -> list[int]:
    return sorted(TechnicianWorkload.objects.values_list("active_count", flat=True))


def counted() -> list[int]:
    return sorted(Counter(Repair.objects.open().values_list("technician_id", flat=True)).values())


def test_burst_of_200_spreads_within_two_without_drift(customers: list[Customer]) -> None:
    outcomes = at_once(requests(customers, REQUESTS))
    assert failed(outcomes) == []
    assert sum(loads()) == REQUESTS
    assert loads() == counted()
    assert loads()[-1] - loads()[0] <= 2
    assert invariant_violations() == []


def test_control_without_the_counters_lock_the_spread_is_wider(
    customers: list[Customer], monkeypatch: pytest.MonkeyPatch
) -> None:
    without_locks_on(monkeypatch, TechnicianWorkload)

    def spread() -> bool:
        at_once(requests(customers, 48))
        return loads()[-1] - loads()[0] > 2

    assert happens(spread)


def test_control_counting_in_python_drifts(
    customers: list[Customer], monkeypatch: pytest.MonkeyPatch
) -> None:
    def read_then_write(technician_id: int, number: int) -> None:
        row, _ = TechnicianWorkload.objects.get_or_create(technician_id=technician_id)
        row.active_count += number
        row.save()

    without_locks_on(monkeypatch, TechnicianWorkload)
    monkeypatch.setattr(workload, "add_to_chosen", read_then_write)

    def drift() -> bool:
        at_once(requests(customers, 48))
        return DRIFT in [violation.name for violation in invariant_violations()]

    assert happens(drift)


def test_when_all_are_held_it_waits_and_chooses_exactly(customers: list[Customer]) -> None:
    """Somebody holds every counter and adds to the first one before they let go."""
    first = min(Technician.objects.values_list("pk", flat=True))
    begin = partial(at_once, requests(customers, 1))
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            assignment.lock_workloads(Technician.objects.values_list("pk", flat=True))
            TechnicianWorkload.objects.filter(pk=first).update(active_count=1)
            asked = pool.submit(begin)
            wait_until_somebody_waits_for_a_lock()
        (repair,) = succeeded(asked.result())
    assert repair.technician_id != first


def test_who_is_passed_over_is_let_go_before_waiting(
    customers: list[Customer], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A counter found busier once locked is not held while waiting for the others."""
    first, second, *_ = everybody = sorted(Technician.objects.values_list("pk", flat=True))
    workload.ensure_rows(everybody)
    lock_least = assignment.Able.lock_least

    def found_busier(able: assignment.Able) -> None:
        lock_least(able)

    monkeypatch.setattr(assignment.Able, "lock_least", found_busier)
    begin = partial(at_once, requests(customers, 1))
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            assignment.lock_workloads([first])
            asked = pool.submit(begin)
            wait_until_somebody_waits_for_a_lock()
            free = TechnicianWorkload.objects.select_for_update(skip_locked=True, no_key=True)
            assert free.filter(pk=second).exists()
        assert len(succeeded(asked.result())) == 1
