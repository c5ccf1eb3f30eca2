"""Two customers become one: points, redemptions, codes and referrals follow."""

from apps.audit.recorder import record, snapshot
from apps.rewards_referrals.enums import EntryKind, ReferralStatus
from apps.rewards_referrals.models import (
    Referral,
    ReferralCode,
    Reward,
    RewardEntry,
    RewardRedemption,
)
from apps.rewards_referrals.queries import completed_of
from apps.rewards_referrals.services.ledger import (
    Posting,
    locked_accounts,
    open_account,
    post,
    reversal_of,
    store_counts,
)
from apps.rewards_referrals.services.referrals import refuse
from core.models import Customer, User

ONE_CUSTOMER = "Both are one customer"


def move_account(*, actor: User, customer: Customer, into: Customer) -> None:
    """Move what one locked customer has of points and referrals to another locked one.

    Called when the repairs have moved. The old account stays with its entries, at 0. A referral
    between the two was none: what it paid is taken back. The one by which the customer came goes
    along only if the other has none and was never served.
    """
    account = _move_points(actor, customer, into)
    ReferralCode.objects.filter(customer=customer).update(customer=into)
    _end_between(actor, customer, into, account)
    Referral.objects.filter(referrer=customer).exclude(referred=into).update(referrer=into)
    _move_own(actor, customer, into)


def _move_points(actor: User, customer: Customer, into: Customer) -> Reward | None:
    if not Reward.objects.filter(customer__in=[customer, into]).exists():
        return None
    for each in (customer, into):
        open_account(each, completed=completed_of(each.pk))
    accounts = locked_accounts(customer.pk, into.pk)
    old, new = accounts[customer.pk], accounts[into.pk]
    new.completed, new.waiting = completed_of(into.pk), new.waiting + old.waiting
    new.milestone = max(new.milestone, old.milestone)
    points = old.points
    old.completed = old.waiting = 0
    RewardRedemption.objects.filter(reward=old).update(reward=new)
    for account, moved in ((old, -points), (new, points)):
        if moved == 0:
            store_counts(account)
            continue
        reason = f"{customer} and {into} are one now"
        posting = Posting(EntryKind.MOVED, moved, f"{old.pk}:{account.pk}", reason=reason)
        post(actor=actor, account=account, postings=[posting], verb="reward.moved")
    return new


def _end_between(actor: User, customer: Customer, into: Customer, account: Reward | None) -> None:
    both = [customer.pk, into.pk]
    between = Referral.objects.filter(referrer__in=both, referred__in=both)
    for referral in between.exclude(status=ReferralStatus.REFUSED):
        if referral.status == ReferralStatus.PAID and account is not None:
            _take_back(actor, referral, account)
        refuse(actor=actor, referral=referral, reason=ONE_CUSTOMER)


def _take_back(actor: User, referral: Referral, account: Reward) -> None:
    """What a referral paid is taken back from the one account that now has both halves."""
    halves = RewardEntry.objects.filter(
        repair=referral.first_repair,
        kind__in=[EntryKind.REFERRER, EntryKind.REFERRED],
        reversal=None,
    )
    postings = [reversal_of(entry, ONE_CUSTOMER) for entry in halves.order_by("pk")]
    post(actor=actor, account=account, postings=postings, verb="reward.taken_back")
    referral.paid_at = referral.first_repair = None


def _move_own(actor: User, customer: Customer, into: Customer) -> None:
    """The referral by which the customer came."""
    came = Referral.objects.filter(referred=customer).exclude(referrer=into).first()
    if came is None:
        return
    is_pending = came.status == ReferralStatus.PENDING
    if Referral.objects.filter(referred=into).exists() or (
        is_pending and completed_of(into.pk) > 0
    ):
        if is_pending:
            refuse(actor=actor, referral=came, reason="The customer was known already")
        return
    before = snapshot(came)
    came.referred = into
    came.save()
    record(actor=actor, verb="referral.moved", target=came, before=before)
