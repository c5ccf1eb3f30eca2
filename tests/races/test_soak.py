"""Sixteen writers on shared rows: no deadlock, everything holds afterwards."""

import os
import random
import time
from collections import Counter
from collections.abc import Callable, Iterable
from functools import partial

import pytest
from django.db import OperationalError

from apps.audit import chain
from apps.queue_management import use_cases
from apps.repairs import services
from apps.repairs.enums import QueueStatus
from apps.repairs.models import Repair, Unit
from apps.technicians.models import Technician
from core.errors import DomainError
from core.invariants import invariant_violations
from core.models import Customer, User
from core.shop import shop_today
from tests import factories
from tests.races.harness import CROWD, at_once, happens

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
SECONDS = float(os.environ.get("SOAK_SECONDS", "10"))


class Shop:
    """A small shop in which everybody works on the same few units."""

    def __init__(self) -> None:
        self.technicians = [factories.make_technician(f"Tech {number}") for number in range(4)]
        self.customers = [factories.make_customer() for _ in range(2)]
        self.members = [factories.make_primary(customer) for customer in self.customers]
        self.admin = factories.make_owner()

    def repair(self, dice: random.Random, *statuses: QueueStatus) -> Repair:
        found = list(Repair.objects.filter(queue_status__in=statuses or QueueStatus)[:20])
        return dice.choice(found)

    def technician(self, dice: random.Random) -> Technician:
        return dice.choice(self.technicians)

    def customer(self, dice: random.Random) -> tuple[Customer, User]:
        place = dice.randrange(len(self.customers))
        return self.customers[place], self.members[place]


def request(shop: Shop, dice: random.Random) -> None:
    customer, member = shop.customer(dice)
    use_cases.request_repair(
        actor=member,
        customer_id=customer.pk,
        details=factories.details(str(dice.randrange(6))),
        confirm_duplicate=True,
    )


def request_batch(shop: Shop, dice: random.Random) -> None:
    customer, member = shop.customer(dice)
    rows = [factories.details(str(number)) for number in dice.sample(range(6), 4)]
    use_cases.request_batch(
        actor=member, customer_id=customer.pk, rows=rows, confirm_duplicate=True
    )


def field_batch(shop: Shop, dice: random.Random) -> None:
    customer, _ = shop.customer(dice)
    rows = [factories.details(str(number)) for number in dice.sample(range(6), 4)]
    use_cases.create_field_batch(
        actor=shop.technician(dice).user,
        customer_id=customer.pk,
        rows=rows,
        confirm_duplicate=True,
    )


def decide_batch(shop: Shop, dice: random.Random) -> None:
    row = Repair.objects.filter(queue_status="PENDING", repair_batch__isnull=False).first()
    if row is None or row.repair_batch_id is None:
        return
    actor = factories.primary_of(row.customer)
    if dice.random() < 0.5:
        use_cases.approve_batch(actor=actor, batch_id=row.repair_batch_id)
    else:
        reason = factories.DECLINED
        use_cases.deny_batch(actor=actor, batch_id=row.repair_batch_id, reason=reason)


def move(shop: Shop, dice: random.Random) -> None:
    repair = shop.repair(dice)
    actor = shop.admin if dice.random() < 0.5 or not repair.technician else repair.technician.user
    targets = [s for s in QueueStatus if s != QueueStatus.REQUESTED]
    use_cases.move_repair(
        actor=actor,
        repair_id=repair.pk,
        target=dice.choice(targets),
        reason=factories.DECLINED,
        confirm_duplicate=True,
    )


def take(shop: Shop, dice: random.Random) -> None:
    repair = shop.repair(dice, QueueStatus.REQUESTED)
    use_cases.approve_repair(actor=shop.technician(dice).user, repair_id=repair.pk)


def complete(shop: Shop, dice: random.Random) -> None:
    repair = shop.repair(dice, QueueStatus.APPROVED, QueueStatus.IN_PROGRESS)
    use_cases.start_repair(actor=shop.admin, repair_id=repair.pk)
    use_cases.complete_repair(actor=shop.admin, repair_id=repair.pk)


def assign(shop: Shop, dice: random.Random) -> None:
    repair, technician = shop.repair(dice), shop.technician(dice)
    use_cases.assign_repair(
        actor=shop.admin, repair_id=repair.pk, technician_id=technician.pk, pin=dice.random() < 0.3
    )


def out_and_back(shop: Shop, dice: random.Random) -> None:
    technician = shop.technician(dice)
    for day in (shop_today(), None):
        use_cases.set_technician_out(actor=shop.admin, technician_id=technician.pk, day=day)


def void(shop: Shop, dice: random.Random) -> None:
    repair = shop.repair(dice, QueueStatus.COMPLETED)
    use_cases.void_repair(actor=shop.admin, repair_id=repair.pk, reason="Wrong truck")


def new_windshield(shop: Shop, dice: random.Random) -> None:
    unit = dice.choice(list(Unit.objects.all()))
    use_cases.mark_windshield_replaced(actor=shop.admin, unit_id=unit.pk)


STEPS: list[Callable[[Shop, random.Random], None]] = [
    *[request, request_batch, field_batch, decide_batch, decide_batch, void, new_windshield],
    *[take, take, complete, complete, assign, out_and_back, move, move, move],
]


def write_until(deadline: float, shop: Shop, seed: int) -> Counter[str]:
    """One writer's outcomes by name; refusals are part of the game, faults of the database not."""
    dice, outcomes = random.Random(seed), Counter[str]()  # noqa: S311 - no secret
    while time.monotonic() < deadline:
        step = dice.choice(STEPS)
        try:
            step(shop, dice)
            outcomes[step.__name__] += 1
        except (DomainError, IndexError):
            outcomes["refused"] += 1
        except OperationalError as error:
            outcomes[f"{step.__name__}: {error}"] += 1
    return outcomes


def soak(shop: Shop, seconds: float) -> Counter[str]:
    deadline = time.monotonic() + seconds
    writers = [partial(write_until, deadline, shop, seed) for seed in range(CROWD)]
    total = Counter[str]()
    for found in at_once(writers):
        assert isinstance(found, Counter), repr(found)
        total += found
    return total


def test_sixteen_writers_on_shared_rows_never_deadlock() -> None:
    total = soak(Shop(), SECONDS)
    names = {step.__name__ for step in STEPS} | {"refused"}
    assert total.keys() <= names, total
    # Everybody got something done: a soak in which all is refused shows nothing.
    assert total["request"] > 0
    assert total["complete"] > 0
    assert total["decide_batch"] > 0
    assert invariant_violations() == []
    assert list(chain.faults()) == []


def test_control_repairs_locked_in_any_order_deadlock(monkeypatch: pytest.MonkeyPatch) -> None:
    def lock_in_any_order(repair_ids: Iterable[int]) -> list[Repair]:
        wanted = list(repair_ids)
        random.shuffle(wanted)
        rows = Repair.objects.select_for_update(no_key=True)
        return [rows.get(pk=repair_id) for repair_id in wanted]

    monkeypatch.setattr(services, "locked_repairs", lock_in_any_order)
    shop = Shop()
    assert happens(lambda: "deadlock" in str(soak(shop, 4)))
