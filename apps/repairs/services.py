"""Writes of the repair aggregate. Only the use cases of ``queue_management`` call these."""

import datetime as dt
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, models, transaction

from apps.audit.recorder import change, record, snapshot
from apps.photo_storage.models import StoredPhoto
from apps.repairs import pricing
from apps.repairs.enums import ApprovalMethod, QueueStatus
from apps.repairs.models import UNIT_NUMBER_LENGTH, Repair, RepairApproval, Unit, UnitRepairCount
from apps.repairs.queries import PriceReader, quote_from, quote_now
from apps.repairs.rules import allowed_moves, parties_of
from apps.repairs.workflow import (
    ENTRANCES,
    REASON_CODES,
    Move,
    Party,
    ever_moves_to,
    find_move,
)
from core.clock import now
from core.errors import Conflict, Forbidden, Invalid, NotFound, PreconditionFailed
from core.keys import is_printable, unit_key
from core.models import Customer, User

UNIT_KEY_LENGTH = 60
# Who decided is nobody who signs in: the entry's actor only carried it out.
NAMED_METHODS = frozenset({ApprovalMethod.ON_SPOT, ApprovalMethod.LINK})
_STAMPS = {
    QueueStatus.REQUESTED: "requested_at",
    QueueStatus.PENDING: "asked_at",
    QueueStatus.APPROVED: "approved_at",
    QueueStatus.IN_PROGRESS: "started_at",
    QueueStatus.COMPLETED: "completed_at",
    QueueStatus.DENIED: "denied_at",
}


@dataclass(frozen=True)
class Reason:
    """Why a repair is moved: a code from the list, words, or both."""

    code: str = ""
    text: str = ""


NO_REASON = Reason()


def locked_customer(customer_id: int) -> Customer:
    """The customer's row, locked: first in the fixed order of locks."""
    return Customer.objects.select_for_update(no_key=True).get(pk=customer_id)


def locked_units(unit_ids: Iterable[int]) -> dict[int, Unit]:
    """The units' rows by id, locked in the order of their ids."""
    rows = Unit.objects.select_for_update(no_key=True).filter(pk__in=set(unit_ids)).order_by("pk")
    return {unit.pk: unit for unit in rows}


def locked_repairs(repair_ids: Iterable[int]) -> list[Repair]:
    """The repairs' rows, locked in the order of their ids, with customer and technician.

    Locked first and read then: a statement that waited for its lock sees the row as it is now,
    but joins it with others as they were before, and a new technician would be missing.
    """
    rows = Repair.objects.filter(pk__in=set(repair_ids)).order_by("pk")
    locked_ids = list(rows.select_for_update(no_key=True).values_list("pk", flat=True))
    read = Repair.objects.filter(pk__in=locked_ids).order_by("pk")
    return list(read.select_related("customer", "unit", "technician__user"))


def find_or_create_unit(*, actor: User, customer: Customer, number: str) -> Unit:
    """The customer's unit of that number, locked; made when the number is new.

    A number that now belongs to a merged unit leads to the unit it was merged into; a withdrawn
    unit is in use again.

    Raises:
        Invalid: The number is empty, longer than 50 characters or not printable.
    """
    check_unit_number(number)
    number = number.strip()
    unit, is_new = Unit.objects.select_for_update(no_key=True).get_or_create(
        customer=customer, number_key=unit_key(number), defaults={"number": number}
    )
    if is_new:
        record(actor=actor, verb="unit.created", target=unit)
    while unit.merged_into_id is not None:
        unit = Unit.objects.select_for_update(no_key=True).get(pk=unit.merged_into_id)
    if not unit.is_active:
        _bring_back(actor, unit)
    return unit


def _bring_back(actor: User, unit: Unit) -> None:
    """A withdrawn unit that is worked on is in use again."""
    before = snapshot(unit)
    unit.is_active = True
    unit.version += 1
    unit.save()
    record(actor=actor, verb="unit.edited", target=unit, before=before, public=True)


def check_unit_number(number: str) -> None:
    """Refuse what cannot be a unit's number: 1 to 50 printable characters.

    Raises:
        Invalid: With the field named ``unit_number``.
    """
    number = number.strip()
    fits = 1 <= len(number) <= UNIT_NUMBER_LENGTH
    # Some letters are many in their key (one ligature makes eighteen).
    if not fits or len(unit_key(number)) > UNIT_KEY_LENGTH or not is_printable(number):
        message = "Write a unit number of 1 to 50 printable characters."
        raise Invalid(message, code="unit_number_not_valid", errors={"unit_number": [message]})


def check_move(
    *, actor: User, repair: Repair, target: QueueStatus, reason: Reason, version: int | None
) -> None:
    """Refuse a move that the table does not allow to this person, telling what is allowed.

    Raises:
        Forbidden: This person never brings this repair there.
        Invalid: A reason is missing.
        PreconditionFailed: The caller has read an older version.
        Conflict: Not from where the repair stands now.
    """
    parties = parties_of(actor, repair)
    now_allowed = allowed_moves(actor, repair)
    extra = {"allowed_moves": now_allowed, "queue_status": repair.queue_status}
    if not ever_moves_to(target, parties):
        raise Forbidden(f"You may not move a repair to {target.label}.", extra=extra)
    move = find_move(repair.queue_status, target)
    is_legal = move is not None and repair.voided_at is None
    if is_legal and target not in now_allowed:
        raise Forbidden(f"You may not move this repair to {target.label} now.", extra=extra)
    if move is not None and is_legal:
        check_reason(move, parties, reason)
    check_version(repair, version)
    if not is_legal:
        where = "Voided" if repair.voided_at else QueueStatus(repair.queue_status).label
        detail = f"A repair that is “{where}” cannot become “{target.label}”."
        raise Conflict(detail, code="illegal_move", extra=extra)


def check_reason(move: Move, parties: frozenset[Party], reason: Reason) -> None:
    """Refuse a move without the reason that it needs of these parties.

    Raises:
        Invalid: ``reason_code_required``, ``reason_required``.
    """
    if (move.needs_code or reason.code) and reason.code not in REASON_CODES:
        codes = ", ".join(sorted(REASON_CODES))
        message = f"Give a reason: one of {codes}."
        raise Invalid(message, code="reason_code_required", errors={"reason_code": [message]})
    if move.must_be_explained_by(parties) and not reason.text.strip():
        message = "Say in a few words why."
        raise Invalid(message, code="reason_required", errors={"reason": [message]})


def check_version(instance: models.Model, version: int | None) -> None:
    """Refuse a write that is based on an older version of the object.

    Raises:
        PreconditionFailed: The object has moved on.
    """
    present: int = instance.version  # type: ignore[attr-defined] # every caller's model has one
    if version is not None and version != present:
        raise PreconditionFailed(extra={"version": present})


def transition(
    *,
    actor: User,
    repair: Repair,
    target: QueueStatus,
    reason: Reason = NO_REASON,
    verb: str = "",
    changes: list[dict[str, Any]] | None = None,
    before: dict[str, Any] | None = None,
) -> None:
    """The one place where a repair's status changes; the caller has locked it and checked.

    Stamps the move's time, raises the version and records the public audit entry.
    """
    before = before or snapshot(repair)
    if find_move(repair.queue_status, target) is None:
        raise Conflict(f"No such move: {repair.queue_status} to {target}.", code="illegal_move")
    repair.moved_from = repair.queue_status
    repair.queue_status = target
    repair.moved_by = actor
    repair.reason_code, repair.move_reason = reason.code, reason.text[:500]
    if target in _STAMPS:
        setattr(repair, _STAMPS[target], now())
    repair.version += 1
    repair.save_guarded()
    record(
        actor=actor,
        verb=verb or f"repair.{target.value.lower()}",
        target=repair,
        before=before,
        public=True,
        note=reason.text,
        changes=changes,
    )


def enter(*, actor: User, repair: Repair, changes: list[dict[str, Any]] | None = None) -> None:
    """Store a new repair at one of the table's entrances."""
    if repair.queue_status not in ENTRANCES:
        raise Conflict("A repair begins as requested, pending or approved.", code="illegal_move")
    if repair.queue_status in _STAMPS:
        setattr(repair, _STAMPS[QueueStatus(repair.queue_status)], now())
    repair.moved_by = actor
    with told_reference(repair):
        repair.save()
    verb = "repair.requested" if repair.requested_at else "repair.created"
    record(actor=actor, verb=verb, target=repair, public=True, changes=changes)


@contextmanager
def told_reference(repair: Repair) -> Iterator[None]:
    """Turn the database's refusal of a second repair with this reference into its conflict.

    Raises:
        Conflict: ``external_ref_taken``, although a check before had not seen the other yet.
    """
    if not repair.external_ref:
        yield
        return
    try:
        with transaction.atomic():
            yield
    except IntegrityError:
        check_external_ref(repair.customer_id, repair.external_ref, except_id=repair.pk)
        raise


def check_external_ref(customer_id: int, reference: str, *, except_id: int | None = None) -> None:
    """Refuse a reference that another repair of the company has.

    Raises:
        Conflict: ``external_ref_taken`` with the other's id.
    """
    taken = Repair.objects.filter(customer_id=customer_id, external_ref=reference)
    found = taken.exclude(pk=except_id or 0).first()
    if reference and found is not None:
        detail = f"Repair {found.pk} has this reference already."
        raise Conflict(detail, code="external_ref_taken", extra={"repair": found.pk})


def add_approval(
    *,
    actor: User,
    repair: Repair,
    is_approved: bool,
    method: ApprovalMethod,
    amount: Decimal | None = None,
    clause: str = "",
    reason: str = "",
    decided_by: User | None = None,
    name: str = "",
    signature: StoredPhoto | None = None,
) -> RepairApproval:
    """Write down a decision, and with an approval the most that may be charged.

    Args:
        decided_by: Whose decision it was, where the actor only carries it out.
        name: The decider's name where it is not a user's.
        signature: What they drew with their finger, if they did.
    """
    decider = decided_by or actor
    if is_approved:
        repair.approved_amount = amount
    return RepairApproval.objects.create(
        repair=repair,
        is_approved=is_approved,
        method=method,
        amount=amount,
        clause=clause,
        reason=reason[:500],
        decided_by=decider,
        decided_by_name=name or str(decider),
        decided_at=now(),
        signature=signature,
    )


def ask_at_todays_price(repair: Repair) -> None:
    """Let the customer be asked at what it would cost now; earlier limits no longer hold."""
    repair.asked_amount = repair.approved_amount = None
    repair.asked_amount = quote_now(repair).amount


def fix_price(*, repair: Repair, customer: Customer, at: dt.datetime) -> pricing.Quote:
    """Give the repair its place in the unit's count and its final price.

    1. lock the unit's counter; 2. count this completion, except a redo; 3. quote as that place;
    4. store cost and explanation. The customer's row is locked by the caller, so that the place
    in the month is certain too.
    """
    counter, _ = UnitRepairCount.objects.select_for_update(no_key=True).get_or_create(
        unit_id=repair.unit_id
    )
    quote = quote_from(PriceReader(customer, at), repair, nth=counter.count + 1)
    if repair.redo_of_id is None:
        counter.count += 1
        counter.save(update_fields=["count"])
    repair.cost, repair.price_lines, repair.priced_at = quote.amount, quote.stored_lines(), at
    return quote


def approval_change(approval: RepairApproval) -> list[dict[str, Any]]:
    """What a decision adds to the audit entry of its move."""
    told = [change("decided", None, ApprovalMethod(approval.method).label)]
    if approval.method in NAMED_METHODS:
        told.append(change("decided_by", None, approval.decided_by_name))
    if approval.clause:
        told.append(change("clause", None, approval.clause))
    return told


def find_visible(actor: User, repair_id: int) -> Repair:
    """The repair if this person may see it.

    Raises:
        NotFound: There is none, or they may not: the same answer.
    """
    repair = Repair.objects.visible_to(actor).filter(pk=repair_id).first()
    if repair is None:
        raise NotFound
    return repair
