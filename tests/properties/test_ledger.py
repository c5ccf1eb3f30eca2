"""Random operations on points: balances are what the plain model says, after every step."""

from collections.abc import Callable
from typing import Any, ClassVar

import pytest
from django.db import transaction
from django.db.models import Sum
from django.http import HttpResponse
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from apps.queue_management import use_cases
from apps.rewards_referrals.models import Reward, RewardOption
from core.errors import DomainError
from core.idempotency import Call, answer_once
from core.invariants import invariant_violations
from core.models import Customer, User
from tests import factories

pytestmark = pytest.mark.once
MILESTONES = {5: 250, 10: 500, 25: 1000}
COST = 120
# Histories at a time, their operations at most, for some end early, and how many to come to.
SHORT, DEEP = (4, 15, 1), (25, 70, 10_000)
whose, places = st.integers(0, 1), st.integers(0, 30)
kills = st.sampled_from((False, False, True))


class KilledError(Exception):
    """The process died before its transaction ended."""


@transaction.atomic
def killed_at_the_end(action: Callable[[], Any]) -> None:
    """Do it, and lose it."""
    action()
    raise KilledError


class Plain:
    """A customer's points as one would count them by hand."""

    def __init__(self, referrer: "Plain | None" = None) -> None:
        self.balance = 0
        self.brought: dict[int, list[tuple[int, int]]] = {}  # by repair: (number or 0, points)
        self.reached = 0
        self.waiting: list[int] = []
        self.used: dict[int, int] = {}  # by repair, the redemption that came off it
        self.referrer = referrer
        self.welcome: int | None = None  # the repair that paid the referral

    def standing(self) -> set[int]:
        return {number for told in self.brought.values() for number, _ in told}

    def complete(self, repair: int) -> None:
        number = len(self.brought) + 1
        due = [n for n in range(self.reached + 1, number + 1) if n in MILESTONES]
        told = [(0, 50)] + [(n, MILESTONES[n]) for n in due if n not in self.standing()]
        if self.referrer is not None and self.welcome is None:
            self.welcome = repair
            self.referrer.balance += 500
            told.append((0, 100))
        self.reached = max(self.reached, number)
        self.brought[repair] = told
        self.balance += sum(points for _, points in told)
        if self.waiting:
            self.used[repair] = self.waiting.pop(0)

    def void(self, repair: int) -> None:
        told = self.brought.pop(repair)
        self.balance -= sum(points for _, points in told)
        self.reached = min([self.reached, *(number - 1 for number, _ in told if number)])
        if self.referrer is not None and self.welcome == repair:
            self.welcome = None
            self.referrer.balance -= 500
        if self.used.pop(repair, None):
            self.balance += COST


class Shop:
    """Two customers, one of them brought by the other, with all the work a history can finish.

    Made once: each history undoes what it did to it.
    """

    def __init__(self, steps: int) -> None:
        self.option: RewardOption = factories.make_option(points=COST)
        self.customers: list[Customer] = [factories.make_customer() for _ in range(2)]
        self.people = [factories.primary_of(customer) for customer in self.customers]
        factories.refer(*self.customers)
        technician = factories.make_technician()
        self.started = [
            [
                factories.started_repair(customer=customer, technician=technician).pk
                for _ in range(steps)
            ]
            for customer in self.customers
        ]


class Ledger(RuleBasedStateMachine):
    """Everything that moves points, done, refused, lost and done again."""

    shop: ClassVar[Shop]
    operations: ClassVar[int] = 0

    @initialize()
    def open_shop(self) -> None:
        self.system = User.objects.system()
        self.started = [iter(ids) for ids in self.shop.started]
        first = Plain()
        self.plain = [first, Plain(referrer=first)]
        self.last: Callable[[], Any] | None = None
        self.done = 0

    def one_with(self, who: int, what: str) -> tuple[int, Plain]:
        """This customer, or the other one if only that has any."""
        who = who if getattr(self.plain[who], what) else 1 - who
        return who, self.plain[who]

    def some_have(self, what: str) -> bool:
        return any(getattr(plain, what) for plain in self.plain)

    def count(self) -> int:
        """One operation more; its number in this history."""
        type(self).operations += 1
        self.done += 1
        return self.done

    def do(self, action: Callable[[], Any], *, is_killed: bool = False) -> Any:
        """Do it; before that, once, with the process dying at the very end if so asked."""
        self.count()
        if is_killed:
            with pytest.raises(KilledError):
                killed_at_the_end(action)
        self.last = action
        return action()

    def refused(self, action: Callable[[], Any]) -> None:
        self.count()
        with pytest.raises(DomainError):
            action()

    @rule(who=whose, is_killed=kills)
    def complete(self, who: int, is_killed: bool) -> None:  # noqa: FBT001 - Hypothesis passes by name
        repair = next(self.started[who])
        self.do(
            lambda: use_cases.complete_repair(actor=self.system, repair_id=repair),
            is_killed=is_killed,
        )
        self.plain[who].complete(repair)

    @rule(who=whose, is_killed=kills)
    def redeem(self, who: int, is_killed: bool) -> None:  # noqa: FBT001 - as above
        plain, actor = self.plain[who], self.shop.people[who]
        call = Call(f"user:{actor.pk}", f"operation {self.done}", "f" * 64)

        def redeem() -> HttpResponse:
            made = use_cases.redeem_reward(actor=actor, option_id=self.shop.option.pk)
            return HttpResponse(f"{made.pk}", status=201)

        def ask() -> HttpResponse:
            return answer_once(call, redeem)

        if plain.balance < COST:
            self.refused(ask)
            return
        plain.waiting.append(int(self.do(ask, is_killed=is_killed).content))
        plain.balance -= COST

    @precondition(lambda self: self.some_have("waiting"))
    @rule(who=whose, place=places, is_killed=kills)
    def cancel(self, who: int, place: int, is_killed: bool) -> None:  # noqa: FBT001 - as above
        who, plain = self.one_with(who, "waiting")
        redemption = plain.waiting.pop(place % len(plain.waiting))
        actor = self.shop.people[who]
        self.do(
            lambda: use_cases.cancel_redemption(actor=actor, redemption_id=redemption),
            is_killed=is_killed,
        )
        plain.balance += COST

    @precondition(lambda self: self.some_have("brought"))
    @rule(who=whose, place=places, is_killed=kills)
    def void(self, who: int, place: int, is_killed: bool) -> None:  # noqa: FBT001 - as above
        _, plain = self.one_with(who, "brought")
        repair = sorted(plain.brought)[place % len(plain.brought)]
        self.do(
            lambda: use_cases.void_repair(actor=self.system, repair_id=repair, reason="Mistake"),
            is_killed=is_killed,
        )
        plain.void(repair)

    @rule(who=whose, points=st.integers(-300, 300).filter(bool), is_killed=kills)
    def adjust(self, who: int, points: int, is_killed: bool) -> None:  # noqa: FBT001 - as above
        plain, customer, reference = self.plain[who], self.shop.customers[who], f"{self.done}"

        def correct() -> Any:
            return use_cases.adjust_points(
                actor=self.system,
                customer_id=customer.pk,
                points=points,
                reason="By hand",
                reference=reference,
            )

        if points < 0 and plain.balance + points < 0:
            self.refused(correct)
            return
        self.do(correct, is_killed=is_killed)
        plain.balance += points

    @precondition(lambda self: self.last is not None)
    @rule()
    def retry(self) -> None:
        """The last operation comes a second time, as after a lost answer."""
        assert self.last is not None
        self.do(self.last)

    @invariant()
    def balances_are_those_of_the_model(self) -> None:
        accounts = Reward.objects.filter(customer__in=self.shop.customers)
        found = {
            customer: (points, total or 0)
            for customer, points, total in accounts.annotate(
                total=Sum("entries__points")
            ).values_list("customer", "points", "total")
        }
        for customer, plain in zip(self.shop.customers, getattr(self, "plain", ()), strict=False):
            assert found.get(customer.pk, (0, 0)) == (plain.balance, plain.balance)


@pytest.mark.django_db
def test_the_ledger_follows_the_model() -> None:
    assert settings.default is not None
    histories, steps, wanted = DEEP if settings.default.max_examples > 1000 else SHORT

    class InTransaction(Ledger):
        """Each history in a transaction of its own, undone at its end."""

        shop = Shop(steps)

        def __init__(self) -> None:
            super().__init__()
            self.savepoint = transaction.savepoint()

        def teardown(self) -> None:
            assert invariant_violations() == []
            transaction.savepoint_rollback(self.savepoint)

    limits = settings(
        max_examples=histories,
        stateful_step_count=steps,
        suppress_health_check=list(HealthCheck),
    )
    while InTransaction.operations < wanted:
        run_state_machine_as_test(InTransaction, settings=limits)
