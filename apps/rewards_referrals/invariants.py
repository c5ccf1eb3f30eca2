"""What always holds of points, one query each."""

from collections.abc import Iterable

from django.db.models import (
    Count,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Window,
)
from django.db.models.functions import Coalesce, Lag

from apps.repairs.enums import QueueStatus
from apps.repairs.models import Repair
from apps.rewards_referrals.enums import (
    EARNED,
    WAITING,
    EntryKind,
    RedemptionStatus,
    ReferralStatus,
)
from apps.rewards_referrals.models import Referral, Reward, RewardEntry, RewardRedemption
from core.invariants import invariant
from core.money import ZERO


def _counted(rows: Subquery) -> Coalesce:
    return Coalesce(rows, 0, output_field=IntegerField())


@invariant("The entries of an account add up to its balance and number")
def _sum() -> Iterable[object]:
    rows = RewardEntry.objects.filter(reward=OuterRef("pk")).order_by().values("reward")
    total = _counted(Subquery(rows.annotate(n=Sum("points")).values("n")))
    number = _counted(Subquery(rows.annotate(n=Count("pk")).values("n")))
    found = Reward.objects.annotate(total=total, number=number)
    return found.exclude(points=F("total"), entry_count=F("number"))


@invariant("Each entry goes on from the balance before it")
def _chain() -> Iterable[object]:
    rows = RewardEntry.objects.annotate(
        before=_previous("balance_after"), place=_previous("position")
    )
    goes_on = Q(balance_after=F("before") + F("points"), position=F("place") + 1)
    return rows.filter(~goes_on).order_by("reward", "position")


def _previous(field: str) -> Coalesce:
    """What the entry before it has there, else 0."""
    window = Window(Lag(field), partition_by=[F("reward")], order_by=F("position").asc())
    return Coalesce(window, 0)


@invariant("Nobody owes points but for what was taken back")
def _debts() -> Iterable[object]:
    owed = Reward.objects.filter(points__lt=0)
    return owed.exclude(entries__kind__in=[EntryKind.REVERSAL, EntryKind.MOVED])


@invariant("What is taken back is the whole of the entry")
def _reversals() -> Iterable[object]:
    return RewardEntry.objects.filter(reverses__isnull=False).exclude(
        points=0 - F("reverses__points")
    )


@invariant("An account counts its customer's completed repairs")
def _completed() -> Iterable[object]:
    done = Repair.objects.revenue().filter(customer=OuterRef("customer"), redo_of=None)
    rows = done.order_by().values("customer").annotate(n=Count("pk")).values("n")
    return Reward.objects.annotate(n=_counted(Subquery(rows))).exclude(completed=F("n"))


@invariant("An account counts the discounts that wait")
def _waiting() -> Iterable[object]:
    rows = RewardRedemption.objects.filter(reward=OuterRef("pk"), status__in=WAITING)
    discounts = rows.discounts().order_by().values("reward")
    waiting = _counted(Subquery(discounts.annotate(n=Count("pk")).values("n")))
    return Reward.objects.annotate(n=waiting).exclude(waiting=F("n"))


@invariant("A milestone stands once an account")
def _milestones() -> Iterable[object]:
    standing = RewardEntry.objects.filter(kind=EntryKind.MILESTONE, reversal=None)
    counted = standing.order_by().values("reward", "number").annotate(n=Count("pk"))
    return counted.filter(n__gt=1)


@invariant("A repair's discount is what its reward took off")
def _discounts() -> Iterable[object]:
    standing = RewardRedemption.objects.filter(
        applied_to_repair=OuterRef("pk"), status=RedemptionStatus.FULFILLED
    )
    taken = Coalesce(Subquery(standing.values("amount_off")[:1]), ZERO)
    return Repair.objects.revenue().annotate(taken=taken).exclude(discount=F("taken"))


@invariant("A discount waits for a repair of its customer that is open")
def _chosen() -> Iterable[object]:
    waiting = RewardRedemption.objects.waiting().filter(applied_to_repair__isnull=False)
    ended = Q(applied_to_repair__queue_status__in=[QueueStatus.COMPLETED, QueueStatus.DENIED])
    return waiting.filter(ended | ~Q(reward__customer=F("applied_to_repair__customer")))


@invariant("No voided repair and no redo keeps points")
def _voided() -> Iterable[object]:
    kept = RewardEntry.objects.filter(kind__in=EARNED, reversal=None)
    return kept.filter(Q(repair__voided_at__isnull=False) | Q(repair__redo_of__isnull=False))


@invariant("An ended redemption gave its points back, and no other did")
def _returned() -> Iterable[object]:
    ended = RewardRedemption.objects.filter(
        status__in=[RedemptionStatus.REJECTED, RedemptionStatus.CANCELLED]
    ).count()
    given = RewardEntry.objects.filter(kind=EntryKind.RETURN).count()
    took = RewardEntry.objects.filter(kind=EntryKind.REDEMPTION).count()
    made = RewardRedemption.objects.count()
    return [] if (ended, made) == (given, took) else [f"{ended} ended, {given} given back"]


def _of_referrals() -> "QuerySet[RewardEntry]":
    kinds = [EntryKind.REFERRER, EntryKind.REFERRED]
    return RewardEntry.objects.filter(kind__in=kinds, reversal=None).order_by()


@invariant("Points of a referral stand only while it is paid")
def _referrals() -> Iterable[object]:
    paid = Referral.objects.filter(status=ReferralStatus.PAID)
    return _of_referrals().exclude(repair__in=paid.values("first_repair"))


@invariant("A repair pays a referral once")
def _paid_once() -> Iterable[object]:
    counted = _of_referrals().values("kind", "repair").annotate(n=Count("pk"))
    return counted.filter(n__gt=1)
