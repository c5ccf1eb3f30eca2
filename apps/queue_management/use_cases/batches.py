"""Several repairs at once: made, approved and denied together or row by row."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from apps.audit.recorder import record
from apps.audit.use_case import use_case
from apps.queue_management import notices
from apps.queue_management.use_cases.decisions import approve_one, deny_one
from apps.queue_management.use_cases.requests import (
    RequestDetails,
    assign_new,
    build,
    check_details,
    check_duplicate,
    check_override,
    customer_for_request,
    customer_in_field,
    field_technician,
    price_of_new,
    redo_not_possible,
    store_field_repairs,
)
from apps.queue_management.use_cases.steps import lock_together
from apps.repairs import pricing, rules, services
from apps.repairs.enums import QueueStatus
from apps.repairs.models import Repair, RepairBatch, Unit
from apps.repairs.queries import PriceReader, completed_count
from apps.repairs.services import NO_REASON, Reason
from apps.technicians.rules import technician_of
from core.clock import now
from core.errors import Conflict, DomainError, Invalid, NotFound
from core.keys import unit_key
from core.models import Customer, User
from core.together import ANY_VERSION, Versions

MAXIMUM_ROWS = 50
BatchRow = RequestDetails
T = TypeVar("T")


@dataclass(frozen=True)
class _Ready:
    """Rows that passed every check, with their units locked."""

    customer: Customer
    rows: Sequence[BatchRow]
    units: Sequence[Unit]
    duplicates: Sequence[bool]


@use_case
def request_batch(
    *,
    actor: User,
    customer_id: int,
    rows: Sequence[BatchRow],
    confirm_duplicate: bool = False,
) -> RepairBatch:
    """Ask for several repairs, given to one technician; all of them or none.

    Raises:
        Invalid: No row, more than 50, or faults told row by row (``rows.2.unit_number``).
        Conflict: As ``request_repair``.
    """
    _check_number(rows)
    customer = customer_for_request(actor, customer_id)
    ready = _prepare(actor, customer, rows, confirm=confirm_duplicate)
    batch, repairs = _build_all(actor, ready, QueueStatus.REQUESTED)
    assign_new(repairs, actor)
    notices.tell_requested(repairs, actor)
    return batch


@use_case
def create_field_batch(
    *,
    actor: User,
    customer_id: int,
    rows: Sequence[BatchRow],
    technician_id: int | None = None,
    confirm_duplicate: bool = False,
) -> RepairBatch:
    """Report several damages of one visit; the policy decides on them together.

    Raises:
        Invalid: No row, more than 50, or faults told row by row.
        Forbidden, Conflict: As ``create_field_repair``.
    """
    _check_number(rows)
    technician = field_technician(actor, technician_id)
    customer = customer_in_field(actor, customer_id)
    ready = _prepare(actor, customer, rows, confirm=confirm_duplicate)
    batch, repairs = _build_all(actor, ready, QueueStatus.PENDING)
    reader = PriceReader(customer, now())
    for repair in repairs:
        repair.technician = technician
    amounts = [price_of_new(reader, repair) for repair in repairs]
    store_field_repairs(actor, customer, repairs, amounts)
    notices.tell_came_back(repairs, actor)
    return batch


@use_case
def approve_batch(
    *,
    actor: User,
    batch_id: int,
    repair_ids: Sequence[int] | None = None,
    reason: Reason = NO_REASON,
    versions: Versions = ANY_VERSION,
) -> RepairBatch:
    """Approve every row that waits, or the rows named; all of those or none.

    Args:
        actor: Who decides.
        batch_id: Whose rows.
        repair_ids: The rows that were shown; without, those that wait now.
        reason: Of the office, where it decides.
        versions: Which version of each row was read, where it matters.

    Raises:
        NotFound: No such batch, or a row that is not of it.
        PreconditionFailed: A row that changed since, named by ``repair``.
        Conflict: A row that does not wait for approval, named by ``repair``.
    """
    batch, ids = locked_rows(actor, batch_id, repair_ids, [QueueStatus.PENDING])
    repairs = [
        _told_by_row(pk, partial(approve_row, actor=actor, reason=reason, version=versions.get(pk)))
        for pk in ids
    ]
    if repairs:
        notices.tell_decided(repairs, actor)
    return batch


def approve_row(
    *, actor: User, repair_id: int, reason: Reason, version: int | None = None
) -> Repair:
    """Approve a row that waits; to take a request or to put work back is another wish."""
    repair = services.find_visible(actor, repair_id)
    allowed = rules.allowed_moves(actor, repair)
    if repair.queue_status != QueueStatus.PENDING and QueueStatus.APPROVED in allowed:
        raise Conflict(
            f"Repair {repair_id} does not wait for approval.",
            code="illegal_move",
            extra={"allowed_moves": allowed, "queue_status": repair.queue_status},
        )
    return approve_one(actor=actor, repair_id=repair_id, reason=reason, version=version)


@use_case
def deny_batch(
    *,
    actor: User,
    batch_id: int,
    reason: Reason,
    repair_ids: Sequence[int] | None = None,
    versions: Versions = ANY_VERSION,
) -> RepairBatch:
    """Deny every row that nobody has taken yet, or the rows named; else as ``approve_batch``."""
    batch, ids = locked_rows(
        actor, batch_id, repair_ids, [QueueStatus.REQUESTED, QueueStatus.PENDING]
    )
    repairs = [
        _told_by_row(pk, partial(deny_one, actor=actor, reason=reason, version=versions.get(pk)))
        for pk in ids
    ]
    if repairs:
        notices.tell_decided(repairs, actor)
    return batch


def find_batch(actor: User, batch_id: int) -> RepairBatch:
    """The batch, if this person may see any row of it.

    Raises:
        NotFound: There is none, or they may not.
    """
    visible = Repair.objects.visible_to(actor).filter(repair_batch_id=batch_id)
    batch = RepairBatch.objects.filter(pk__in=visible.values("repair_batch_id")).first()
    if batch is None:
        raise NotFound
    return batch


def _check_number(rows: Sequence[BatchRow]) -> None:
    if not 1 <= len(rows) <= MAXIMUM_ROWS:
        message = f"Send 1 to {MAXIMUM_ROWS} rows; these are {len(rows)}."
        raise Invalid(message, code="batch_size", errors={"rows": [message]})


def _prepare(actor: User, customer: Customer, rows: Sequence[BatchRow], *, confirm: bool) -> _Ready:
    """Lock the units in the order of their keys, then check the rows in theirs."""
    for index, row in enumerate(rows):
        _told_by_index(index, partial(services.check_unit_number, row.unit_number))
    numbers = {unit_key(row.unit_number): row.unit_number for row in rows}
    by_key = {
        key: services.find_or_create_unit(actor=actor, customer=customer, number=number)
        for key, number in sorted(numbers.items())
    }
    units = [by_key[unit_key(row.unit_number)] for row in rows]
    before: Counter[int] = Counter()
    came_back: set[int] = set()
    duplicates = []
    for index, (row, unit) in enumerate(zip(rows, units, strict=True)):
        _told_by_index(index, partial(check_details, unit, row))
        _told_by_index(index, partial(_check_redo_once, row, came_back))
        ahead = before[unit.pk]
        _told_by_index(index, partial(check_override, actor, row, unit, ahead=ahead))
        is_repeated = unit.pk in before
        before[unit.pk] += row.redo_of_id is None
        check = partial(check_duplicate, actor, unit, confirm=confirm)
        duplicates.append(is_repeated or _told_by_index(index, check))
    return _Ready(customer, rows, units, duplicates)


def _check_redo_once(row: BatchRow, came_back: set[int]) -> None:
    if row.redo_of_id in came_back:
        raise redo_not_possible("Another row is of the same repair that came back.")
    if row.redo_of_id is not None:
        came_back.add(row.redo_of_id)


def _build_all(actor: User, ready: _Ready, status: QueueStatus) -> tuple[RepairBatch, list[Repair]]:
    """Build the rows with their place in the batch and the price offered for each."""
    batch = RepairBatch.objects.create(customer=ready.customer, created_by=actor)
    record(actor=actor, verb="batch.created", target=batch, public=True)
    reader = PriceReader(ready.customer, now())
    taken: Counter[int] = Counter()
    repairs = []
    for index, (row, unit) in enumerate(zip(ready.rows, ready.units, strict=True)):
        repair = _told_by_index(index, partial(build, actor, ready.customer, unit, row, status))
        repair.repair_batch, repair.break_number = batch, index + 1
        repair.duplicate_allowed = ready.duplicates[index]
        if repair.redo_of_id is None:
            taken[unit.pk] += 1
            nth = completed_count(unit.pk) + taken[unit.pk]
            _offer(repair, reader, nth=nth, ahead=taken.total() - 1)
        repairs.append(repair)
    return batch, repairs


def _offer(repair: Repair, reader: PriceReader, *, nth: int, ahead: int) -> None:
    basis = reader.basis(unit_number=repair.unit_number, nth=nth, ahead=ahead)
    offer = pricing.quote(basis)
    repair.offered_amount, repair.offered_lines = offer.amount, offer.stored_lines()


def locked_rows(
    actor: User, batch_id: int, repair_ids: Sequence[int] | None, statuses: Sequence[QueueStatus]
) -> tuple[RepairBatch, list[int]]:
    """The batch and its rows: those named, or all that stand at one of the statuses; locked."""
    batch = find_batch(actor, batch_id)
    rows = Repair.objects.visible_to(actor).filter(repair_batch=batch)
    if repair_ids is None:
        waiting = rows.filter(queue_status__in=statuses).order_by("pk")
        ids = list(waiting.values_list("pk", flat=True))
    else:
        ids = sorted(rows.filter(pk__in=repair_ids).values_list("pk", flat=True))
        if set(ids) != set(repair_ids):
            raise NotFound
    own = technician_of(actor)
    lock_together(ids, [own.pk] if own is not None else ())
    return batch, ids


def _told_by_row(repair_id: int, step: Callable[..., Repair]) -> Repair:
    """Run a move of one row; its refusal names the row."""
    try:
        return step(repair_id=repair_id)
    except DomainError as error:
        error.extra["repair"] = repair_id
        raise


def _told_by_index(index: int, step: Callable[[], T]) -> T:
    """Run a check of one row; its refusal names the row's place, from 0."""
    try:
        return step()
    except DomainError as error:
        error.errors = {f"rows.{index}.{name}": told for name, told in error.errors.items()}
        error.extra["row"] = index
        raise
