"""Moves of a repair along the transition table: the door for all of them, and the work itself."""

import datetime as dt
from collections.abc import Callable

from apps.audit.use_case import use_case
from apps.queue_management import notices
from apps.queue_management.use_cases.decisions import approve_repair, ask_approval, deny_repair
from apps.queue_management.use_cases.finish import complete_repair, finish_repair
from apps.queue_management.use_cases.steps import check, is_repeated, locked
from apps.repairs import services
from apps.repairs.enums import QueueStatus
from apps.repairs.models import Repair
from apps.repairs.services import NO_REASON, Reason, transition
from core.errors import Conflict, Invalid
from core.models import User


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
    finish_tasks: bool = False,
) -> Repair:
    """Move a repair to a status; what every door with a status to choose calls.

    Repeating one's own last move changes nothing and is no error. With ``finish_tasks``, what is
    open of its jobs is completed with it.

    Raises:
        NotFound, Forbidden, Invalid, PreconditionFailed, Conflict: As ``services.check_move``.
    """
    if finish_tasks and target != QueueStatus.COMPLETED:
        message = "Tasks are finished with the repair only."
        raise Invalid(message, errors={"finish_tasks": [message]})
    if target == QueueStatus.COMPLETED:
        finish = finish_repair if finish_tasks else complete_repair
        return finish(actor=actor, repair_id=repair_id, version=version, done_at=done_at)
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
    return repair  # pragma: no cover - no row of the table leads to requested, so it was refused


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
    check(actor, repair, QueueStatus.IN_PROGRESS, reason, version)
    if repair.technician_id is None:
        raise Conflict("Assign a technician first.", code="needs_technician")
    transition(
        actor=actor,
        repair=repair,
        target=QueueStatus.IN_PROGRESS,
        reason=reason,
        verb="repair.started",
    )
    notices.tell_started(repair, actor)
    return repair
