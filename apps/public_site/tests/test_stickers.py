"""The page that a unit's sticker leads to."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from apps.photo_storage.tests.pictures import plain, uploaded
from apps.queue_management import use_cases
from apps.repairs.models import Repair, Unit
from core.models import User
from tests import factories
from tests.cast import Cast
from tests.pages import folded, statements_of, visit

pytestmark = pytest.mark.django_db
DRIVER = {"damage_type": "Chip", "requested_by_name": "Pat Driver", "description": "Gravel"}


@pytest.fixture
def unit(cast: Cast) -> Unit:
    return factories.make_unit(cast.fleet, "4127")


@pytest.fixture
def token(cast: Cast, unit: Unit) -> str:
    return use_cases.stickers_of(actor=cast.primary, unit_ids=[unit.pk])[0].token


def send(client: Client, token: str, **fields: Any) -> Any:
    return client.post(reverse("unit_sticker", args=[token]), {**DRIVER, **fields})


def test_a_driver_sees_the_number_and_nothing_of_the_company(client: Client, token: str) -> None:
    page = folded(client.get(reverse("unit_sticker", args=[token])))
    assert "Unit 4127" in page
    assert "Demo Fleet" not in page
    assert "noindex" in page


def test_a_driver_reports_damage_with_picture_and_position(client: Client, token: str) -> None:
    fields = {"position_0": "25", "position_1": "75", "contact_phone": "206 555 0123"}
    answer = send(client, token, photo=uploaded(plain()), **fields)
    assert (answer.status_code, answer["Location"]) == (303, reverse("unit_sticker_done"))
    assert "Thank you" in folded(client.get(answer["Location"]))
    repair = Repair.objects.get()
    assert [repair.damage_x, repair.damage_y] == [25, 75]
    assert repair.contact_phone == "206 555 0123"
    assert (repair.contact_name, repair.photos.count()) == ("Pat Driver", 1)


def test_a_second_report_is_asked_about_politely(client: Client, token: str) -> None:
    send(client, token)
    page = folded(send(client, token))
    assert "reported already" in page
    assert "Customer Requested" not in page
    assert send(client, token, confirm_duplicate="on").status_code == 303
    assert Repair.objects.count() == 2


def test_why_a_company_is_not_served_is_not_told(client: Client, cast: Cast, token: str) -> None:
    cast.fleet.is_active = False
    cast.fleet.save()
    assert "Please tell your dispatcher" in folded(send(client, token))


def test_a_report_needs_a_name_and_keeps_the_rest(client: Client, token: str) -> None:
    page = folded(send(client, token, requested_by_name=""))
    assert "This field is required" in page
    assert "Gravel" in page


def test_a_fault_of_a_field_is_told_beside_it(client: Client, token: str) -> None:
    assert "at most 20 characters" in folded(send(client, token, contact_phone="1" * 25))


def test_reports_come_at_a_bearable_pace(client: Client, token: str, settings: Settings) -> None:
    settings.CALLS_PER_MINUTE = {**settings.CALLS_PER_MINUTE, "driver": 1}
    assert send(client, token).status_code == 303
    page = folded(send(client, token, confirm_duplicate="on"))
    assert "Too many" in page
    assert "Gravel" in page
    assert Repair.objects.count() == 1


@pytest.mark.parametrize("method", ["get", "post"])
def test_an_old_sticker_is_over(
    client: Client, cast: Cast, unit: Unit, token: str, method: str
) -> None:
    use_cases.new_sticker(actor=cast.primary, unit_id=unit.pk)
    answer = getattr(client, method)(reverse("unit_sticker", args=[token]), DRIVER)
    assert answer.status_code == 404
    assert "This sticker is over" in folded(answer)


def test_a_sticker_renewed_while_it_was_filled_in(
    client: Client, cast: Cast, unit: Unit, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = use_cases.request_by_sticker

    def renewed_first(**said: Any) -> Repair:
        use_cases.new_sticker(actor=cast.primary, unit_id=unit.pk)
        return original(**said)

    monkeypatch.setattr(use_cases, "request_by_sticker", renewed_first)
    assert send(client, token).status_code == 404


@pytest.mark.parametrize(
    ("who", "goes"),
    [
        ("requester", "/app/request/?unit=4127"),
        ("technician", "/tech/repairs/new/?customer={customer}&unit=4127"),
        ("admin", "/office/units/{unit}/"),
    ],
)
def test_who_belongs_to_the_unit_goes_on(
    cast: Cast, unit: Unit, token: str, who: str, goes: str
) -> None:
    answer = visit(cast.member(who), "unit_sticker", token)
    assert answer.status_code == 302
    expected = goes.format(customer=cast.fleet.pk, unit=unit.pk)
    assert answer["Location"].partition("?")[2] == expected.partition("?")[2]
    assert str(answer["Location"]).startswith(expected[:5])


@pytest.mark.parametrize("who", ["stranger", "mate", "nobody", "sales_agent"])
def test_anybody_else_is_a_driver(cast: Cast, token: str, who: str) -> None:
    assert "What happened" in folded(visit(cast.member(who), "unit_sticker", token))


def test_the_page_costs_little(cast: Cast, token: str) -> None:
    stranger: User = cast.stranger
    assert statements_of(stranger, "unit_sticker", token) <= 12
