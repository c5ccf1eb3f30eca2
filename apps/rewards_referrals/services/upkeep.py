"""Corrections by hand, and points that expire."""

import datetime as dt

from apps.rewards_referrals.enums import EntryKind
from apps.rewards_referrals.models import Reward, RewardEntry, RewardTerms
from apps.rewards_referrals.queries import points_to_expire
from apps.rewards_referrals.services.ledger import Posting, post
from core.errors import Conflict, Invalid
from core.models import User


def adjust(
    *, actor: User, account: Reward, points: int, reason: str, reference: str
) -> RewardEntry:
    """Add or take points by hand; the account is locked.

    A correction of the same reference, to the same account and of as many points, is found again.

    Raises:
        Invalid: No points, more than the terms allow at once, or no reason.
        Conflict: ``not_enough_points``: it would take more than there is; ``already_corrected``.
    """
    known = RewardEntry.objects.filter(kind=EntryKind.ADJUSTMENT, source=reference).first()
    if known is not None:
        if (known.reward_id, known.points) == (account.pk, points):
            return known
        detail = "Another correction was written by this name."
        raise Conflict(detail, code="already_corrected")
    limit = RewardTerms.objects.current().adjustment_limit
    errors = {}
    if points == 0 or abs(points) > limit:
        errors["points"] = [f"Between 1 and {limit:,} points, added or taken."]
    if not reason.strip():
        errors["reason"] = ["Say why."]
    if errors:
        raise Invalid("Please correct what is marked.", errors=errors)
    if points < 0 and account.points + points < 0:
        detail = f"There are {account.points:,} points only."
        raise Conflict(detail, code="not_enough_points", extra={"balance": account.points})
    posting = Posting(EntryKind.ADJUSTMENT, points, reference, reason=reason.strip())
    (entry,) = post(
        actor=actor, account=account, postings=[posting], verb="reward.adjusted", note=reason
    )
    return entry


def expire(
    *, actor: User, account: Reward, terms: RewardTerms, at: dt.datetime, day: dt.date
) -> int:
    """Let points that are older than the terms say go, once a day; the oldest were spent first.

    Returns:
        How many went.
    """
    if terms.expiry_days is None or account.points <= 0:
        return 0
    source = f"{account.pk}:{day}"
    if RewardEntry.objects.filter(kind=EntryKind.EXPIRY, source=source).exists():
        return 0
    limit = at - dt.timedelta(days=terms.expiry_days)
    points = min(points_to_expire(account, limit), account.points)
    if points > 0:
        posting = Posting(EntryKind.EXPIRY, -points, source)
        post(actor=actor, account=account, postings=[posting], verb="reward.expired")
    return max(points, 0)
