"""Points into rewards and back. Use cases above check who may, and hold the account's lock."""

from collections.abc import Collection, Sequence
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import F

from apps.audit.recorder import record, snapshot
from apps.repairs import pricing
from apps.repairs.models import Repair
from apps.rewards_referrals.enums import EntryKind, RedemptionStatus
from apps.rewards_referrals.models import Reward, RewardOption, RewardRedemption, RewardTerms
from apps.rewards_referrals.points import amount_off
from apps.rewards_referrals.queries import is_dearest_open, points_on_hold
from apps.rewards_referrals.services.ledger import Posting, post
from core.clock import now
from core.errors import Conflict, NotFound
from core.models import User
from core.money import ZERO
from core.rules import membership


def redeem(
    *, actor: User, account: Reward, option: RewardOption, repair: Repair | None
) -> RewardRedemption:
    """Take the points for an option at once, and let the reward wait.

    Args:
        actor: Who redeems.
        account: Locked.
        option: What for, with its type.
        repair: The locked, open repair that it is for; without, the next one.

    Raises:
        Conflict: ``not_enough_points``; ``repair_has_reward``.
    """
    _check_covered(account, option.points_required)
    kind = option.reward_type
    redemption = RewardRedemption(
        reward=account,
        reward_option=option,
        name=option.name,
        kind=kind.kind,
        value=kind.value,
        points=option.points_required,
        applied_to_repair=repair,
        customer_user=membership(actor),
        redeemed_by=actor,
    )
    _save_chosen(redemption)
    account.waiting += redemption.is_discount
    posting = Posting(
        EntryKind.REDEMPTION, -redemption.points, str(redemption.pk), reason=redemption.name
    )
    post(actor=actor, account=account, postings=[posting], verb="reward.redeemed")
    record(actor=actor, verb="rewardredemption.created", target=redemption)
    return redemption


def _check_covered(account: Reward, points: int) -> None:
    available = account.points - points_on_hold(account, RewardTerms.objects.current())
    if available < points:
        missing = points - available
        raise Conflict(
            f"There are not enough points: {missing:,} more are needed.",
            code="not_enough_points",
            extra={"balance": account.points, "available": available, "missing": missing},
        )


def _save_chosen(redemption: RewardRedemption) -> None:
    """Store it; of two for one repair the database lets one stand."""
    if redemption.applied_to_repair_id is None:
        redemption.save()
        return
    try:
        with transaction.atomic():
            redemption.save()
    except IntegrityError as error:
        raise repair_has_reward() from error


def repair_has_reward() -> Conflict:
    """The refusal of a second reward for one repair."""
    return Conflict("This repair has a reward already: one a repair.", code="repair_has_reward")


def locked_redemption(actor: User, redemption_id: int) -> RewardRedemption:
    """The redemption if this person may see it, behind the lock of its account.

    Raises:
        NotFound: There is none, or they may not see it, before or after waiting for the lock.
    """
    seen = RewardRedemption.objects.visible_to(actor).filter(pk=redemption_id).first()
    if seen is None:
        raise NotFound
    lock_account(seen.reward_id)
    rows = RewardRedemption.objects.visible_to(actor).filter(pk=redemption_id)
    found = rows.select_related("reward__customer", "reward_option", "applied_to_repair").first()
    if found is None:  # pragma: no cover - it left their sight while they waited for the lock
        raise NotFound
    if found.reward_id != seen.reward_id:
        # Its customer was merged meanwhile: another account has it now.
        return locked_redemption(actor, redemption_id)
    return found


def lock_account(account_id: int) -> Reward:
    """The account, locked, with its customer."""
    rows = Reward.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("customer").get(pk=account_id)


def lock_accounts_of_chosen(repair_ids: Collection[int]) -> None:
    """Lock the accounts whose rewards were chosen for these locked repairs, in order.

    For who goes on to lock what comes later, and may end those rewards then.
    """
    chosen = RewardRedemption.objects.waiting().filter(applied_to_repair__in=repair_ids)
    rows = Reward.objects.filter(pk__in=chosen.values("reward")).order_by("pk")
    list(rows.select_for_update(no_key=True).values_list("pk", flat=True))


def choose(*, actor: User, redemption: RewardRedemption, repair: Repair | None) -> None:
    """Say which repair a waiting discount comes off; none is the next one.

    Raises:
        Conflict: ``repair_has_reward``.
    """
    if redemption.applied_to_repair_id == (repair.pk if repair else None):
        return
    before = snapshot(redemption)
    redemption.applied_to_repair = repair
    redemption.version += 1
    _save_chosen(redemption)
    record(actor=actor, verb="rewardredemption.chosen", target=redemption, before=before)


def approve(*, actor: User, redemption: RewardRedemption) -> None:
    """A waiting redemption is ready."""
    _move(actor, redemption, RedemptionStatus.APPROVED, "rewardredemption.approved")


def hand_out(*, actor: User, redemption: RewardRedemption) -> None:
    """The customer has the thing in hand."""
    redemption.fulfilled_at = now()
    _move(actor, redemption, RedemptionStatus.FULFILLED, "rewardredemption.fulfilled")


def end(
    *, actor: User, redemption: RewardRedemption, status: RedemptionStatus, reason: str
) -> None:
    """Reject or cancel a redemption, whose account is locked: its points come back, once."""
    account = redemption.reward
    account.waiting -= redemption.is_discount and redemption.is_waiting
    redemption.ended_at, redemption.reason = now(), reason.strip()[:300]
    _move(actor, redemption, status, f"rewardredemption.{status.value.lower()}")
    posting = Posting(
        EntryKind.RETURN, redemption.points, str(redemption.pk), reason=redemption.name
    )
    post(actor=actor, account=account, postings=[posting], verb="reward.returned")


def _move(actor: User, redemption: RewardRedemption, status: RedemptionStatus, verb: str) -> None:
    before = snapshot(redemption)
    redemption.status, redemption.decided_by = status, actor
    redemption.version += 1
    redemption.save()
    record(actor=actor, verb=verb, target=redemption, before=before)


def apply_waiting(*, actor: User, account: Reward, repair: Repair) -> RewardRedemption | None:
    """Take what waits off a repair that has just been priced: the chosen one, or the oldest.

    One a repair, never more than its price; of a batch the dearest open row gets what nobody chose
    a repair for. The caller stores the repair, and the account's counts.

    Returns:
        What was taken off; the repair's discount and the line of its price say how much.
    """
    redemption = _next_for(account, repair)
    if redemption is None:
        return None
    off = amount_off(redemption.kind, redemption.value, repair.cost)
    if off == ZERO:
        # A repair that costs nothing takes nothing away: the reward waits for the next one.
        choose(actor=actor, redemption=redemption, repair=None)
        return None
    _take_off(repair, redemption, off)
    redemption.applied_to_repair, redemption.amount_off = repair, off
    redemption.fulfilled_at = now()
    _move(actor, redemption, RedemptionStatus.FULFILLED, "rewardredemption.fulfilled")
    account.waiting -= 1
    return redemption


def _next_for(account: Reward, repair: Repair) -> RewardRedemption | None:
    if account.waiting == 0:
        return None
    rows = RewardRedemption.objects.waiting().discounts().filter(reward=account)
    free = rows.filter(applied_to_repair=None)
    chosen_first = F("applied_to_repair").desc(nulls_last=True)
    found = (rows.filter(applied_to_repair=repair) | free).order_by(chosen_first, "pk").first()
    if found is None or (found.applied_to_repair_id is None and not is_dearest_open(repair)):
        return None
    return found


def _take_off(repair: Repair, redemption: RewardRedemption, off: Decimal) -> None:
    line = pricing.Line("reward", redemption.pk, f"Reward: {redemption.name}", -off)
    repair.discount = off
    repair.price_lines = [*repair.price_lines, *pricing.Quote(off, (line,)).stored_lines()]


def return_chosen(*, actor: User, repair: Repair) -> Sequence[RewardRedemption]:
    """The locked repair is not done: what was chosen for it ends, and its points come back."""
    rows = RewardRedemption.objects.waiting().filter(applied_to_repair=repair)
    seen = rows.first()
    if seen is None:
        return ()
    account = lock_account(seen.reward_id)
    # The repair's lock keeps others from choosing it, the account's from ending it meanwhile.
    ended = list(rows.filter(reward=account))
    for redemption in ended:
        redemption.reward = account
        end(
            actor=actor,
            redemption=redemption,
            status=RedemptionStatus.CANCELLED,
            reason="The repair is not done",
        )
    return ended
