"""Reads of points, rewards and referrals, each a constant number of statements."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection
from django.db.models import Count, F, Q, QuerySet, Sum

from apps.repairs import pricing
from apps.repairs.models import Repair
from apps.repairs.queries import quote_now
from apps.rewards_referrals.enums import EARNED, EntryKind, ReferralStatus
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

# The ORM knows no recursion, and one statement a link would cost as many as the chain is long.
REFERRERS_ABOVE = f"""
    WITH RECURSIVE above (below, customer) AS (
        SELECT id, id FROM {Customer._meta.db_table} WHERE id IN (%s)
        UNION
        SELECT above.below, brought.referrer_id
        FROM above JOIN {Referral._meta.db_table} AS brought
            ON brought.referred_id = above.customer AND brought.status <> '{ReferralStatus.REFUSED}'
    )
    SELECT below, customer FROM above
"""  # noqa: S608  # names of our own


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

    def missing_for(self, points: int) -> int:
        """How many points more are needed; a debt has to be earned off first."""
        return max(points - self.balance + self.held, 0)


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


def offers_for(customer: Customer, standing: Standing) -> list[Offer]:
    """What this customer is offered, the cheapest first, and what is missing for it."""
    return [
        Offer(option, standing.missing_for(option.points_required))
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
    if terms.hold_days == 0 or account.pk is None:
        return 0
    since = now() - dt.timedelta(days=terms.hold_days)
    fresh = account.entries.filter(kind__in=EARNED, reversal=None, at__gt=since)
    return fresh.aggregate(total=Sum("points"))["total"] or 0


def points_to_expire(account: Reward, limit: dt.datetime) -> int:
    """Points earned up to an instant that nothing has used since; the oldest go first.

    What was taken back, and what took it back, count as if they had never been; what took back an
    entry of an account that was merged into this one was used, for its points came as moved ones.
    """
    came = Q(points__gt=0, reversal=None) & ~Q(kind=EntryKind.RETURN)
    went = Q(points__lt=0) & ~Q(kind=EntryKind.REVERSAL, reverses__reward=account)
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


def referrers_above(customer_ids: Collection[int]) -> dict[int, set[int]]:
    """Each of these customers, who brought them, who brought those, and so on; one statement.

    Referrals that do not count bring nobody. A circle ends where it began.
    """
    found: dict[int, set[int]] = {pk: set() for pk in customer_ids}
    if not found:
        return found
    marks = ", ".join(["%s"] * len(found))
    with connection.cursor() as cursor:
        cursor.execute(REFERRERS_ABOVE % marks, list(found))
        for below, above in cursor.fetchall():
            found[below].add(above)
    return found


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
