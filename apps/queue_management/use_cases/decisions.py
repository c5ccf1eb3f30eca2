"""Whether a repair is done: take, approve, put back, ask again, deny."""

from dataclasses import dataclass

from apps.audit.recorder import snapshot
from apps.audit.use_case import use_case
from apps.jobs.services import end_checklist, make_checklist
from apps.photo_storage.models import StoredPhoto
from apps.queue_management import assignment, notices, reward_notices, workload
from apps.queue_management.models import AssignmentRule
from apps.queue_management.use_cases.requests import check_duplicate, check_serviced
from apps.queue_management.use_cases.steps import check, is_repeated, locked, settle
from apps.repairs import services
from apps.repairs.enums import ApprovalMethod, QueueStatus, ReasonCode
from apps.repairs.models import Repair
from apps.repairs.queries import quote_now
from apps.repairs.rules import parties_of
from apps.repairs.services import NO_REASON, Reason, transition
from apps.repairs.workflow import Party
from apps.rewards_referrals.services import return_chosen
from apps.scheduling.services import close_visits_of_repair
from apps.technicians.rules import technician_of
from core.errors import Conflict, NotFound
from core.models import User


@dataclass(frozen=True, slots=True)
class Word:
    """How the customer's word came, and whose it was where it is not the actor's own."""

    method: ApprovalMethod
    name: str = ""
    clause: str = ""
    signature: StoredPhoto | None = None


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
    check(actor, repair, QueueStatus.APPROVED, reason, version)
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
        is_office = Party.APPROVER not in parties_of(actor, repair)
        method = ApprovalMethod.OFFICE if is_office else ApprovalMethod.CUSTOMER
        approve_waiting(actor, repair, Word(method), reason)
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
    settle(repair, was_open=True, technician_id=former.pk if former else None)
    make_checklist(actor=actor, repair=repair)
    if former is not None and repair.technician_id != former.pk:
        notices.tell_reassigned(repair, former.user, actor)


def approve_waiting(actor: User, repair: Repair, word: Word, reason: Reason = NO_REASON) -> None:
    """Approve a locked repair that waits, at most at what it costs today; its checklist is made.

    The caller has checked that whoever gave the word may.
    """
    before = snapshot(repair)
    approval = services.add_approval(
        actor=actor,
        repair=repair,
        is_approved=True,
        method=word.method,
        amount=quote_now(repair).amount,
        clause=word.clause,
        reason=reason.text,
        name=word.name,
        signature=word.signature,
    )
    transition(
        actor=actor,
        repair=repair,
        target=QueueStatus.APPROVED,
        reason=reason,
        changes=services.approval_change(approval),
        before=before,
    )
    make_checklist(actor=actor, repair=repair)


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
    check(actor, repair, QueueStatus.PENDING, reason, version)
    before = snapshot(repair)
    was_open = repair.is_open
    if not was_open:
        check_serviced(repair.customer)
        repair.duplicate_allowed = check_duplicate(actor, repair.unit, confirm=confirm_duplicate)
        _release_from_who_left(repair)
    services.ask_at_todays_price(repair)
    transition(actor=actor, repair=repair, target=QueueStatus.PENDING, reason=reason, before=before)
    settle(repair, was_open=was_open, technician_id=repair.technician_id)
    notices.tell_approval_needed([repair], actor)
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
    check(actor, repair, QueueStatus.DENIED, reason, version)
    deny_waiting(actor, repair, Word(_denial_method(actor, repair)), reason)
    return repair


def deny_waiting(actor: User, repair: Repair, word: Word, reason: Reason) -> None:
    """End a locked repair that is not done, and its checklist; a reward chosen for it returns.

    The caller has checked that whoever gave the word may, and the reason.
    """
    approval = services.add_approval(
        actor=actor,
        repair=repair,
        is_approved=False,
        method=word.method,
        clause=ReasonCode(reason.code).label,
        reason=reason.text,
        name=word.name,
    )
    transition(
        actor=actor,
        repair=repair,
        target=QueueStatus.DENIED,
        reason=reason,
        changes=services.approval_change(approval),
    )
    end_checklist(actor=actor, repair=repair, note=f"The repair ended: {approval.clause}")
    close_visits_of_repair(actor=actor, repair=repair)
    for redemption in return_chosen(actor=actor, repair=repair):
        reward_notices.tell_returned(redemption, actor)
    workload.add(repair.technician_id, -1)


def _denial_method(actor: User, repair: Repair) -> ApprovalMethod:
    parties = parties_of(actor, repair)
    if parties & {Party.APPROVER, Party.CUSTOMER}:
        return ApprovalMethod.CUSTOMER
    return ApprovalMethod.OFFICE if Party.ADMIN in parties else ApprovalMethod.TECHNICIAN
