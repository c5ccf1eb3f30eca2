"""Repairs in bulk are as the use cases would have left them."""

from collections import Counter
from io import StringIO

import pytest
from django.core.management import call_command

from apps.queue_management.models import TechnicianWorkload
from apps.queue_management.use_cases import RequestDetails, request_repair
from apps.repairs.enums import QueueStatus
from apps.repairs.models import Repair
from core.invariants import invariant_violations
from core.models import User
from rs_systems.demo import million

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def author() -> User:
    return User.objects.create_superuser(
        "author", "author@shop.example", "a password for this test"
    )


def load(first: int, last: int, author: User) -> None:
    million.insert(first, last, author)
    million.settle()


def test_it_holds_every_invariant_and_grows(author: User) -> None:
    million.make_technicians()
    load(1, 1, author)
    load(2, 3, author)
    customers = {million.BASE + number: 100 for number in (1, 2, 3)}
    assert Counter(Repair.objects.values_list("customer_id", flat=True)) == customers
    assert set(Repair.objects.values_list("queue_status", flat=True)) == set(QueueStatus.values)
    assert invariant_violations() == []


def test_work_goes_on_upon_it_between_loads(author: User) -> None:
    million.make_technicians()
    for number in (1, 2):
        load(number, number, author)
        for unit in ("new one", "new two"):
            details = RequestDetails(unit_number=unit)
            repair = request_repair(
                actor=author, customer_id=million.BASE + number, details=details
            )
            assert repair.pk < million.BASE
    assert TechnicianWorkload.objects.count() == million.TECHNICIANS
    assert invariant_violations() == []


def test_the_command_adds_them_to_the_demonstration_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(million, "CUSTOMERS", 3)
    monkeypatch.setattr(million, "STEP", 2)
    first, again = create_test_data(), create_test_data()
    assert "[##############################] 100% every workload counted" in first
    assert Repair.objects.filter(pk__gt=million.BASE).count() == 300
    assert "The million repairs stand already" in again
    assert invariant_violations() == []


def test_an_ended_run_is_gone_on_with(author: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(million, "CUSTOMERS", 2)
    million.make_technicians()
    million.insert(1, 1, author)
    shown: list[tuple[float, str]] = []
    million.make_million(author, lambda part, words: shown.append((part, words)))
    assert shown == [(0.97, "200 repairs"), (1, "every workload counted")]
    assert Repair.objects.count() == 200
    assert invariant_violations() == []


def create_test_data() -> str:
    out = StringIO()
    call_command("create_test_data", size="million", stdout=out)
    return out.getvalue()
