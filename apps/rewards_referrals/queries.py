"""Reads of points, rewards and referrals, each a constant number of statements."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, F, Q, QuerySet, Sum

from apps.repairs import pricing
from apps.repairs.models import Repair
from apps.repairs.queries import quote_now
from apps.rewards_referrals.enums import EARNED, EntryKind
from apps.rewards_referrals.models import (
    Referral,
    Reward,
    RewardEntry,
    RewardOption,
    RewardRedemption,
    RewardTerms,
)
from apps.rewards_referrals.points import amount_off, next_milestone, worth
from core.clock import now
from core.models import Customer, User
from core.money import ZERO

REFERRERS_READ = 50


@dataclass(frozen=True)
class Standing:
    """How a customer's account stands.

    Attributes:
        account: The row; none before the first point.
        balance: All points, below 0 for a debt.
        available: Those that can be redeemed now.
        held: Those that wait for the end of the hold.
        completed: Completed repairs that count.
        next_milestone: The number of repairs that brings points next, and how many.
        terms: The numbers in force.
    """

    account: Reward | None
    balance: int
    available: int
    held: int
    completed: int
    next_milestone: tuple[int, int] | None
    terms: RewardTerms


@dataclass(frozen=True)
class Offer:
    """An option as a customer sees it: ``missing`` is 0 when it can be redeemed now."""

    option: RewardOption
    missing: int


def standing_of(customer_id: int) -> Standing:
    """How the account of a customer stands; without one, as a new one would."""
    account = Reward.objects.filter(customer_id=customer_id).select_related("customer").first()
    terms = RewardTerms.objects.current()
    if account is None:
        done = completed_of(customer_id)
        return Standing(None, 0, 0, 0, done, next_milestone(terms, done), terms)
    held = points_on_hold(account, terms)
    ahead = next_milestone(terms, account.completed)
    available = max(account.points - held, 0)
    return Standing(account, account.points, available, held, account.completed, ahead, terms)


def offers_for(customer: Customer, available: int) -> list[Offer]:
    """What this customer is offered, the cheapest first, and what is missing for it."""
    return [
        Offer(option, max(option.points_required - available, 0))
        for option in RewardOption.objects.offered_to(customer)
    ]


def entries_of(user: User, customer_id: int | None = None) -> QuerySet[RewardEntry]:
    """Entries that this person may see, the newest first, of one customer if named."""
    entries = RewardEntry.objects.visible_to(user).select_related(
        "reward__customer", "repair", "customer_user__user", "actor"
    )
    return entries if customer_id is None else entries.filter(reward__customer_id=customer_id)


def redemptions_of(user: User, customer_id: int | None = None) -> QuerySet[RewardRedemption]:
    """Redemptions that this person may see, the newest first, of one customer if named."""
    found = RewardRedemption.objects.visible_to(user).select_related(
        "reward__customer", "reward_option", "applied_to_repair", "redeemed_by", "decided_by"
    )
    return found if customer_id is None else found.filter(reward__customer_id=customer_id)


def referrals_of(user: User) -> QuerySet[Referral]:
    """Referrals that this person may see, the newest first."""
    return Referral.objects.visible_to(user).select_related(
        "referrer", "referred", "code__owner", "entered_by", "first_repair"
    )


def completed_of(customer_id: int) -> int:
    """Completed repairs that count: no redo, none voided."""
    done = Repair.objects.revenue().filter(customer_id=customer_id, redo_of=None)
    return done.count()


def standing_milestones(account: Reward) -> set[int]:
    """The numbers whose milestones were paid and not taken back."""
    paid = account.entries.filter(kind=EntryKind.MILESTONE, reversal=None)
    return {number for number in paid.values_list("number", flat=True) if number is not None}


def points_on_hold(account: Reward, terms: RewardTerms) -> int:
    """Earned points that wait for the end of the hold; costs nothing where there is none."""
    if terms.hold_days == 0:
        return 0
    since = now() - dt.timedelta(days=terms.hold_days)
    fresh = account.entries.filter(kind__in=EARNED, reversal=None, at__gt=since)
    return fresh.aggregate(total=Sum("points"))["total"] or 0


def points_to_expire(account: Reward, limit: dt.datetime) -> int:
    """Points earned up to an instant that nothing has used since; the oldest go first.

    What was taken back, and what took it back, count as if they had never been.
    """
    came = Q(points__gt=0, reversal=None) & ~Q(kind=EntryKind.RETURN)
    went = Q(points__lt=0) & ~Q(kind=EntryKind.REVERSAL)
    found = account.entries.aggregate(
        old=Sum("points", filter=came & Q(at__lte=limit)),
        used=Sum("points", filter=went | Q(kind=EntryKind.RETURN)),
    )
    return max((found["old"] or 0) + min(found["used"] or 0, 0), 0)


def is_dearest_open(repair: Repair) -> bool:
    """Whether no other open row of its batch was offered for more; outside a batch it is."""
    if repair.repair_batch_id is None:
        return True
    others = Repair.objects.open().filter(repair_batch=repair.repair_batch_id)
    return not others.exclude(pk=repair.pk).filter(offered_amount__gt=repair.cost).exists()


def referrers_above(customer_id: int) -> list[int]:
    """Who brought a customer, who brought those, and so on, the customer first."""
    chain = [customer_id]
    while len(chain) < REFERRERS_READ:  # pragma: no branch - no chain is as long in a test
        above = Referral.objects.filter(referred_id=chain[-1]).values_list("referrer_id", flat=True)
        found = above.first()
        if found is None or found in chain:
            break
        chain.append(found)
    return chain


def reward_for(repair: Repair) -> RewardRedemption | None:
    """What would come off this open repair if it were completed now: chosen for it, or the oldest.

    One statement; that of a batch is told at its dearest open row.
    """
    if repair.priced_at is not None or repair.redo_of_id is not None or not repair.is_open:
        return None
    rows = RewardRedemption.objects.waiting().discounts()
    rows = rows.filter(reward__customer_id=repair.customer_id)
    wanted = rows.filter(Q(applied_to_repair=repair) | Q(applied_to_repair=None))
    found = wanted.order_by(F("applied_to_repair").desc(nulls_last=True), "pk").first()
    if found is None or (found.applied_to_repair_id is None and not is_dearest_open(repair)):
        return None
    return found


def reward_line(redemption: RewardRedemption, cost: Decimal) -> pricing.Line:
    """The line of a price that says what a reward takes off."""
    off = amount_off(redemption.kind, redemption.value, cost)
    return pricing.Line("reward", redemption.pk, f"Reward: {redemption.name}", -off)


def charged_now(repair: Repair) -> pricing.Quote:
    """What would be charged if the repair were completed now, its reward included.

    For a completed one: what was charged. Limits and approvals are about the price without it:
    ``repairs.queries.quote_now``.
    """
    return with_reward(quote_now(repair), reward_for(repair))


def with_reward(quote: pricing.Quote, redemption: RewardRedemption | None) -> pricing.Quote:
    """The quote less what the reward takes off."""
    if redemption is None or quote.amount == ZERO:
        return quote
    line = reward_line(redemption, quote.amount)
    return pricing.Quote(quote.amount + line.amount, (*quote.lines, line))


def choosable_repairs(user: User, customer_id: int) -> QuerySet[Repair]:
    """Open repairs of the customer that a discount can be chosen for."""
    open_ones = Repair.objects.visible_to(user).open().filter(customer_id=customer_id, redo_of=None)
    taken = RewardRedemption.objects.waiting().filter(applied_to_repair__isnull=False)
    return open_ones.exclude(pk__in=taken.values("applied_to_repair")).order_by("-id")


@dataclass(frozen=True)
class Liability:
    """What the shop owes in points: outstanding ones, their worth, debts, what waits."""

    accounts: int
    points: int
    owed_to_shop: int
    worth: Decimal
    waiting: int
    waiting_points: int


def liability() -> Liability:
    """Points outstanding and their worth, for the owner; three statements."""
    terms = RewardTerms.objects.current()
    held = Reward.objects.aggregate(
        accounts=Count("pk", filter=~Q(points=0)),
        outstanding=Sum("points", filter=Q(points__gt=0)),
        owed=Sum("points", filter=Q(points__lt=0)),
    )
    waiting = RewardRedemption.objects.waiting().aggregate(n=Count("pk"), taken=Sum("points"))
    points = held["outstanding"] or 0
    return Liability(
        accounts=held["accounts"],
        points=points,
        owed_to_shop=-(held["owed"] or 0),
        worth=worth(terms, points),
        waiting=waiting["n"],
        waiting_points=waiting["taken"] or 0,
    )


def saved_by_rewards(customer_id: int) -> Decimal:
    """What rewards took off the customer's prices in all."""
    done = Repair.objects.revenue().filter(customer_id=customer_id)
    return done.aggregate(total=Sum("discount"))["total"] or ZERO
