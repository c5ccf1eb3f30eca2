"""The trail as the office searches it, and the history of settings and prices."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.office_portal.tests.steps import signed_in
from apps.people.services.invitations import invite
from apps.queue_management import use_cases
from apps.repairs.models import Repair
from core.clock import now
from core.enums import Role
from core.shop import shop_today
from core.templatetags.ui import day
from tests.cast import Cast
from tests.factories import completed_repair, request

pytestmark = pytest.mark.django_db
AMOUNTS = [Decimal(amount) for amount in ("55.00", "45.00", "40.00", "35.00", "30.00")]


@pytest.fixture
def repair(cast: Cast) -> Repair:
    return completed_repair(
        technician=cast.technician_record, customer=cast.fleet, unit_number="4127"
    )


def shown(cast: Cast, **query: str) -> str:
    answer = signed_in(cast.owner).get(reverse("office_audit"), query)
    assert answer.status_code == 200
    return answer.content.decode().split("<main", 1)[1]


def rows(cast: Cast, **query: str) -> int:
    return shown(cast, **query).count('<th scope="row">')


def test_every_change_is_told_with_a_link_to_what_it_was_about(cast: Cast, repair: Repair) -> None:
    page = shown(cast, kind="repairs.repair", number=str(repair.pk))
    assert page.count(f'href="{reverse("office_repair_detail", args=[repair.pk])}"') == 4
    assert "Completed, $50.00" in page
    assert "Customer Requested" in page


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ({"actor": "becker"}, 4),
        ({"actor": "nobody at all"}, 0),
        ({"verb": "repair.completed"}, 1),
        ({"text": "unit 4127"}, 4),
        ({"kind": "core.site"}, 0),
        ({"kind": "repairs.repair", "number": "999999"}, 0),
        ({"kind": "no such kind", "verb": "nor verb", "since": "yesterday"}, 6),
    ],
)
def test_the_trail_is_narrowed_by_the_address(
    cast: Cast, repair: Repair, query: dict[str, str], number: int
) -> None:
    assert rows(cast, **query) == number


def test_days_are_the_shops(cast: Cast, repair: Repair) -> None:
    today = shop_today()
    yesterday = today - dt.timedelta(days=1)
    assert rows(cast, since=today.isoformat(), until=today.isoformat()) == 6
    assert rows(cast, until=yesterday.isoformat()) == 0


def test_a_number_needs_what_it_is_of(cast: Cast, repair: Repair) -> None:
    page = shown(cast, number=str(repair.pk))
    assert "Choose what the number is of." in page


def test_nothing_found_and_nothing_there(cast: Cast) -> None:
    assert "No change fits this search." in shown(cast, text="zebra")
    assert "Nothing has happened yet." in shown(cast)


def test_what_has_no_page_is_told_without_a_link(cast: Cast) -> None:
    invite(actor=cast.owner, email="new@shop.example", role=Role.TECHNICIAN)
    page = shown(cast, kind="core.invitation")
    assert "new@shop.example" in page
    assert "Invitation<" in page


def test_the_trail_costs_the_same_whatever_its_length(cast: Cast) -> None:
    client = signed_in(cast.owner)
    for number in (1, 3):
        for index in range(number):
            request(customer=cast.fleet, unit_number=f"{number}-{index}")
        with CaptureQueriesContext(connection) as told:
            client.get(reverse("office_audit"), {"actor": "petra", "since": "2026-01-01"})
        assert len(told) == 8


def test_prices_from_a_day_on_are_planned_and_found_in_the_trail(cast: Cast) -> None:
    monday = shop_today() + dt.timedelta(days=7)
    sent = dict(zip(("first", "second", "third", "fourth", "fifth_on"), AMOUNTS, strict=True))
    client = signed_in(cast.owner)
    client.post(
        reverse("office_settings"), {"part": "prices", **sent, "valid_from": monday.isoformat()}
    )
    page = client.get(reverse("office_settings")).content.decode()
    assert f"Saved: in force from {day(monday)} on." in page
    assert f"From {day(monday)}" in page
    repair = request(customer=cast.fleet, unit_number="4127")
    assert repair.asked_amount is None or repair.asked_amount == Decimal("50.00")
    found = shown(cast, kind="repairs.shoppricelist")
    assert "<del>" in found
    assert "$50.00" in found
    assert "$55.00" in found
    assert "Olga Owner" in found


def test_prices_of_today_are_in_force_from_now_on(cast: Cast) -> None:
    sent = dict(zip(("first", "second", "third", "fourth", "fifth_on"), AMOUNTS, strict=True))
    client = signed_in(cast.owner)
    today = {"valid_from": shop_today().isoformat()}
    client.post(reverse("office_settings"), {"part": "prices", **sent, **today})
    page = client.get(reverse("office_settings")).content.decode()
    assert '<th scope="row">Now</th><td class="num money" data-label="1st">$55.00' in page


def test_prices_in_force_are_not_taken_back(cast: Cast) -> None:
    prices = use_cases.set_shop_prices(actor=cast.owner, amounts=AMOUNTS, valid_from=now())
    client = signed_in(cast.owner)
    answer = client.post(reverse("office_prices_withdraw", args=[prices.pk]), follow=True)
    assert "These prices are in force" in answer.content.decode()
    missing = client.post(reverse("office_prices_withdraw", args=[999_999]))
    assert missing.status_code == 404
