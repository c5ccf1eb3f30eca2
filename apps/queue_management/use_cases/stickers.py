"""A unit's sticker: printed by the fleet, scanned by a driver who has no account."""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import replace

from django.db.models import QuerySet

from apps.audit.recorder import record, snapshot
from apps.audit.use_case import use_case
from apps.photo_storage.services import PreparedPhoto
from apps.queue_management import notices
from apps.queue_management.use_cases.edits import attach_photo
from apps.queue_management.use_cases.requests import (
    RequestDetails,
    assign_new,
    build,
    check_duplicate,
    check_serviced,
)
from apps.repairs import rules, services
from apps.repairs.enums import PhotoKind, QueueStatus, RequestSource
from apps.repairs.models import Repair, Unit, UnitSticker
from apps.repairs.queries import units_visible_to
from apps.repairs.stickers import unit_of_sticker
from core.clock import now
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.models import User

MOST_STICKERS = 500
MOST_OPEN = 5


@use_case
def stickers_of(*, actor: User, unit_ids: Collection[int]) -> list[UnitSticker]:
    """The stickers of these units, made where there is none yet, by the units' numbers.

    Raises:
        NotFound: One of the units is none that they see, or merged.
        Forbidden: Neither the office nor the customer's people who may request.
        Invalid: None, or more than 500.
    """
    if not 1 <= len(unit_ids) <= MOST_STICKERS:
        raise Invalid(f"Choose 1 to {MOST_STICKERS} units.", code="too_many")
    units = _locked_own(actor, unit_ids)
    known = set(UnitSticker.objects.filter(unit__in=units).values_list("unit_id", flat=True))
    fresh = [unit for unit in units if unit.pk not in known]
    UnitSticker.objects.bulk_create(_fresh(actor, unit) for unit in fresh)
    for unit in fresh:
        _note(actor, unit, "unit.sticker_made")
    stickers = UnitSticker.objects.filter(unit__in=units).select_related("unit")
    return list(stickers.order_by("unit__number_key", "unit_id"))


def stickers_of_list(*, actor: User, units: QuerySet[Unit]) -> list[UnitSticker]:
    """``stickers_of`` every unit in use of a list that was narrowed until it fits.

    Raises:
        Invalid: No unit of the list is in use, or more than 500 are.
        Forbidden: As ``stickers_of``.
    """
    in_use = units.filter(is_active=True, merged_into=None)
    number = in_use.count()
    if number == 0:
        raise Invalid("No unit of this list is in use.", code="no_units")
    if number > MOST_STICKERS:
        detail = (
            f"These are {number:,} units; stickers of at most {MOST_STICKERS} are printed at once. "
            "Narrow the list."
        )
        raise Invalid(detail, code="too_many")
    return stickers_of(actor=actor, unit_ids=list(in_use.values_list("pk", flat=True)))


@use_case
def new_sticker(*, actor: User, unit_id: int) -> UnitSticker:
    """A sticker with another address; what the old one leads to is over at once.

    Raises:
        NotFound, Forbidden: As ``stickers_of``.
    """
    (unit,) = _locked_own(actor, [unit_id])
    UnitSticker.objects.filter(unit=unit).delete()
    sticker = _fresh(actor, unit)
    sticker.save()
    _note(actor, unit, "unit.sticker_renewed")
    return sticker


def _locked_own(actor: User, unit_ids: Collection[int]) -> Sequence[Unit]:
    seen = units_visible_to(actor).filter(pk__in=unit_ids, merged_into=None)
    if seen.count() != len(set(unit_ids)):
        raise NotFound
    units = list(services.locked_units(unit_ids).values())
    if not all(rules.may_keep_units(actor, unit.customer_id) for unit in units):
        raise Forbidden("Only the fleet and the office make stickers.")
    return units


def _fresh(actor: User, unit: Unit) -> UnitSticker:
    token = secrets.token_urlsafe(16)
    return UnitSticker(unit=unit, token=token, made_by=actor, made_at=now())


def _note(actor: User, unit: Unit, verb: str) -> None:
    record(actor=actor, verb=verb, target=unit, before=snapshot(unit), public=True, force=True)


@use_case
def request_by_sticker(
    *,
    token: str,
    details: RequestDetails,
    photo: PreparedPhoto | None = None,
    confirm_duplicate: bool = False,
) -> Repair:
    """Ask for a repair of the unit whose sticker was scanned, without an account.

    The system acts; who asks is told by name. The steps are those of ``request_repair``.

    Raises:
        NotFound: No sticker in use has this token.
        Invalid: No name, or a field is not valid.
        Conflict: ``possible_duplicate``, ``do_not_service``, ``too_many_open``.
    """
    if not details.requested_by_name.strip():
        message = "Write your name."
        raise Invalid(message, errors={"requested_by_name": [message]})
    unit = _locked_unit(token)
    check_serviced(unit.customer)
    _check_flood(unit)
    actor = User.objects.system()
    is_duplicate = check_duplicate(actor, unit, confirm=confirm_duplicate)
    said = replace(details, unit_number=unit.number)
    repair = build(actor, unit.customer, unit, said, QueueStatus.REQUESTED)
    repair.duplicate_allowed, repair.source = is_duplicate, RequestSource.STICKER
    assign_new([repair], actor)
    if photo is not None:
        attach_photo(actor=actor, repair_id=repair.pk, prepared=photo, kind=PhotoKind.CUSTOMER)
    notices.tell_requested([repair], actor)
    return repair


def _check_flood(unit: Unit) -> None:
    """Whoever can see the truck can scan its sticker, and could fill the shop's day."""
    if unit.repairs.open().filter(source=RequestSource.STICKER).count() >= MOST_OPEN:
        raise Conflict("This unit is reported often enough now.", code="too_many_open")


def _locked_unit(token: str) -> Unit:
    """The unit, locked after its customer; the sticker is looked at again behind the locks."""
    found = unit_of_sticker(token)
    if found is None:
        raise NotFound
    customer = services.locked_customer(found.customer_id)
    unit = services.locked_units([found.pk])[found.pk]
    if unit_of_sticker(token) != unit:
        raise NotFound
    unit.customer = customer
    return unit
