"""Edits of a repair and its unit that are no moves."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import UploadedFile

from apps.audit.recorder import change, record, snapshot
from apps.audit.use_case import use_case
from apps.people.editing import check_fields
from apps.photo_storage.services import PreparedPhoto, keep_photo, prepare_photo, staged
from apps.queue_management.use_cases.moves import move_repair
from apps.queue_management.use_cases.requests import (
    check_override_limit,
    check_site,
)
from apps.queue_management.use_cases.steps import locked
from apps.repairs import rules, services
from apps.repairs.enums import PhotoKind, QueueStatus
from apps.repairs.models import Repair, RepairPhoto, Unit
from apps.repairs.queries import listed_price, units_visible_to
from apps.repairs.services import Reason
from apps.repairs.withdrawal import busy_units
from core.errors import Conflict, Forbidden, Invalid, NotFound, PreconditionRequired
from core.models import User
from core.rules import membership

REQUEST_FIELDS = frozenset(
    {
        "description",
        "damage_type",
        "requested_by_name",
        "site_id",
        "preferred_date",
        "preferred_window",
        "contact_name",
        "contact_phone",
        "po_number",
        "external_ref",
        "damage_x",
        "damage_y",
    }
)
PROCESS_FIELDS = frozenset({"glass_temperature", "resin_viscosity", "drilled_before"})
NOTE_FIELDS = frozenset({"customer_notes", "technician_notes", "internal_notes"})
UNIT_FIELDS = frozenset({"vin", "year", "make", "model", "plate", "is_active"})
BEFORE_START = frozenset({QueueStatus.REQUESTED, QueueStatus.PENDING, QueueStatus.APPROVED})


@use_case
def edit_repair(
    *, actor: User, repair_id: int, version: int | None, values: Mapping[str, Any]
) -> Repair:
    """Change what may be edited: request data until start, process record and notes until voided.

    Money and status are never edited. Notes do not raise the version.

    Raises:
        Forbidden: Neither its technician nor an admin (a customer edits the own notes only).
        PreconditionRequired: Fields other than notes came without the version they are based on.
        PreconditionFailed: Somebody changed the repair since.
        Conflict: ``not_editable_now`` with the fields' names.
        Invalid: Unknown or bad fields.
    """
    repair = locked(actor, repair_id)
    wanted = {name: value for name, value in values.items() if _differs(repair, name, value)}
    _check_editor(actor, repair, values.keys())
    only_notes = values.keys() <= NOTE_FIELDS
    if version is None and not only_notes:
        raise PreconditionRequired
    services.check_version(repair, version)
    _check_editable_now(repair, wanted.keys())
    if not wanted:
        return repair
    before = snapshot(repair)
    for name, value in wanted.items():
        setattr(repair, name, value)
    _clean(repair, wanted)
    if not wanted.keys() <= NOTE_FIELDS:
        repair.version += 1
    with services.told_reference(repair):
        repair.save()
    record(actor=actor, verb="repair.edited", target=repair, before=before)
    return repair


def _differs(repair: Repair, name: str, value: object) -> bool:
    if name not in REQUEST_FIELDS | PROCESS_FIELDS | NOTE_FIELDS:
        message = "This field cannot be edited."
        raise Invalid(message, code="unknown_field", errors={name: [message]})
    return bool(getattr(repair, name) != value)


def _check_editor(actor: User, repair: Repair, names: Any) -> None:
    if rules.may_edit(actor, repair):
        return
    if membership(actor) is not None and set(names) <= {"customer_notes"}:
        return
    raise Forbidden("Only its technician and the office edit a repair.")


def _check_editable_now(repair: Repair, names: Any) -> None:
    late = set(names) & REQUEST_FIELDS if repair.queue_status not in BEFORE_START else set()
    if repair.voided_at is not None:
        late = set(names)
    if late:
        detail = "Request data is fixed when work starts; notes and pictures until voided."
        told = {name: ["This cannot be changed any more."] for name in sorted(late)}
        raise Conflict(detail, code="not_editable_now", errors=told)


def _clean(repair: Repair, wanted: Mapping[str, Any]) -> None:
    if wanted.get("site_id") is not None:
        check_site(repair.customer, wanted["site_id"])
    reference = wanted.get("external_ref", "")
    services.check_external_ref(repair.customer_id, reference, except_id=repair.pk)
    check_fields(repair, wanted.keys())


@use_case
def set_cost_override(
    *,
    actor: User,
    repair_id: int,
    amount: Decimal | None,
    reason: str,
    version: int | None = None,
) -> Repair:
    """Set the price of an open repair by hand (``None``: by the lists again).

    What the customer asked for or agreed to still holds: to charge more, ask for approval again.
    A customer who has not answered yet is asked at the new price.

    Raises:
        Forbidden: ``override_limit``.
        Invalid: Without a reason, or out of bounds.
        Conflict: ``price_fixed``: it is completed or denied.
    """
    repair = locked(actor, repair_id)
    if not rules.may_edit(actor, repair):
        raise Forbidden("Only its technician and the office set a price.")
    if amount is not None and not reason.strip():
        message = "Say why the price is set by hand."
        raise Invalid(message, code="reason_required", errors={"override_reason": [message]})
    services.check_version(repair, version)
    if not repair.is_open:
        raise Conflict("The price of this repair is fixed.", code="price_fixed")
    before = snapshot(repair)
    if amount is not None:
        check_override_limit(actor, amount - listed_price(repair))
    repair.cost_override, repair.override_reason = amount, reason.strip()[:300]
    check_fields(repair, ["cost_override", "override_reason"])
    if repair.queue_status == QueueStatus.PENDING:
        services.ask_at_todays_price(repair)
    repair.version += 1
    repair.save()
    record(actor=actor, verb="repair.price_set", target=repair, before=before, public=True)
    return repair


def add_photo(
    *,
    actor: User,
    repair_id: int,
    upload: UploadedFile[bytes],
    kind: PhotoKind,
    is_internal: bool = False,
) -> RepairPhoto:
    """Attach a picture; attaching the same one of the same kind again changes nothing.

    Raises:
        NotFound, Forbidden, Invalid, Conflict: As ``photo_for``.
        Unavailable: The storage does not take it.
    """
    about: dict[str, Any] = {"actor": actor, "repair_id": repair_id, "kind": kind}
    prepared = photo_for(upload=upload, is_internal=is_internal, **about)
    with staged(prepared):
        return attach_photo(prepared=prepared, is_internal=is_internal, **about)


def photo_for(
    *,
    actor: User,
    repair_id: int,
    upload: UploadedFile[bytes],
    kind: PhotoKind,
    is_internal: bool = False,
) -> PreparedPhoto:
    """Decode a picture that may be attached; what comes before every transaction and lock.

    Raises:
        NotFound, Forbidden: Not theirs to add to.
        Invalid: The file is no acceptable picture (``photo_...``), or the kind is not theirs.
        Conflict: The repair is voided.
        Unavailable: Too many pictures are being decoded.
    """
    _check_photographer(actor, services.find_visible(actor, repair_id), kind, internal=is_internal)
    return prepare_photo(upload=upload)


def _check_photographer(actor: User, repair: Repair, kind: PhotoKind, *, internal: bool) -> None:
    if not rules.may_add_photo(actor, repair):
        raise Forbidden("You may not add pictures to this repair.")
    if not rules.sees_internal(actor) and (kind != PhotoKind.CUSTOMER or internal):
        message = "Customers add pictures of the kind “customer”."
        raise Invalid(message, code="photo_kind_not_allowed", errors={"kind": [message]})
    if repair.voided_at is not None:
        raise Conflict("This repair is voided.", code="not_editable_now")


@use_case
def attach_photo(
    *,
    actor: User,
    repair_id: int,
    prepared: PreparedPhoto,
    kind: PhotoKind,
    is_internal: bool = False,
) -> RepairPhoto:
    """``add_photo`` of a picture that is decoded already, as a form's field has it.

    Whoever brings the bytes of an internal picture and means everybody to see them uncovers it.
    """
    repair = locked(actor, repair_id)
    _check_photographer(actor, repair, kind, internal=is_internal)
    known = repair.photos.filter(sha256=prepared.sha256, kind=kind).first()
    if known is not None and (is_internal or not known.is_internal):
        return known
    photo = known or RepairPhoto(
        repair=repair,
        stored=keep_photo(prepared=prepared, uploaded_by=actor),
        sha256=prepared.sha256,
        kind=kind,
        added_by=actor,
    )
    photo.is_internal = is_internal
    photo.save()
    told = [change("photo", None, kind.label, internal=is_internal)]
    verb = "repair.photo_added"
    record(
        actor=actor,
        verb=verb,
        target=repair,
        before=snapshot(repair),
        public=not is_internal,
        changes=told,
    )
    return photo


@use_case
def attach_photos(
    *,
    actor: User,
    repair_id: int,
    photos: Sequence[PreparedPhoto],
    kind: PhotoKind,
    is_internal: bool = False,
) -> list[RepairPhoto]:
    """Attach several pictures, all of them or none.

    Raises:
        DomainError: As ``attach_photo``.
    """
    about: dict[str, Any] = {"actor": actor, "repair_id": repair_id, "kind": kind}
    return [attach_photo(prepared=photo, is_internal=is_internal, **about) for photo in photos]


@use_case
def move_with_photo(
    *,
    actor: User,
    repair_id: int,
    target: QueueStatus,
    photo: PreparedPhoto,
    reason: Reason,
    version: int | None = None,
    finish_tasks: bool = False,
) -> Repair:
    """Attach the after-photo and move the repair, both or neither.

    One use case, since two in one transaction lock the audit head in the middle; and the locks of
    a completion come first, since the picture alone would lock the repair before its customer.

    Raises:
        DomainError: As ``attach_photo`` and ``move_repair``.
    """
    locked(actor, repair_id, with_customer=True, with_unit=True)
    attach_photo(actor=actor, repair_id=repair_id, prepared=photo, kind=PhotoKind.AFTER)
    return move_repair(
        actor=actor,
        repair_id=repair_id,
        target=target,
        reason=reason,
        version=version,
        finish_tasks=finish_tasks,
    )


@use_case
def edit_unit(*, actor: User, unit_id: int, version: int | None, values: Mapping[str, Any]) -> Unit:
    """Change what is known of a vehicle: the office, or the customer's own people.

    Raises:
        NotFound, Forbidden, Invalid, PreconditionRequired, PreconditionFailed: As ``edit_repair``.
        Conflict: ``open_repairs`` where a unit with open work is withdrawn.
    """
    if not units_visible_to(actor).filter(pk=unit_id).exists():
        raise NotFound
    unit = services.locked_units([unit_id])[unit_id]
    if not (rules.may_keep_units(actor, unit.customer_id) or rules.may_create_field_repair(actor)):
        raise Forbidden("You may not change this unit.")
    if unknown := values.keys() - UNIT_FIELDS:
        told = {name: ["This field cannot be edited."] for name in sorted(unknown)}
        raise Invalid("Some fields cannot be edited.", code="unknown_field", errors=told)
    if version is None:
        raise PreconditionRequired
    services.check_version(unit, version)
    before, was_active = snapshot(unit), unit.is_active
    for name, value in values.items():
        setattr(unit, name, value)
    check_fields(unit, values.keys())
    if was_active and not unit.is_active:
        _check_idle(unit)
    if snapshot(unit) != before:
        unit.version += 1
        unit.save()
    record(actor=actor, verb="unit.edited", target=unit, before=before, public=True)
    return unit


def withdraw_unit(*, actor: User, unit_id: int, version: int | None) -> Unit:
    """Take a vehicle out of use: it leaves the lists to choose from, its history stays.

    Raises:
        NotFound, Forbidden, PreconditionFailed: As ``edit_unit``.
        Conflict: ``open_repairs`` with their ids.
    """
    return edit_unit(actor=actor, unit_id=unit_id, version=version, values={"is_active": False})


def bring_back_unit(*, actor: User, unit_id: int, version: int | None) -> Unit:
    """Put a withdrawn vehicle into use again; new work on it does so too.

    Raises:
        NotFound, Forbidden, PreconditionFailed: As ``edit_unit``.
    """
    return edit_unit(actor=actor, unit_id=unit_id, version=version, values={"is_active": True})


def _check_idle(unit: Unit) -> None:
    busy = busy_units([unit]).get(unit.pk)
    if busy is not None:
        extra = {"repairs": busy.repairs}
        raise Conflict(busy.reason, code="open_repairs", extra=extra)
