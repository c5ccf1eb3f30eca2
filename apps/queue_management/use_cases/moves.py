"""The moves of a repair along the transition table."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

from apps.audit.recorder import change, snapshot
from apps.audit.use_case import use_case
from apps.queue_management import assignment, notices, workload
from apps.queue_management.models import AssignmentRule
from apps.queue_management.use_cases.requests import check_duplicate
from apps.repairs import services
from apps.repairs.enums import ApprovalMethod, PhotoKind, QueueStatus, ReasonCode
from apps.repairs.models import Repair
from apps.repairs.queries import quote_now
from apps.repairs.rules import parties_of
from apps.repairs.services import NO_REASON, Reason, transition
from apps.repairs.workflow import Party
from apps.technicians.rules import technician_of
from core.clock import now
from core.errors import Conflict, NotFound
from core.models import User
from core.shop import shop_settings

CLOCK_TOLERANCE = dt.timedelta(minutes=5)


@use_case
def move_repair(
    *,
    actor: User,
    repair_id: int,
    target: QueueStatus,
    reason: Reason = NO_REASON,
    version: int | None = None,
    confirm_duplicate: bool = False,
    done_at: dt.datetime | None = None,
) -> Repair:
    """Move a repair to a status; what every door with a status to choose calls.

    Repeating one's own last move changes nothing and is no error.

    Raises:
        NotFound, Forbidden, Invalid, PreconditionFailed, Conflict: As ``services.check_move``.
    """
    if target == QueueStatus.COMPLETED:
        return complete_repair(actor=actor, repair_id=repair_id, version=version, done_at=done_at)
    if target == QueueStatus.PENDING:
        return ask_approval(
            actor=actor,
            repair_id=repair_id,
            reason=reason,
            version=version,
            confirm_duplicate=confirm_duplicate,
        )
    if target == QueueStatus.REQUESTED:
        return _never_entered_again(actor, repair_id)
    steps: dict[QueueStatus, Callable[..., Repair]] = {
        QueueStatus.APPROVED: approve_repair,
        QueueStatus.IN_PROGRESS: start_repair,
        QueueStatus.DENIED: deny_repair,
    }
    return steps[target](actor=actor, repair_id=repair_id, reason=reason, version=version)


def _never_entered_again(actor: User, repair_id: int) -> Repair:
    repair = locked(actor, repair_id)
    if is_repeated(actor, repair, QueueStatus.REQUESTED):
        return repair
    services.check_move(
        actor=actor, repair=repair, target=QueueStatus.REQUESTED, reason=NO_REASON, version=None
    )
    return repair


@use_case
def approve_repair(
    *,
    actor: User,
    repair_id: int,
    reason: Reason = NO_REASON,
    version: int | None = None,
) -> Repair:
    """Take a request, approve what waits, or put work in progress back.

    Which of the three it is follows from where the repair stands. Of many technicians who take
    one request at once, the first to lock it wins.

    Raises:
        Conflict: ``already_claimed`` with the holder's name.
    """
    repair = approve_one(actor=actor, repair_id=repair_id, reason=reason, version=version)
    if repair.moved_from == QueueStatus.PENDING:
        notices.tell_decided([repair], actor)
    return repair


@use_case
def approve_one(
    *, actor: User, repair_id: int, reason: Reason, version: int | None = None
) -> Repair:
    """``approve_repair`` without its message: a batch sends one for all its rows."""
    repair = _locked_for_take(actor, repair_id)
    if is_repeated(actor, repair, QueueStatus.APPROVED):
        return repair
    source = repair.queue_status
    _check(actor, repair, QueueStatus.APPROVED, reason, version)
    if source == QueueStatus.REQUESTED:
        _take(actor, repair, reason)
    elif source == QueueStatus.IN_PROGRESS:
        transition(
            actor=actor,
            repair=repair,
            target=QueueStatus.APPROVED,
            reason=reason,
            verb="repair.put_back",
        )
    else:
        _approve_waiting(actor, repair, reason)
    return repair


def put_back_repair(
    *, actor: User, repair_id: int, reason: Reason, version: int | None = None
) -> Repair:
    """Put work in progress back; the reason is kept internally."""
    return approve_repair(actor=actor, repair_id=repair_id, reason=reason, version=version)


def _locked_for_take(actor: User, repair_id: int) -> Repair:
    """The repair, locked; who lost the race for a request is told who holds it."""
    technician = technician_of(actor)
    held = (
        Repair.objects.filter(
            pk=repair_id, queue_status=QueueStatus.APPROVED, requested_at__isnull=False
        )
        .exclude(technician=None)
        .select_related("technician__user")
    )
    try:
        return locked(actor, repair_id)
    except NotFound:
        if technician is None or (holder := held.first()) is None:
            raise
        name = str(holder.technician)
        raise Conflict(
            f"{name} has taken this repair.",
            code="already_claimed",
            extra={"holder": name, "allowed_moves": []},
        ) from None


def _take(actor: User, repair: Repair, reason: Reason) -> None:
    """Approve what the customer asked for, and make it the taker's own."""
    before, former = snapshot(repair), repair.technician
    parties = parties_of(actor, repair)
    taker = technician_of(actor)
    may_take_over = Party.ADMIN not in parties or former is None
    if taker is not None and taker != former and may_take_over:
        repair.technician, repair.is_pinned = taker, False
        load = assignment.load_of(taker.pk)
        choice = assignment.Choice(taker.pk, AssignmentRule.TAKEN, load)
        assignment.write_down(repairs=[repair], choice=choice, actor=actor)
    amount = quote_now(repair).amount
    approval = services.add_approval(
        actor=actor,
        repair=repair,
        is_approved=True,
        method=ApprovalMethod.REQUESTED,
        amount=amount,
        clause="The customer asked for this repair",
        decided_by=repair.created_by,
        name=repair.requested_by_name,
    )
    transition(
        actor=actor,
        repair=repair,
        target=QueueStatus.APPROVED,
        reason=reason,
        verb="repair.taken" if Party.TECHNICIAN in parties else "repair.approved",
        changes=services.approval_change(approval),
        before=before,
    )
    _settle(repair, was_open=True, technician_id=former.pk if former else None)
    if former is not None and repair.technician_id != former.pk:
        notices.tell_reassigned(repair, former.user, actor)


def _approve_waiting(actor: User, repair: Repair, reason: Reason) -> None:
    before = snapshot(repair)
    is_office = Party.APPROVER not in parties_of(actor, repair)
    approval = services.add_approval(
        actor=actor,
        repair=repair,
        is_approved=True,
        method=ApprovalMethod.OFFICE if is_office else ApprovalMethod.CUSTOMER,
        amount=_asked_amount(repair),
        reason=reason.text,
    )
    transition(
        actor=actor,
        repair=repair,
        target=QueueStatus.APPROVED,
        reason=reason,
        changes=services.approval_change(approval),
        before=before,
    )


def _asked_amount(repair: Repair) -> Decimal:
    """What the customer is shown as "at most": today's quote, free of an earlier limit."""
    repair.approved_amount = None
    return quote_now(repair).amount


@use_case
def ask_approval(
    *,
    actor: User,
    repair_id: int,
    reason: Reason = NO_REASON,
    version: int | None = None,
    confirm_duplicate: bool = False,
) -> Repair:
    """Ask the customer (again): the price or the scope grew, or a denied repair is offered again.

    The earlier limit no longer holds; what is asked now is today's quote.
    """
    repair = locked(actor, repair_id, with_unit=True)
    if is_repeated(actor, repair, QueueStatus.PENDING):
        return repair
    _check(actor, repair, QueueStatus.PENDING, reason, version)
    before = snapshot(repair)
    was_open = repair.is_open
    if not was_open:
        repair.duplicate_allowed = check_duplicate(actor, repair.unit, confirm=confirm_duplicate)
        _release_from_who_left(repair)
    repair.approved_amount = None
    transition(actor=actor, repair=repair, target=QueueStatus.PENDING, reason=reason, before=before)
    _settle(repair, was_open=was_open, technician_id=repair.technician_id)
    notices.tell_approval_needed([repair])
    return repair


def _release_from_who_left(repair: Repair) -> None:
    """A denied repair keeps its technician's name; offered again, it needs one who works here."""
    technician = repair.technician
    if technician is not None and not (technician.is_active and technician.user.is_active):
        repair.technician, repair.is_pinned = None, False


@use_case
def deny_repair(
    *, actor: User, repair_id: int, reason: Reason, version: int | None = None
) -> Repair:
    """End a repair that is not done: declined, cancelled, not repairable or a mistake."""
    repair = deny_one(actor=actor, repair_id=repair_id, reason=reason, version=version)
    if repair.moved_from:
        notices.tell_decided([repair], actor)
    return repair


@use_case
def deny_one(*, actor: User, repair_id: int, reason: Reason, version: int | None = None) -> Repair:
    """``deny_repair`` without its message: a batch sends one for all its rows."""
    repair = locked(actor, repair_id)
    if is_repeated(actor, repair, QueueStatus.DENIED):
        return repair
    _check(actor, repair, QueueStatus.DENIED, reason, version)
    approval = services.add_approval(
        actor=actor,
        repair=repair,
        is_approved=False,
        method=_denial_method(actor, repair),
        clause=ReasonCode(reason.code).label,
        reason=reason.text,
    )
    transition(
        actor=actor,
        repair=repair,
        target=QueueStatus.DENIED,
        reason=reason,
        changes=services.approval_change(approval),
    )
    workload.add(repair.technician_id, -1)
    return repair


def _denial_method(actor: User, repair: Repair) -> ApprovalMethod:
    parties = parties_of(actor, repair)
    if parties & {Party.APPROVER, Party.CUSTOMER}:
        return ApprovalMethod.CUSTOMER
    return ApprovalMethod.OFFICE if Party.ADMIN in parties else ApprovalMethod.TECHNICIAN


@use_case
def start_repair(
    *,
    actor: User,
    repair_id: int,
    reason: Reason = NO_REASON,
    version: int | None = None,
) -> Repair:
    """Begin the work; there must be somebody who does it."""
    repair = locked(actor, repair_id)
    if is_repeated(actor, repair, QueueStatus.IN_PROGRESS):
        return repair
    _check(actor, repair, QueueStatus.IN_PROGRESS, reason, version)
    if repair.technician_id is None:
        raise Conflict("Assign a technician first.", code="needs_technician")
    transition(
        actor=actor,
        repair=repair,
        target=QueueStatus.IN_PROGRESS,
        reason=reason,
        verb="repair.started",
    )
    return repair


@use_case
def complete_repair(
    *,
    actor: User,
    repair_id: int,
    version: int | None = None,
    done_at: dt.datetime | None = None,
) -> Repair:
    """Finish a repair: its price is fixed here, once.

    1. lock customer, unit, repair; 2. check the move and the photo rule; 3. take the place in the
    unit's count and the price of that place, at most what was approved; 4. store; 5. one work
    less for the technician; 6. tell the customer.

    Args:
        done_at: When the work was done by the technician's device; held between the start and now.

    Raises:
        Conflict: ``after_photo_required``, ``illegal_move``.
    """
    repair = locked(actor, repair_id, with_customer=True, with_unit=True)
    if is_repeated(actor, repair, QueueStatus.COMPLETED):
        return repair
    _check(actor, repair, QueueStatus.COMPLETED, NO_REASON, version)
    _check_after_photo(repair)
    at, before = now(), snapshot(repair)
    services.fix_price(repair=repair, customer=repair.customer, at=at)
    repair.done_at = _bounded(done_at, repair.started_at, at)
    told = [change("price", None, line["text"]) for line in repair.price_lines]
    transition(
        actor=actor, repair=repair, target=QueueStatus.COMPLETED, before=before, changes=told
    )
    workload.add(repair.technician_id, -1)
    notices.tell_completed(repair)
    return repair


def _check_after_photo(repair: Repair) -> None:
    if not shop_settings().require_after_photo:
        return
    if not repair.photos.filter(kind=PhotoKind.AFTER).exists():
        raise Conflict("Add an after-photo first.", code="after_photo_required")


def _bounded(
    done_at: dt.datetime | None, started_at: dt.datetime | None, at: dt.datetime
) -> dt.datetime:
    if done_at is None:
        return at
    return min(max(done_at, (started_at or at) - CLOCK_TOLERANCE), at)


def locked(
    actor: User, repair_id: int, *, with_customer: bool = False, with_unit: bool = False
) -> Repair:
    """The repair, locked after its customer and unit as asked, if this person may see it.

    Raises:
        NotFound: There is none that they may see, before or after waiting for the lock.
    """
    seen = services.find_visible(actor, repair_id)
    if with_customer:
        services.locked_customer(seen.customer_id)
    if with_unit:
        services.locked_units([seen.unit_id])
    (repair,) = services.locked_repairs([repair_id])
    services.find_visible(actor, repair_id)
    return repair


def is_repeated(actor: User, repair: Repair, target: QueueStatus) -> bool:
    """Whether this person's own last move brought the repair where they want it."""
    return repair.queue_status == target and repair.moved_by_id == actor.pk


def _check(
    actor: User, repair: Repair, target: QueueStatus, reason: Reason, version: int | None
) -> None:
    services.check_move(actor=actor, repair=repair, target=target, reason=reason, version=version)


def _settle(repair: Repair, *, was_open: bool, technician_id: int | None) -> None:
    ledger = workload.LoadLedger()
    ledger.note(repair, was_open=was_open, technician_id=technician_id)
    ledger.settle()
