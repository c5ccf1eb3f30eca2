"""New repairs together with their pictures: all of it or nothing, in one use case.

Two use cases one after the other in one transaction would lock the head of the audit chain in the
middle, and deadlock.
"""

from collections.abc import Callable, Sequence
from typing import Any

from apps.audit.use_case import use_case
from apps.photo_storage.services import PreparedPhoto
from apps.queue_management.use_cases.batches import BatchRow, create_field_batch, request_batch
from apps.queue_management.use_cases.edits import attach_photos
from apps.queue_management.use_cases.requests import create_field_repair, request_repair
from apps.repairs.enums import PhotoKind
from apps.repairs.models import Repair, RepairBatch
from core.models import User

Photos = Sequence[Sequence[PreparedPhoto]]


@use_case
def report_damage(
    *,
    actor: User,
    customer_id: int,
    rows: Sequence[BatchRow],
    photos: Photos,
    confirm_duplicate: bool = False,
) -> list[Repair]:
    """Report the damages of one visit, each with its pictures.

    Args:
        actor: A technician or an admin.
        customer_id: Whose vehicles they are.
        rows: The damages; several make a batch.
        photos: Those of each row, prepared and staged before.
        confirm_duplicate: As for ``create_field_repair``.

    Raises:
        DomainError: As ``create_field_repair``, ``create_field_batch`` and ``attach_photos``.
    """
    about = {"customer_id": customer_id, "confirm_duplicate": confirm_duplicate}
    repairs = _made(create_field_repair, create_field_batch, rows, actor=actor, **about)
    return _with_photos(actor, repairs, photos, PhotoKind.BEFORE)


@use_case
def ask_for_repairs(
    *,
    actor: User,
    customer_id: int,
    rows: Sequence[BatchRow],
    photos: Photos,
    confirm_duplicate: bool = False,
) -> list[Repair]:
    """Ask for repairs in a customer's name, each with its pictures; as ``report_damage``.

    Raises:
        DomainError: As ``request_repair``, ``request_batch`` and ``attach_photos``.
    """
    about = {"customer_id": customer_id, "confirm_duplicate": confirm_duplicate}
    repairs = _made(request_repair, request_batch, rows, actor=actor, **about)
    return _with_photos(actor, repairs, photos, PhotoKind.CUSTOMER)


def _made(
    one: Callable[..., Repair],
    several: Callable[..., RepairBatch],
    rows: Sequence[BatchRow],
    **about: Any,
) -> list[Repair]:
    if len(rows) == 1:
        return [one(details=rows[0], **about)]
    return list(several(rows=rows, **about).repairs.order_by("break_number"))


def _with_photos(
    actor: User, repairs: list[Repair], photos: Photos, kind: PhotoKind
) -> list[Repair]:
    for repair, own in zip(repairs, photos, strict=True):
        if own:
            attach_photos(actor=actor, repair_id=repair.pk, photos=own, kind=kind)
    return repairs
