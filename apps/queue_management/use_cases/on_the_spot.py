"""The customer's word at the vehicle: a name and a signature on the technician's device."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from apps.audit.use_case import use_case
from apps.people.editing import check_fields
from apps.photo_storage.models import StoredPhoto
from apps.photo_storage.services import PreparedPhoto, keep_photo
from apps.queue_management import notices
from apps.queue_management.use_cases.batches import locked_rows
from apps.queue_management.use_cases.decisions import Word, approve_waiting
from apps.queue_management.use_cases.steps import is_repeated, locked
from apps.repairs import rules, services
from apps.repairs.enums import ApprovalMethod, QueueStatus
from apps.repairs.models import Repair, RepairApproval, RepairBatch
from apps.repairs.queries import quote_now, takes_signatures
from core.errors import Conflict, Forbidden, Invalid
from core.models import User
from core.money import ZERO

LONGEST_NAME = 100
SIGNED, TYPED = "Signed with the finger", "Their name was typed in"


@dataclass(frozen=True, slots=True)
class SpotWord:
    """What somebody at the vehicle agreed to.

    Attributes:
        name: Theirs.
        shown: The most that they were told it would cost.
        signature: What they drew; a name is enough where nobody can draw.
    """

    name: str
    shown: Decimal
    signature: PreparedPhoto | None = None


@use_case
def approve_on_spot(
    *, actor: User, repair_id: int, word: SpotWord, version: int | None = None
) -> Repair:
    """Approve a waiting repair by the word of who stands at the vehicle.

    Repeating it changes nothing and is no error.

    Raises:
        NotFound: The actor sees no such repair.
        Forbidden: Neither its technician nor an admin; or the customer wants to be asked
            (``not_on_the_spot``).
        Invalid: No name.
        PreconditionFailed: It was changed since it was shown.
        Conflict: ``illegal_move``: it does not wait for approval; ``price_changed``: it costs
            more than was shown.
    """
    repair = locked(actor, repair_id)
    if is_repeated(actor, repair, QueueStatus.APPROVED):
        return repair
    _check_witness(actor, [repair])
    services.check_version(repair, version)
    _approve_all(actor, [repair], word)
    return repair


@use_case
def approve_batch_on_spot(*, actor: User, batch_id: int, word: SpotWord) -> RepairBatch:
    """``approve_on_spot`` for every row of a batch that waits, under one signature.

    Raises:
        NotFound, Forbidden, Invalid, Conflict: As ``approve_on_spot``.
    """
    batch, ids = locked_rows(actor, batch_id, None, [QueueStatus.PENDING])
    repairs = services.locked_repairs(ids)
    if not repairs:
        _check_repeated(actor, batch)
        return batch
    _check_witness(actor, repairs)
    _approve_all(actor, repairs, word)
    return batch


def _check_repeated(actor: User, batch: RepairBatch) -> None:
    """Nothing waits: that is what this person's own signature before leaves behind, else an error.

    Raises:
        Conflict: Somebody else has decided.
    """
    if not batch.repairs.filter(queue_status=QueueStatus.APPROVED, moved_by=actor).exists():
        raise Conflict("Nothing of this batch waits for approval.", code="illegal_move")


def _check_witness(actor: User, repairs: Sequence[Repair]) -> None:
    if not all(rules.may_witness(actor, repair) for repair in repairs):
        raise Forbidden("Only its technician and the office take a signature.")
    if not takes_signatures(repairs[0].customer):
        detail = "This customer decides itself; nobody else may sign for it. Ask for approval."
        raise Forbidden(detail, code="not_on_the_spot")


def _approve_all(actor: User, repairs: Sequence[Repair], word: SpotWord) -> None:
    for repair in repairs:
        check_waits(actor, repair)
    check_name(word.name)
    check_shown(repairs, word.shown)
    stored = _kept(actor, word)
    told = Word(
        ApprovalMethod.ON_SPOT,
        name=word.name.strip(),
        clause=SIGNED if stored else TYPED,
        signature=stored,
    )
    for repair in repairs:
        approve_waiting(actor, repair, told)
    notices.tell_decided(repairs, actor)


def check_waits(actor: User, repair: Repair) -> None:
    """Refuse a repair that does not wait for approval."""
    if repair.queue_status != QueueStatus.PENDING:
        raise Conflict(
            "This repair does not wait for approval.",
            code="illegal_move",
            extra={
                "allowed_moves": rules.allowed_moves(actor, repair),
                "queue_status": repair.queue_status,
            },
        )


def check_name(name: str) -> None:
    """Refuse an approval by nobody."""
    if not 1 <= len(name.strip()) <= LONGEST_NAME:
        message = f"Write the name of who agrees, at most {LONGEST_NAME} characters."
        raise Invalid(message, code="name_required", errors={"name": [message]})
    check_fields(RepairApproval(decided_by_name=name.strip()), ["decided_by_name"])


def check_shown(repairs: Sequence[Repair], shown: Decimal) -> None:
    """Refuse an approval at more than the customer was shown."""
    amount = sum((quote_now(repair).amount for repair in repairs), ZERO)
    if amount > shown:
        raise Conflict(
            f"It costs ${amount:,.2f} now. Look at the new price first.",
            code="price_changed",
            extra={"amount": str(amount)},
        )


def _kept(actor: User, word: SpotWord) -> StoredPhoto | None:
    if word.signature is None:
        return None
    return keep_photo(prepared=word.signature, uploaded_by=actor)
