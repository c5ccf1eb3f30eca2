"""Edits that are no moves: by whom, until when, never of money or status."""

from decimal import Decimal
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from apps.audit.models import AuditEntry
from apps.photo_storage.tests.pictures import plain, uploaded
from apps.queue_management.use_cases import (
    add_photo,
    edit_repair,
    edit_unit,
    set_cost_override,
    void_repair,
)
from apps.repairs.enums import PhotoKind, QueueStatus
from apps.repairs.models import Repair
from apps.repairs.queries import photos_visible_to, quote_now
from core.errors import (
    Conflict,
    DomainError,
    Forbidden,
    Invalid,
    NotFound,
    PreconditionFailed,
    PreconditionRequired,
)
from core.invariants import invariant_violations
from tests.books import nothing_written, refused
from tests.cast import PARTS, Cast
from tests.factories import make_site, make_unit, repair_in, request

pytestmark = pytest.mark.django_db
S = QueueStatus


def at(cast: Cast, status: QueueStatus) -> Repair:
    return repair_in(status, technician=cast.technician_record, customer=cast.fleet)


def edit(cast: Cast, part: str, repair: Repair, *, versioned: bool = True, **values: Any) -> Repair:
    version = repair.version if versioned else None
    return edit_repair(actor=cast.member(part), repair_id=repair.pk, version=version, values=values)


@pytest.mark.parametrize("part", ["technician", "admin"])
def test_request_data_is_edited_with_its_version_and_told(cast: Cast, part: str) -> None:
    repair, site = at(cast, S.APPROVED), make_site(cast.fleet)
    edited = edit(cast, part, repair, description="Low left", site_id=site.pk)
    assert (edited.description, edited.site, edited.version) == (
        "Low left",
        site,
        repair.version + 1,
    )
    entry = AuditEntry.objects.latest("position")
    assert (entry.verb, {told["field"] for told in entry.changes}) == (
        "repair.edited",
        {"description", "site"},
    )


def test_same_values_write_nothing(cast: Cast) -> None:
    repair = at(cast, S.APPROVED)
    edited = edit(cast, "admin", repair, description="Low left")
    assert edited.version == repair.version + 1
    with nothing_written():
        again = edit(cast, "admin", edited, description="Low left")
    assert again.version == edited.version


def test_notes_need_no_version_and_raise_none(cast: Cast) -> None:
    repair = at(cast, S.COMPLETED)
    edited = edit(cast, "technician", repair, versioned=False, technician_notes="Second coat")
    assert (edited.technician_notes, edited.version) == ("Second coat", repair.version)


def test_fields_need_the_version_they_are_based_on(cast: Cast) -> None:
    repair = at(cast, S.APPROVED)
    with refused(PreconditionRequired):
        edit(cast, "admin", repair, versioned=False, description="x")
    repair.version -= 1
    with refused(PreconditionFailed, "stale"):
        edit(cast, "admin", repair, description="x")


@pytest.mark.parametrize("field", ["cost", "queue_status", "discount", "priced_at", "unit", "pk"])
def test_money_status_and_identity_are_never_edited(cast: Cast, field: str) -> None:
    repair = at(cast, S.APPROVED)
    with refused(Invalid, "unknown_field") as caught:
        edit_repair(actor=cast.admin, repair_id=repair.pk, version=2, values={field: "1"})
    assert caught.value.errors.keys() == {field}


@pytest.mark.parametrize("status", [S.IN_PROGRESS, S.COMPLETED, S.DENIED])
def test_request_data_is_fixed_when_work_starts(cast: Cast, status: QueueStatus) -> None:
    repair = at(cast, status)
    with refused(Conflict, "not_editable_now") as caught:
        edit(cast, "admin", repair, description="x")
    assert caught.value.errors.keys() == {"description"}
    edited = edit(cast, "admin", repair, glass_temperature=Decimal("71.5"))
    assert edited.glass_temperature == Decimal("71.5")


def test_voided_repair_takes_no_edit(cast: Cast) -> None:
    repair = at(cast, S.COMPLETED)
    repair = void_repair(actor=cast.admin, repair_id=repair.pk, reason="Wrong truck")
    with refused(Conflict, "not_editable_now"):
        edit(cast, "technician", repair, technician_notes="x")


def test_customer_edits_the_own_note_only(cast: Cast) -> None:
    repair = at(cast, S.APPROVED)
    noted = edit(cast, "mate", repair, versioned=False, customer_notes="Gate code 7")
    assert noted.customer_notes == "Gate code 7"
    with refused(Forbidden):
        edit(cast, "primary", repair, internal_notes="x")
    with refused(Forbidden):
        edit(cast, "primary", repair, description="x")


@pytest.mark.parametrize(
    ("part", "error"),
    [
        ("stranger", NotFound),
        ("other_technician", NotFound),
        ("nobody", NotFound),
        ("sales_agent", Forbidden),
    ],
)
def test_who_edits_nothing(cast: Cast, part: str, error: type[DomainError]) -> None:
    repair = at(cast, S.APPROVED)
    with refused(error):
        edit(cast, part, repair, description="x")


def test_site_and_reference_are_the_customers(cast: Cast) -> None:
    repair, foreign = at(cast, S.APPROVED), make_site(cast.other_fleet)
    request(customer=cast.fleet, external_ref="WO-1")
    with refused(Invalid, "site_unknown"):
        edit(cast, "admin", repair, site_id=foreign.pk)
    with refused(Conflict, "external_ref_taken"):
        edit(cast, "admin", repair, external_ref="WO-1")
    assert edit(cast, "admin", repair, external_ref="WO-2").external_ref == "WO-2"


# Prices by hand


def price(cast: Cast, part: str, repair: Repair, amount: str | None, reason: str = "Two") -> Repair:
    return set_cost_override(
        actor=cast.member(part),
        repair_id=repair.pk,
        amount=None if amount is None else Decimal(amount),
        reason=reason,
    )


def test_price_by_hand_is_quoted_with_its_reason_kept_inside(cast: Cast) -> None:
    repair = price(cast, "technician", at(cast, S.PENDING), "62.50")
    assert quote_now(repair).amount == Decimal("62.50")
    entry = AuditEntry.objects.latest("position")
    internal = {told["field"] for told in entry.changes if told.get("internal")}
    assert internal == {"override_reason"}
    cleared = price(cast, "technician", repair, None)
    assert quote_now(cleared).amount == Decimal("50.00")


def test_limit_is_the_largest_difference_to_the_list(cast: Cast) -> None:
    record = cast.technician_record
    record.override_limit = Decimal(10)
    record.save()
    repair = at(cast, S.PENDING)
    for amount in ("60.01", "39.99"):
        with refused(Forbidden, "override_limit"):
            price(cast, "technician", repair, amount)
    assert price(cast, "technician", repair, "40.00").cost_override == Decimal(40)
    assert price(cast, "technician", repair, "60.00").cost_override == Decimal(60)
    assert price(cast, "admin", repair, "0.00").cost_override == 0


@pytest.mark.parametrize("amount", ["-0.01", "100000.00"])
def test_price_is_bounded(cast: Cast, amount: str) -> None:
    repair = at(cast, S.PENDING)
    with refused(Invalid):
        price(cast, "admin", repair, amount)


def test_price_needs_a_reason_and_an_open_repair(cast: Cast) -> None:
    repair, done = at(cast, S.PENDING), at(cast, S.COMPLETED)
    with refused(Invalid, "reason_required"):
        price(cast, "admin", repair, "40", reason=" ")
    with refused(Conflict, "price_fixed"):
        price(cast, "admin", done, "40")
    with refused(Forbidden):
        price(cast, "primary", repair, "1")


# Pictures


@pytest.fixture
def _media(settings: Settings, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.mark.usefixtures("_media")
def test_picture_is_attached_once_and_never_touches_the_price(cast: Cast) -> None:
    repair = at(cast, S.COMPLETED)
    arguments: dict[str, Any] = {"repair_id": repair.pk, "kind": PhotoKind.AFTER}
    first = add_photo(actor=cast.technician, upload=uploaded(plain()), **arguments)
    with nothing_written():
        again = add_photo(actor=cast.admin, upload=uploaded(plain()), **arguments)
    assert again == first
    assert Repair.objects.get(pk=repair.pk).cost == Decimal(50)
    assert invariant_violations() == []


@pytest.mark.usefixtures("_media")
def test_a_customer_who_sends_an_internal_picture_sees_it_from_then_on(cast: Cast) -> None:
    repair = at(cast, S.REQUESTED)
    arguments: dict[str, Any] = {"repair_id": repair.pk, "kind": PhotoKind.CUSTOMER}
    hidden = add_photo(actor=cast.admin, upload=uploaded(plain()), is_internal=True, **arguments)
    assert photos_visible_to(cast.primary).count() == 0
    shown = add_photo(actor=cast.primary, upload=uploaded(plain()), **arguments)
    assert (shown, shown.added_by) == (hidden, cast.admin)
    assert photos_visible_to(cast.primary).get() == hidden
    entry = AuditEntry.objects.first()
    assert entry is not None
    assert (entry.verb, entry.actor_id, entry.is_public) == (
        "repair.photo_added",
        cast.primary.pk,
        True,
    )
    with nothing_written():
        add_photo(actor=cast.admin, upload=uploaded(plain()), is_internal=True, **arguments)


@pytest.mark.usefixtures("_media")
def test_customer_adds_own_pictures_and_no_internal_ones(cast: Cast) -> None:
    repair = at(cast, S.REQUESTED)
    kept = add_photo(
        actor=cast.mate, repair_id=repair.pk, upload=uploaded(plain()), kind=PhotoKind.CUSTOMER
    )
    assert kept.added_by == cast.mate
    for kind, is_internal in ((PhotoKind.AFTER, False), (PhotoKind.CUSTOMER, True)):
        with refused(Invalid, "photo_kind_not_allowed"):
            add_photo(
                actor=cast.primary,
                repair_id=repair.pk,
                upload=uploaded(plain()),
                kind=kind,
                is_internal=is_internal,
            )


@pytest.mark.parametrize(
    ("part", "error"),
    [("stranger", NotFound), ("sales_agent", Forbidden), ("other_technician", NotFound)],
)
def test_who_adds_no_picture(cast: Cast, part: str, error: type[DomainError]) -> None:
    repair = at(cast, S.APPROVED)
    with refused(error):
        add_photo(
            actor=cast.member(part),
            repair_id=repair.pk,
            upload=uploaded(plain()),
            kind=PhotoKind.CUSTOMER,
        )


@pytest.mark.usefixtures("_media")
def test_who_sees_pictures(cast: Cast) -> None:
    repair = at(cast, S.APPROVED)
    for kind, is_internal in ((PhotoKind.BEFORE, False), (PhotoKind.ADDITIONAL, True)):
        add_photo(
            actor=cast.technician,
            repair_id=repair.pk,
            upload=uploaded(plain()),
            kind=kind,
            is_internal=is_internal,
        )
    seen = {part: photos_visible_to(cast.member(part)).count() for part in PARTS}
    fleet = dict.fromkeys(("primary", "approver", "requester", "mate"), 1)
    shop = dict.fromkeys(("technician", "admin", "owner"), 2)
    assert {part: count for part, count in seen.items() if count} == fleet | shop


# Units


def test_unit_is_edited_by_the_office_the_shop_and_its_own_people(cast: Cast) -> None:
    unit = at(cast, S.APPROVED).unit
    for part in ("admin", "technician", "requester"):
        unit = edit_unit(
            actor=cast.member(part), unit_id=unit.pk, version=unit.version, values={"make": part}
        )
    assert (unit.make, unit.version) == ("requester", 4)


def test_unit_edits_that_are_refused(cast: Cast) -> None:
    unit = make_unit(cast.fleet, "7")
    cases: list[tuple[str, int | None, dict[str, Any], type[DomainError]]] = [
        ("mate", 1, {"make": "Kenworth"}, Forbidden),
        ("stranger", 1, {"make": "Kenworth"}, NotFound),
        ("admin", None, {"make": "Kenworth"}, PreconditionRequired),
        ("admin", 9, {"make": "Kenworth"}, PreconditionFailed),
        ("admin", 1, {"number_key": "8"}, Invalid),
        ("admin", 1, {"year": 1492}, Invalid),
    ]
    for part, version, values, error in cases:
        with pytest.raises(error):
            edit_unit(actor=cast.member(part), unit_id=unit.pk, version=version, values=values)
    unit.refresh_from_db()
    assert (unit.make, unit.version) == ("", 1)


def test_the_same_unit_again_raises_no_version(cast: Cast) -> None:
    unit = make_unit(cast.fleet, "7", make="Kenworth")
    values = {"make": "Kenworth"}
    with nothing_written():
        edit_unit(actor=cast.admin, unit_id=unit.pk, version=unit.version, values=values)


def test_a_voided_repair_takes_no_pictures(cast: Cast) -> None:
    repair = at(cast, S.COMPLETED)
    void_repair(actor=cast.admin, repair_id=repair.pk, reason="Wrong truck")
    with refused(Conflict, "not_editable_now"):
        add_photo(
            actor=cast.technician,
            repair_id=repair.pk,
            upload=uploaded(plain()),
            kind=PhotoKind.AFTER,
        )
