"""What the end of a repair does to points: earned, taken off, taken back."""

from collections import defaultdict
from dataclasses import dataclass, field

from apps.audit.recorder import record, snapshot
from apps.repairs.models import Repair
from apps.rewards_referrals.enums import (
    EARNED,
    EntryKind,
    RedemptionStatus,
    ReferralStatus,
)
from apps.rewards_referrals.models import (
    Referral,
    Reward,
    RewardEntry,
    RewardRedemption,
    RewardTerms,
)
from apps.rewards_referrals.points import milestones
from apps.rewards_referrals.queries import completed_of, standing_milestones
from apps.rewards_referrals.services.ledger import (
    Posting,
    locked_accounts,
    open_account,
    post,
    reversal_of,
    store_counts,
)
from apps.rewards_referrals.services.redemptions import apply_waiting, end
from core.clock import now
from core.models import User


@dataclass
class Outcome:
    """What a completed or voided repair did to points, for those who are told.

    Attributes:
        account: The customer's, as it is now; none where nothing happened.
        points: What came to it, less than 0 for what was taken back.
        applied: The reward that came off the price.
        returned: The reward whose points came back, because the repair was voided.
        referral: What was paid with this repair, or taken back.
        is_welcome: Whether the customer got points for having come by a code.
        referrer_points: What the referrer got, or lost.
    """

    account: Reward | None = None
    points: int = 0
    applied: RewardRedemption | None = None
    returned: RewardRedemption | None = None
    referral: Referral | None = None
    is_welcome: bool = False
    referrer_points: int = 0
    milestones: list[int] = field(default_factory=list)


def earn_and_apply(*, actor: User, repair: Repair) -> Outcome:
    """Let a repair that was just priced bring its points, and take off what waits.

    Called between ``fix_price`` and the move, so that the discount is stored with the price. The
    caller holds the locks of customer, unit and repair, and those of its visits.

    1. lock the accounts of the customer and of who referred them; 2. take off what waits; 3. write
    what the repair, its number and the referral bring. A redo neither earns nor takes.
    """
    if repair.redo_of_id is not None:
        return Outcome()
    account, referrer = _accounts(repair)
    applied = apply_waiting(actor=actor, account=account, repair=repair)
    terms = RewardTerms.objects.current()
    postings = _earned(account, repair, terms)
    outcome = Outcome(account, applied=applied)
    if referrer is not None:
        postings += _pay_referral(actor, repair, referrer, terms, outcome)
    account.completed += 1
    account.milestone = max(account.milestone, account.completed)
    if postings:
        post(actor=actor, account=account, postings=postings, verb="reward.earned")
    else:
        store_counts(account)
    outcome.points = sum(posting.points for posting in postings)
    outcome.milestones = [p.number for p in postings if p.number is not None]
    return outcome


def _accounts(repair: Repair) -> tuple[Reward, Reward | None]:
    """The customer's account, and that of who referred them if this is to be paid; locked."""
    pending = Referral.objects.filter(referred_id=repair.customer_id, status=ReferralStatus.PENDING)
    rows = locked_accounts(repair.customer_id, or_of=pending.values("referrer_id"))
    account = rows.pop(repair.customer_id, None)
    if account is None:
        # Nobody else finds it before we commit, and the customer is locked: no lock is needed.
        counted = completed_of(repair.customer_id)
        account = open_account(repair.customer, completed=counted)
    return account, next(iter(rows.values()), None)


def _earned(account: Reward, repair: Repair, terms: RewardTerms) -> list[Posting]:
    number = account.completed + 1
    found = [Posting(EntryKind.REPAIR, terms.points_per_repair, str(repair.pk), repair=repair)]
    reached = dict(milestones(terms, account.milestone, number))
    if account.milestone < account.completed:
        # One that was taken back comes again; what still stands does not come twice.
        for paid in standing_milestones(account):
            reached.pop(paid, None)
    for at, points in reached.items():
        source = f"{repair.pk}:{at}"
        found.append(Posting(EntryKind.MILESTONE, points, source, repair=repair, number=at))
    return [posting for posting in found if posting.points]


def _pay_referral(
    actor: User, repair: Repair, referrer: Reward, terms: RewardTerms, outcome: Outcome
) -> list[Posting]:
    """Write what the referrer gets; returns what the referred customer gets."""
    referral = Referral.objects.select_related("referrer", "referred", "code").get(
        referred_id=repair.customer_id
    )
    source = f"{referral.pk}:{repair.pk}"
    before = snapshot(referral)
    referral.status, referral.paid_at = ReferralStatus.PAID, now()
    referral.first_repair = repair
    referral.save()
    record(actor=actor, verb="referral.paid", target=referral, before=before)
    if terms.referrer_points:
        posting = Posting(EntryKind.REFERRER, terms.referrer_points, source, repair=repair)
        post(actor=actor, account=referrer, postings=[posting], verb="reward.earned")
    outcome.referral, outcome.referrer_points = referral, terms.referrer_points
    outcome.is_welcome = terms.referred_points > 0
    if not outcome.is_welcome:
        return []
    return [Posting(EntryKind.REFERRED, terms.referred_points, source, repair=repair)]


def take_back(*, actor: User, repair: Repair) -> Outcome:
    """Undo what a repair brought that is now voided, also when it was spent: the rest is owed.

    The points of a reward that came off its price come back, for nothing is charged any more; a
    referral that it paid waits for the next first repair. The caller has locked the repair.
    """
    if repair.redo_of_id is not None:
        return Outcome()
    entries = list(
        RewardEntry.objects.filter(repair=repair, kind__in=EARNED, reversal=None).order_by("pk")
    )
    referral = Referral.objects.filter(first_repair=repair).select_related("referrer").first()
    others = [referral.referrer_id] if referral else []
    accounts = locked_accounts(repair.customer_id, *others)
    account = accounts.get(repair.customer_id)
    if account is None:
        return Outcome()
    outcome = Outcome(account, referral=referral)
    _uncount(account, entries)
    if referral is not None:
        _wait_again(actor, referral)
    _reverse(actor, entries, accounts, outcome)
    outcome.returned = _return_applied(actor, account, repair)
    return outcome


def _uncount(account: Reward, entries: list[RewardEntry]) -> None:
    account.completed -= 1
    numbers = [entry.number for entry in entries if entry.number is not None]
    account.milestone = min([account.milestone, *(number - 1 for number in numbers)])


def _wait_again(actor: User, referral: Referral) -> None:
    before = snapshot(referral)
    referral.status = ReferralStatus.PENDING
    referral.paid_at = referral.first_repair = None
    referral.save()
    record(actor=actor, verb="referral.taken_back", target=referral, before=before)


def _reverse(
    actor: User, entries: list[RewardEntry], accounts: dict[int, Reward], outcome: Outcome
) -> None:
    """Take back each entry from who has it now: the referrer's theirs, the rest the customer's."""
    account, referral = outcome.account, outcome.referral
    assert account is not None  # noqa: S101 - narrows the type; the caller has found it
    by_customer: dict[int, list[Posting]] = defaultdict(list)
    for entry in entries:
        is_other = entry.kind == EntryKind.REFERRER and referral is not None
        owner = referral.referrer_id if is_other and referral else account.customer_id
        by_customer[owner].append(reversal_of(entry, "The repair was voided"))
    store_counts(account)
    for customer_id, postings in by_customer.items():
        owner_account = accounts[customer_id]
        post(actor=actor, account=owner_account, postings=postings, verb="reward.taken_back")
    own = by_customer.pop(account.customer_id, [])
    outcome.points = sum(posting.points for posting in own)
    outcome.referrer_points = sum(p.points for others in by_customer.values() for p in others)


def _return_applied(actor: User, account: Reward, repair: Repair) -> RewardRedemption | None:
    applied = RewardRedemption.objects.filter(
        applied_to_repair=repair, status=RedemptionStatus.FULFILLED
    ).first()
    if applied is not None:
        applied.reward = account
        end(
            actor=actor,
            redemption=applied,
            status=RedemptionStatus.CANCELLED,
            reason="The repair was voided",
        )
    return applied
