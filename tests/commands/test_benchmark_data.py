"""What the benchmark measures is data as the use cases would have left it."""

from collections import Counter

import pytest

from apps.queue_management.models import TechnicianWorkload
from apps.queue_management.use_cases import RequestDetails, request_repair
from apps.repairs.enums import QueueStatus
from apps.repairs.models import Repair
from benchmarks import data
from core.invariants import invariant_violations

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


def test_it_holds_every_invariant_and_grows() -> None:
    admin = data.make_people("a password for this test")
    data.load(1, 1, admin)
    data.load(2, 3, admin)
    assert Counter(Repair.objects.values_list("customer_id", flat=True)) == {1: 100, 2: 100, 3: 100}
    assert set(Repair.objects.values_list("queue_status", flat=True)) == set(QueueStatus.values)
    assert invariant_violations() == []


def test_work_goes_on_upon_it_between_loads() -> None:
    admin = data.make_people("a password for this test")
    for customer in (1, 2):
        data.load(customer, customer, admin)
        for number in ("new one", "new two"):
            details = RequestDetails(unit_number=number)
            repair = request_repair(actor=admin, customer_id=customer, details=details)
            assert repair.pk > data.BEYOND
    assert TechnicianWorkload.objects.count() == data.TECHNICIANS
    assert invariant_violations() == []
