"""Stickers of units, and what a driver asks for by one."""

from typing import Any

import pytest

from apps.audit.models import AuditEntry
from apps.notifications.models import Notification
from apps.photo_storage.services import prepare_photo
from apps.photo_storage.tests.pictures import plain, uploaded
from apps.queue_management import use_cases
from apps.queue_management.use_cases import stickers
from apps.repairs import services
from apps.repairs.enums import QueueStatus, RequestSource
from apps.repairs.models import Repair, Unit, UnitSticker
from apps.repairs.stickers import sticker_address, sticker_sheet, unit_of_sticker
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.invariants import invariant_violations
from core.models import User
from tests import factories
from tests.books import nothing_written, refused
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit(cast: Cast) -> Unit:
    return factories.make_unit(cast.fleet, "4127")


@pytest.fixture
def token(cast: Cast, unit: Unit) -> str:
    return sticker_of(cast.requester, unit).token


def sticker_of(actor: User, unit: Unit) -> UnitSticker:
    (made,) = use_cases.stickers_of(actor=actor, unit_ids=[unit.pk])
    return made


def ask(token: str, name: str = "Pat Driver", **more: Any) -> Repair:
    options = {key: more.pop(key) for key in ("photo", "confirm_duplicate") if key in more}
    details = factories.details("ignored", requested_by_name=name, **more)
    return use_cases.request_by_sticker(token=token, details=details, **options)


def test_a_sticker_is_made_once_and_printed_again(cast: Cast, unit: Unit, token: str) -> None:
    with nothing_written():
        assert sticker_of(cast.admin, unit).token == token
    assert unit_of_sticker(token) == unit
    assert token not in str(list(AuditEntry.objects.values()))
    assert str(unit.sticker) == "Sticker of unit 4127"


def test_a_new_sticker_ends_the_old_one(cast: Cast, unit: Unit, token: str) -> None:
    fresh = use_cases.new_sticker(actor=cast.primary, unit_id=unit.pk)
    assert unit_of_sticker(token) is None
    assert unit_of_sticker(fresh.token) == unit
    with refused(NotFound):
        ask(token)


@pytest.mark.parametrize("who", ["mate", "sales_agent"])
def test_who_may_not_request_makes_no_stickers(cast: Cast, unit: Unit, who: str) -> None:
    with refused(Forbidden):
        use_cases.new_sticker(actor=cast.member(who), unit_id=unit.pk)


@pytest.mark.parametrize("who", ["stranger", "nobody", "technician"])
def test_stickers_of_others_are_not_found(cast: Cast, unit: Unit, who: str) -> None:
    with refused(NotFound):
        use_cases.stickers_of(actor=cast.member(who), unit_ids=[unit.pk])


def test_a_sheet_has_one_to_five_hundred_units(cast: Cast) -> None:
    for ids in ([], list(range(stickers.MOST_STICKERS + 1))):
        with refused(Invalid, "too_many"):
            use_cases.stickers_of(actor=cast.admin, unit_ids=ids)


@pytest.mark.parametrize("number", [1, 3])
def test_stickers_are_printed_as_pdf(cast: Cast, number: int) -> None:
    units = [factories.make_unit(cast.fleet, f"#set text(red) {place}") for place in range(number)]
    made = use_cases.stickers_of(actor=cast.admin, unit_ids=[unit.pk for unit in units])
    assert [each.unit_id for each in made] == [unit.pk for unit in units]
    assert sticker_sheet(made, shop="RS Systems").startswith(b"%PDF-")


def test_the_address_is_whole(cast: Cast, unit: Unit, token: str) -> None:
    address = sticker_address(unit.sticker)
    assert address.endswith(f"/u/{token}/")
    assert address.startswith("http")


def test_a_driver_asks_for_a_repair_of_the_unit(cast: Cast, unit: Unit, token: str) -> None:
    photo = prepare_photo(upload=uploaded(plain()))
    repair = ask(token, description="Gravel", photo=photo)
    assert (repair.unit, repair.customer) == (unit, cast.fleet)
    assert (repair.queue_status, repair.source) == (QueueStatus.REQUESTED, RequestSource.STICKER)
    assert (repair.requested_by_name, repair.created_by) == ("Pat Driver", User.objects.system())
    assert repair.photos.get().kind == "customer"
    told = Notification.objects.filter(kind="repair_requested").values_list("recipient", flat=True)
    assert list(told) == [cast.primary.pk]
    assert invariant_violations() == []


def test_the_approval_of_what_a_driver_asked_for_names_the_driver(cast: Cast, token: str) -> None:
    taken = factories.take(ask(token), cast.technician_record)
    assert taken.approvals.get().decided_by_name == "Pat Driver"


def test_a_driver_has_a_name(token: str) -> None:
    with refused(Invalid):
        ask(token, "  ")


def test_a_duplicate_is_asked_about_first(token: str) -> None:
    ask(token)
    with refused(Conflict, "possible_duplicate"):
        ask(token)
    assert ask(token, confirm_duplicate=True).duplicate_allowed


def test_one_sticker_cannot_fill_the_shops_day(token: str) -> None:
    for _ in range(stickers.MOST_OPEN):
        ask(token, confirm_duplicate=True)
    with refused(Conflict, "too_many_open"):
        ask(token, confirm_duplicate=True)


def test_a_customer_that_is_not_serviced_is_reported_nothing(cast: Cast, token: str) -> None:
    cast.fleet.do_not_service, cast.fleet.do_not_service_reason = True, "Unpaid"
    cast.fleet.save()
    with refused(Conflict, "do_not_service"):
        ask(token)


def test_the_sticker_of_a_withdrawn_or_merged_unit_is_over(
    cast: Cast, unit: Unit, token: str
) -> None:
    use_cases.withdraw_unit(actor=cast.primary, unit_id=unit.pk, version=unit.version)
    with refused(NotFound):
        ask(token)


def test_a_sticker_renewed_while_waiting_for_the_locks_is_over(
    cast: Cast, unit: Unit, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = services.locked_units

    def renewed_meanwhile(ids: list[int]) -> dict[int, Unit]:
        monkeypatch.undo()
        UnitSticker.objects.update(token="another")
        return original(ids)

    monkeypatch.setattr(services, "locked_units", renewed_meanwhile)
    with pytest.raises(NotFound):
        ask(token)


def test_a_whole_list_is_printed_without_what_is_out_of_use(cast: Cast, unit: Unit) -> None:
    factories.make_unit(cast.fleet, "4128")
    factories.make_unit(cast.fleet, "OLD", is_active=False)
    units = Unit.objects.filter(customer=cast.fleet)
    made = use_cases.stickers_of_list(actor=cast.requester, units=units)
    assert [each.unit.number for each in made] == ["4127", "4128"]


def test_a_list_too_long_or_empty_is_refused(
    cast: Cast, unit: Unit, monkeypatch: pytest.MonkeyPatch
) -> None:
    factories.make_unit(cast.fleet, "4128")
    monkeypatch.setattr(stickers, "MOST_STICKERS", 1)
    with refused(Invalid, "too_many") as caught:
        use_cases.stickers_of_list(actor=cast.admin, units=Unit.objects.all())
    assert caught.value.detail == (
        "These are 2 units; stickers of at most 1 are printed at once. Narrow the list."
    )
    with refused(Invalid, "no_units"):
        use_cases.stickers_of_list(actor=cast.admin, units=Unit.objects.none())


def test_a_list_is_printed_for_who_keeps_the_units(cast: Cast, unit: Unit) -> None:
    for part in ("mate", "sales_agent"):
        with refused(Forbidden):
            use_cases.stickers_of_list(actor=cast.member(part), units=Unit.objects.all())
    with refused(NotFound):
        use_cases.stickers_of_list(actor=cast.stranger, units=Unit.objects.all())
