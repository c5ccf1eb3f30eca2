"""Random operations on points: balances are what the plain model says, after every step."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from apps.queue_management import use_cases
from apps.rewards_referrals.models import Reward, RewardRedemption
from core.errors import DomainError
from core.invariants import invariant_violations
from core.models import Customer, User
from tests import factories

pytestmark = pytest.mark.once
MILESTONES = {5: 250, 10: 500, 25: 1000}
COST = 120
whose, places = st.integers(0, 1), st.integers(0, 30)


class KilledError(Exception):
    """The process died before its transaction ended."""


@transaction.atomic
def killed_at_the_end(action: Callable[[], Any]) -> None:
    """Do it, and lose it."""
    action()
    raise KilledError


class Plain:
    """A customer's points as one would count them by hand."""

    def __init__(self) -> None:
        self.balance = 0
        self.brought: dict[int, list[tuple[int, int]]] = {}  # by repair: (number or 0, points)
        self.reached = 0
        self.waiting: list[int] = []
        self.used: dict[int, int] = {}  # by repair, the redemption that came off it

    def standing(self) -> set[int]:
        return {number for told in self.brought.values() for number, _ in told}

    def complete(self, repair: int) -> None:
        number = len(self.brought) + 1
        due = [n for n in range(self.reached + 1, number + 1) if n in MILESTONES]
        told = [(0, 50)] + [(n, MILESTONES[n]) for n in due if n not in self.standing()]
        self.reached = max(self.reached, number)
        self.brought[repair] = told
        self.balance += sum(points for _, points in told)
        if self.waiting:
            self.used[repair] = self.waiting.pop(0)

    def void(self, repair: int) -> None:
        told = self.brought.pop(repair)
        self.balance -= sum(points for _, points in told)
        self.reached = min([self.reached, *(number - 1 for number, _ in told if number)])
        if self.used.pop(repair, None):
            self.balance += COST


class Ledger(RuleBasedStateMachine):
    """Two customers, one of them brought by the other, and everything that moves points."""

    @initialize()
    def open_shop(self) -> None:
        self.system, self.option = User.objects.system(), factories.make_option(points=COST)
        self.technician = factories.make_technician()
        self.customers: list[Customer] = [factories.make_customer() for _ in range(2)]
        self.people = [factories.make_primary(customer) for customer in self.customers]
        self.plain = [Plain(), Plain()]
        self.last: Callable[[], Any] = lambda: None

    def killed_first(self, action: Callable[[], Any], *, is_killed: bool) -> Any:
        """Do it; before that, once, with the process dying at the very end."""
        if is_killed:
            with pytest.raises(KilledError):
                killed_at_the_end(action)
        return action()

    @rule(who=whose, is_killed=st.booleans())
    def complete(self, who: int, is_killed: bool) -> None:  # noqa: FBT001 - Hypothesis passes by name
        repair = factories.started_repair(customer=self.customers[who], technician=self.technician)

        def finish() -> Any:
            return use_cases.complete_repair(actor=self.system, repair_id=repair.pk)

        self.killed_first(finish, is_killed=is_killed)
        self.plain[who].complete(repair.pk)
        self.last = finish

    @rule(who=whose, is_killed=st.booleans())
    def redeem(self, who: int, is_killed: bool) -> None:  # noqa: FBT001 - as above
        plain = self.plain[who]

        def ask() -> RewardRedemption:
            return use_cases.redeem_reward(actor=self.people[who], option_id=self.option.pk)

        if plain.balance < COST:
            with pytest.raises(DomainError):
                ask()
            return
        plain.waiting.append(self.killed_first(ask, is_killed=is_killed).pk)
        plain.balance -= COST

    @rule(who=whose, place=places)
    def cancel(self, who: int, place: int) -> None:
        plain = self.plain[who]
        if not plain.waiting:
            return
        redemption = plain.waiting.pop(place % len(plain.waiting))
        plain.balance += COST

        def take_back() -> Any:
            return use_cases.cancel_redemption(actor=self.people[who], redemption_id=redemption)

        take_back()
        self.last = take_back

    @rule(who=whose, place=places, is_killed=st.booleans())
    def void(self, who: int, place: int, is_killed: bool) -> None:  # noqa: FBT001 - as above
        plain = self.plain[who]
        if not plain.brought:
            return
        repair = sorted(plain.brought)[place % len(plain.brought)]

        def take_back() -> Any:
            return use_cases.void_repair(actor=self.system, repair_id=repair, reason="Mistake")

        self.killed_first(take_back, is_killed=is_killed)
        plain.void(repair)
        self.last = take_back

    @rule(who=whose, points=st.integers(-300, 300).filter(bool))
    def adjust(self, who: int, points: int) -> None:
        plain = self.plain[who]

        def correct() -> Any:
            return use_cases.adjust_points(
                actor=self.system,
                customer_id=self.customers[who].pk,
                points=points,
                reason="By hand",
            )

        if points < 0 and plain.balance + points < 0:
            with pytest.raises(DomainError):
                correct()
            return
        correct()
        plain.balance += points

    @rule()
    def retry(self) -> None:
        """The last operation comes a second time, as after a lost answer."""
        self.last()

    @invariant()
    def balances_are_those_of_the_model(self) -> None:
        for customer, plain in zip(
            getattr(self, "customers", ()), getattr(self, "plain", ()), strict=True
        ):
            account = Reward.objects.filter(customer=customer).first()
            found = 0, 0
            if account is not None:
                total = account.entries.aggregate(total=Sum("points"))["total"] or 0
                found = account.points, total
            assert found == (plain.balance, plain.balance)


@pytest.mark.django_db
def test_the_ledger_follows_the_model() -> None:
    class InTransaction(Ledger):
        """Each history in a transaction of its own, undone at its end."""

        def __init__(self) -> None:
            super().__init__()
            self.savepoint = transaction.savepoint()

        def teardown(self) -> None:
            assert invariant_violations() == []
            transaction.savepoint_rollback(self.savepoint)

    assert settings.default is not None
    # Deep: 150 histories of 70 operations.
    is_deep = settings.default.max_examples > 1000
    limits = settings(
        max_examples=150 if is_deep else 4,
        stateful_step_count=70 if is_deep else 15,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(InTransaction, settings=limits)
