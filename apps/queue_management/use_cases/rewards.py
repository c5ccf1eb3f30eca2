"""Points into rewards: redeem, choose a repair, get ready, hand out, give back, correct."""

import datetime as dt
import uuid

from apps.audit.use_case import use_case
from apps.people.rules import customers_visible_to
from apps.queue_management import reward_notices
from apps.queue_management.use_cases.steps import locked
from apps.repairs.models import Repair
from apps.repairs.services import locked_customer
from apps.rewards_referrals import rules, services
from apps.rewards_referrals.enums import RedemptionStatus
from apps.rewards_referrals.models import (
    Reward,
    RewardEntry,
    RewardOption,
    RewardRedemption,
    RewardTerms,
)
from apps.rewards_referrals.queries import completed_of
from core.clock import local_date, now
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.models import Customer, CustomerUser, User
from core.rules import membership
from core.shop import shop_zone


@use_case
def redeem_reward(*, actor: User, option_id: int, repair_id: int | None = None) -> RewardRedemption:
    """Turn points of one's own company into a reward; the points go at once.

    1. lock the repair if one is chosen, then the account; 2. check right, option and points;
    3. write the redemption and its entry; 4. tell.

    Args:
        actor: Of a customer, with the right to redeem.
        option_id: What for; of those that this customer is offered.
        repair_id: An open repair that a discount is for; without, it is for the next one.

    Raises:
        NotFound: No such option for them, or no such repair that they see.
        Forbidden: Without the right ``can_redeem``.
        Invalid: ``no_discount``: a thing cannot be chosen for a repair.
        Conflict: ``not_enough_points``, ``repair_has_reward``, ``repair_not_open``.
    """
    member = _member(actor)
    repair = locked(actor, repair_id) if repair_id is not None else None
    option = RewardOption.objects.offered_to(member.customer).filter(pk=option_id).first()
    if option is None:
        raise NotFound
    if not rules.may_redeem(actor, member.customer_id):
        raise Forbidden("You may not redeem your company's points. Ask your primary contact.")
    if repair is not None:
        _check_choosable(repair, member.customer_id, is_discount=option.reward_type.is_discount)
    account = services.locked_accounts(member.customer_id).get(member.customer_id)
    if account is None:
        account = Reward(customer=member.customer)  # nothing was ever earned: it is refused
    redemption = services.redeem(actor=actor, account=account, option=option, repair=repair)
    reward_notices.tell_redeemed(redemption, actor)
    return redemption


def _member(actor: User) -> CustomerUser:
    member = membership(actor)
    if member is None:
        raise NotFound
    return member


def _check_choosable(repair: Repair, customer_id: int, *, is_discount: bool) -> None:
    if not is_discount:
        message = "This is handed out to you: it takes nothing off a repair."
        raise Invalid(message, code="no_discount", errors={"repair": [message]})
    if repair.customer_id != customer_id:
        raise NotFound
    if not repair.is_open or repair.redo_of_id is not None:
        detail = "Choose a repair that is not finished yet and costs something."
        raise Conflict(detail, code="repair_not_open")


@use_case
def choose_reward(*, actor: User, redemption_id: int, repair_id: int | None) -> RewardRedemption:
    """Say which open repair a waiting discount comes off; ``None`` is the next one.

    Args:
        actor: Who may redeem for the customer, the repair's technician, or the office.
        redemption_id: Which one.
        repair_id: An open repair of the same customer.

    Raises:
        NotFound, Forbidden.
        Invalid: ``no_discount``.
        Conflict: ``not_waiting``, ``repair_has_reward``, ``repair_not_open``.
    """
    repair = locked(actor, repair_id) if repair_id is not None else None
    if repair is not None and not _sees(actor, redemption_id):
        redemption = _for_repair(repair, redemption_id)
    else:
        redemption = services.locked_redemption(actor, redemption_id)
    technician_id = repair.technician_id if repair else _technician_of(redemption)
    if not rules.may_choose(actor, redemption, technician_id):
        raise Forbidden("You may not choose the repair of this reward.")
    _check_waiting(redemption)
    if repair is not None:
        _check_choosable(repair, redemption.reward.customer_id, is_discount=redemption.is_discount)
    services.choose(actor=actor, redemption=redemption, repair=repair)
    return redemption


def _sees(actor: User, redemption_id: int) -> bool:
    return RewardRedemption.objects.visible_to(actor).filter(pk=redemption_id).exists()


def _for_repair(repair: Repair, redemption_id: int) -> RewardRedemption:
    """A waiting discount of the customer whose repair a technician has; they see no others."""
    rows = RewardRedemption.objects.waiting().discounts().filter(pk=redemption_id)
    rows = rows.filter(reward__customer_id=repair.customer_id)
    seen = rows.first()
    if seen is None:
        raise NotFound
    services.lock_account(seen.reward_id)
    found = rows.select_related("reward__customer", "applied_to_repair").first()
    if found is None:  # pragma: no cover - it ended while they waited for the lock
        raise NotFound
    return found


def _technician_of(redemption: RewardRedemption) -> int | None:
    repair = redemption.applied_to_repair
    return repair.technician_id if repair is not None else None


def _check_waiting(redemption: RewardRedemption) -> None:
    if not redemption.is_waiting:
        label = redemption.get_status_display()
        raise Conflict(f"This reward is “{label}” already.", code="not_waiting")


@use_case
def cancel_redemption(*, actor: User, redemption_id: int) -> RewardRedemption:
    """Take a waiting redemption back: its points return. Cancelled already, nothing happens.

    Raises:
        NotFound.
        Forbidden: Neither may they redeem for the customer, nor are they of the office.
        Conflict: ``not_waiting``: it is done, or was declined.
    """
    redemption = services.locked_redemption(actor, redemption_id)
    if not rules.may_cancel(actor, redemption.reward.customer_id):
        raise Forbidden("You may not cancel this reward.")
    if redemption.status == RedemptionStatus.CANCELLED:
        return redemption
    _check_waiting(redemption)
    services.end(actor=actor, redemption=redemption, status=RedemptionStatus.CANCELLED, reason="")
    reward_notices.tell_returned(redemption, actor)
    return redemption


@use_case
def approve_redemption(*, actor: User, redemption_id: int) -> RewardRedemption:
    """Make a waiting redemption ready: things can be handed out then. Ready already, nothing.

    Raises:
        NotFound.
        Forbidden: Not of the office.
        Conflict: ``not_waiting``.
    """
    redemption = _decided_by(actor, redemption_id)
    if redemption.status == RedemptionStatus.APPROVED:
        return redemption
    _check_waiting(redemption)
    services.approve(actor=actor, redemption=redemption)
    reward_notices.tell_ready(redemption, actor)
    return redemption


@use_case
def reject_redemption(*, actor: User, redemption_id: int, reason: str) -> RewardRedemption:
    """Decline a waiting redemption; its points return, and the customer reads the reason.

    Raises:
        NotFound.
        Forbidden: Not of the office.
        Invalid: Without a reason.
        Conflict: ``not_waiting``.
    """
    redemption = _decided_by(actor, redemption_id)
    if not reason.strip():
        message = "Say why: the customer reads it."
        raise Invalid(message, code="reason_required", errors={"reason": [message]})
    if redemption.status == RedemptionStatus.REJECTED:
        return redemption
    _check_waiting(redemption)
    services.end(
        actor=actor, redemption=redemption, status=RedemptionStatus.REJECTED, reason=reason
    )
    reward_notices.tell_returned(redemption, actor)
    return redemption


def _decided_by(actor: User, redemption_id: int) -> RewardRedemption:
    redemption = services.locked_redemption(actor, redemption_id)
    if not rules.may_decide(actor):
        raise Forbidden("Only the office decides about rewards.")
    return redemption


@use_case
def fulfil_redemption(*, actor: User, redemption_id: int) -> RewardRedemption:
    """Hand out a thing that is ready; the office may hand out what waits in one step.

    Raises:
        NotFound.
        Forbidden: Neither a technician nor the office.
        Conflict: ``not_waiting``; ``is_discount``: it comes off a repair by itself.
    """
    redemption = services.locked_redemption(actor, redemption_id)
    if not rules.may_hand_out(actor):
        raise Forbidden("Only the shop hands rewards out.")
    if redemption.is_discount:
        detail = "This comes off a price when the repair is completed."
        raise Conflict(detail, code="is_discount")
    if redemption.status == RedemptionStatus.FULFILLED and redemption.decided_by_id == actor.pk:
        return redemption
    _check_waiting(redemption)
    services.hand_out(actor=actor, redemption=redemption)
    reward_notices.tell_handed_out(redemption, actor)
    return redemption


@use_case
def adjust_points(
    *, actor: User, customer_id: int, points: int, reason: str, reference: str = ""
) -> RewardEntry:
    """Add points by hand, or take some (less than 0); not more at once than the terms allow.

    Args:
        actor: Who manages prices: points are money.
        customer_id: Whose.
        points: How many.
        reason: Why; kept in the ledger and in the history, read by the customer.
        reference: Names this correction, so that it is written once; made when empty.

    Raises:
        NotFound, Forbidden, Invalid.
        Conflict: ``not_enough_points``: it would take more than there is; ``already_corrected``.
    """
    customer = _customer(actor, customer_id)
    if not rules.may_adjust(actor):
        raise Forbidden("Only admins who manage prices correct points.")
    customer = locked_customer(customer.pk)
    if customer.merged_into_id is not None:
        raise NotFound
    services.open_account(customer, completed=completed_of(customer.pk))
    account = services.locked_accounts(customer.pk)[customer.pk]
    reference = reference or uuid.uuid4().hex
    entry = services.adjust(
        actor=actor, account=account, points=points, reason=reason, reference=reference
    )
    reward_notices.tell_adjusted(account, entry, actor)
    return entry


def _customer(actor: User, customer_id: int) -> Customer:
    found = customers_visible_to(actor).filter(pk=customer_id, merged_into=None).first()
    if found is None:
        raise NotFound
    return found


def expire_points(*, at: dt.datetime | None = None) -> int:
    """Let old points of every account expire where the terms say so; twice a day is once.

    Returns:
        How many points went. Each account is a transaction of its own.
    """
    terms = RewardTerms.objects.current()
    if terms.expiry_days is None:
        return 0
    at = at or now()
    ids = list(Reward.objects.filter(points__gt=0).order_by("pk").values_list("pk", flat=True))
    return sum(_expire_one(account_id=pk, terms=terms, at=at) for pk in ids)


@use_case
def _expire_one(*, account_id: int, terms: RewardTerms, at: dt.datetime) -> int:
    account = services.lock_account(account_id)
    return services.expire(
        actor=User.objects.system(),
        account=account,
        terms=terms,
        at=at,
        day=local_date(shop_zone(), at),
    )
