"""A request that comes while its customer is merged into another one."""

from functools import partial
from threading import Thread

import pytest

from apps.queue_management import notices, use_cases
from apps.repairs.models import Repair
from core.invariants import invariant_violations
from core.models import Customer, User
from tests import factories
from tests.races.harness import PATIENCE_SECONDS, at_once, without_locks_on

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
LONG_ENOUGH_TO_MERGE_SECONDS = 3


def request_while_merged(monkeypatch: pytest.MonkeyPatch) -> tuple[Repair, Customer]:
    """A repair of a unit nobody knew before, and the customer that lives on."""
    owner, customer = factories.make_owner(), factories.make_customer("Registered")
    into = factories.make_customer("Demo Fleet")
    merge = partial(
        use_cases.merge_customers, actor=owner, customer_id=customer.pk, into_id=into.pk
    )
    merger = Thread(target=at_once, args=([merge],))
    tell = notices.tell_requested

    def tell_while_merged(repairs: list[Repair], actor: User) -> None:
        merger.start()
        merger.join(LONG_ENOUGH_TO_MERGE_SECONDS)
        tell(repairs, actor)

    monkeypatch.setattr(notices, "tell_requested", tell_while_merged)
    repair = use_cases.request_repair(
        actor=owner, customer_id=customer.pk, details=factories.details()
    )
    merger.join(PATIENCE_SECONDS)
    repair.refresh_from_db()
    return repair, into


def test_the_request_moves_with_its_customer(monkeypatch: pytest.MonkeyPatch) -> None:
    repair, into = request_while_merged(monkeypatch)
    assert (repair.customer, repair.unit.customer) == (into, into)
    assert invariant_violations() == []


def test_control_without_the_customers_lock_it_stays_behind(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    without_locks_on(monkeypatch, Customer)
    repair, into = request_while_merged(monkeypatch)
    assert repair.customer != into
