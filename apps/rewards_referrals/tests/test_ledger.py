"""What the models and the database refuse, written past the services."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from apps.rewards_referrals.enums import EntryKind, RewardKind
from apps.rewards_referrals.models import (
    LedgerWrittenError,
    Referral,
    Reward,
    RewardEntry,
    RewardRedemption,
    RewardType,
)
from core.invariants import invariant_violations
from core.models import User
from tests import factories
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(cast: Cast) -> Reward:
    return factories.give_points(cast.fleet, 100)


def entry(account: Reward, **values: Any) -> RewardEntry:
    common = {"kind": EntryKind.REPAIR, "points": 5, "balance_after": 105, "position": 2}
    common |= {"source": "other", "actor": User.objects.system()}
    return RewardEntry(reward=account, **common | values)


def test_an_entry_is_appended_and_never_changed(account: Reward) -> None:
    kept = account.entries.get()
    for write in (kept.save, kept.delete, account.entries.all().delete, account.save):
        with pytest.raises(LedgerWrittenError):
            write()
    with pytest.raises(LedgerWrittenError):
        account.entries.update(points=1)
    for how in ("ignore_conflicts", "update_conflicts"):
        with pytest.raises(LedgerWrittenError):
            RewardEntry.objects.bulk_create([entry(account)], **{how: True})
    with pytest.raises(LedgerWrittenError):
        RewardEntry.objects.bulk_create([entry(account)], None, True)
    with pytest.raises(LedgerWrittenError):
        Reward.objects.bulk_create([Reward(customer=factories.make_customer())])
    with pytest.raises(LedgerWrittenError):
        Reward.objects.update(points=1)
    with pytest.raises(LedgerWrittenError):
        Reward(customer=factories.make_customer(), points=1).save()
    assert Reward.objects.filter(pk=account.pk).update(waiting=0) == 1


@pytest.mark.parametrize(
    "values",
    [
        {"kind": EntryKind.ADJUSTMENT, "source": "TWICE", "reason": "x"},
        {"position": 1},
        {"position": 0},
        {"points": 0, "balance_after": 100},
        {"kind": "gift"},
        {"kind": EntryKind.REDEMPTION, "points": -101, "balance_after": -1},
        {"kind": EntryKind.EXPIRY, "points": -101, "balance_after": -1},
        {"kind": EntryKind.REVERSAL},
        {"kind": EntryKind.ADJUSTMENT},
    ],
    ids=str,
)
def test_the_database_refuses_an_entry(account: Reward, values: dict[str, Any]) -> None:
    known = account.entries.get().source
    values = {name: known if value == "TWICE" else value for name, value in values.items()}
    with pytest.raises(IntegrityError), transaction.atomic():
        entry(account, **values).save()


def execute(sql: str, *values: Any) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)


@pytest.mark.postgresql
def test_postgresql_keeps_the_ledger_whole(account: Reward) -> None:
    table, accounts = RewardEntry._meta.db_table, Reward._meta.db_table
    for sql in (
        f"UPDATE {table} SET points = 1",  # noqa: S608 - our own names
        f"DELETE FROM {table}",  # noqa: S608 - as above
        f"UPDATE {accounts} SET points = 101",  # noqa: S608 - as above
        f"UPDATE {accounts} SET entry_count = 0, points = 0",  # noqa: S608 - as above
    ):
        with pytest.raises(Exception, match=r"Cannot|balance of account"):
            execute(sql)
    for wrong in ({"balance_after": 106}, {"position": 3}):
        with pytest.raises(IntegrityError, match="does not go on"), transaction.atomic():
            entry(account, **wrong).save()


def test_a_thing_takes_nothing_off_and_one_reward_a_repair(cast: Cast) -> None:
    pizza = factories.redeem(
        factories.make_option(kind=RewardKind.MERCHANDISE), customer=cast.fleet
    )
    repair = factories.request(customer=cast.fleet)
    off = factories.redeem(factories.make_option(), customer=cast.fleet, repair=repair)
    rows = RewardRedemption.objects
    for wrong in (
        lambda: rows.filter(pk=pizza.pk).update(applied_to_repair=repair),
        lambda: rows.filter(pk=off.pk).update(status="FULFILLED"),
        lambda: rows.filter(pk=off.pk).update(status="LOST"),
        lambda: RewardRedemption.objects.create(
            reward=off.reward,
            reward_option=off.reward_option,
            name="x",
            kind=off.kind,
            points=1,
            applied_to_repair=repair,
            redeemed_by=cast.primary,
        ),
        lambda: RewardType.objects.create(name="x", kind=RewardKind.MERCHANDISE, value=1),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            wrong()


def test_one_welcome_a_customer_and_not_by_oneself(cast: Cast) -> None:
    known = factories.refer(cast.fleet, cast.other_fleet)
    common = {"code": known.code, "referrer": cast.fleet, "entered_by": cast.admin}
    for referred in (cast.fleet, cast.other_fleet):
        with pytest.raises(IntegrityError), transaction.atomic():
            Referral.objects.create(referred=referred, **common)
    with pytest.raises(IntegrityError), transaction.atomic():
        Referral.objects.filter(pk=known.pk).update(status="PAID")


def test_points_of_a_referral_that_stand_alone_or_twice_are_found(cast: Cast) -> None:
    factories.refer(cast.fleet, cast.other_fleet)
    repair = factories.completed_repair(customer=cast.other_fleet)
    assert invariant_violations() == []
    account = Reward.objects.get(customer=cast.fleet)
    again = {"kind": EntryKind.REFERRER, "balance_after": 505, "repair": repair}
    entry(account, **again).save()
    assert "A repair pays a referral once" in violated()
    Referral.objects.update(status="PENDING", paid_at=None, first_repair=None)
    assert "Points of a referral stand only while it is paid" in violated()


def violated() -> list[str]:
    return [violation.name for violation in invariant_violations()]


def test_what_things_are_called(cast: Cast) -> None:
    option = factories.make_option("$5 off")
    redemption = factories.redeem(option, customer=cast.fleet)
    referral = factories.refer(cast.fleet, cast.other_fleet)
    assert [str(each) for each in (redemption.reward, option, option.reward_type, redemption)] == [
        "Points of Demo Fleet",
        "$5 off",
        "$5 off",
        "$5 off for 500 points",
    ]
    assert str(referral) == f"Other Fleet by {referral.code}"
    assert str(redemption.reward.entries.first()) == "Redeemed: -500"
