"""Moves of a repair along the transition table: the door for all of them, and the work itself."""

import datetime as dt
from collections.abc import Callable

from apps.audit.recorder import change, snapshot
from apps.audit.use_case import use_case
from apps.jobs.queries import open_jobs_of_repair
from apps.queue_management import notices, workload
from apps.queue_management.use_cases.decisions import approve_repair, ask_approval, deny_repair
from apps.queue_management.use_cases.steps import check, is_repeated, locked
from apps.repairs import services
from apps.repairs.enums import PhotoKind, QueueStatus
from apps.repairs.models import Repair
from apps.repairs.services import NO_REASON, Reason, transition
from apps.scheduling.services import close_visits_of_repair
from core.clock import now
from core.errors import Conflict
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

    1. lock customer, unit, repair; 2. check the move, its jobs and the photo rule; 3. take the
    place in the unit's count and the price of that place, at most what was approved; 4. store;
    5. its visit is done, one work less for the technician; 6. tell the customer.

    Args:
        done_at: When the work was done by the technician's device; held between the start and now.

    Raises:
        Conflict: ``after_photo_required``, ``illegal_move``; ``jobs_open`` names the jobs that
            must be finished first.
    """
    repair = locked(actor, repair_id, with_customer=True, with_unit=True)
    if is_repeated(actor, repair, QueueStatus.COMPLETED):
        return repair
    check(actor, repair, QueueStatus.COMPLETED, NO_REASON, version)
    _check_jobs(repair)
    _check_after_photo(repair)
    at, before = now(), snapshot(repair)
    services.fix_price(repair=repair, customer=repair.customer, at=at)
    repair.done_at = _bounded(done_at, repair.started_at, at)
    told = [change("price", None, line["text"]) for line in repair.price_lines]
    transition(
        actor=actor, repair=repair, target=QueueStatus.COMPLETED, before=before, changes=told
    )
    close_visits_of_repair(actor=actor, repair=repair)
    workload.add(repair.technician_id, -1)
    notices.tell_completed(repair)
    return repair


def _check_jobs(repair: Repair) -> None:
    # Who makes or opens a job of this repair locks the repair first, and so waits for us.
    jobs = open_jobs_of_repair(repair.pk)
    if jobs:
        named = ", ".join(f"“{job.title}”" for job in jobs)
        told = [{"id": job.pk, "title": job.title} for job in jobs]
        raise Conflict(f"Finish first: {named}.", code="jobs_open", extra={"jobs": told})


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
