"""The same damage asked for once more."""

from decimal import Decimal

import pytest

from apps.notifications.models import Delivery, Notification
from apps.queue_management import use_cases
from apps.repairs.models import Repair
from core.errors import Forbidden, Invalid, NotFound
from tests.books import refused
from tests.cast import Cast
from tests.factories import completed_repair, make_site, request, started_repair

pytestmark = pytest.mark.django_db


@pytest.fixture
def done(cast: Cast) -> Repair:
    repair = completed_repair(technician=cast.technician_record, customer=cast.fleet)
    position = {"damage_x": Decimal(20), "damage_y": Decimal(30)}
    Repair.objects.filter(pk=repair.pk).update(site=make_site(cast.fleet), **position)
    return Repair.objects.get(pk=repair.pk)


def test_it_is_the_same_damage_at_the_same_place(cast: Cast, done: Repair) -> None:
    request(customer=cast.fleet, unit_number=done.unit_number)
    again = use_cases.ask_again(actor=cast.sales_agent, repair_id=done.pk, description="Again")
    again.refresh_from_db()
    assert again.redo_of_id == done.pk
    for name in ("unit_id", "site_id", "damage_type", "damage_x", "damage_y"):
        assert getattr(again, name) == getattr(done, name), name
    assert (again.description, again.asked_amount) == ("Again", 0)


def ask(cast: Cast, part: str, done: Repair) -> Repair:
    return use_cases.ask_again(actor=cast.member(part), repair_id=done.pk, description="It spreads")


@pytest.mark.parametrize("part", ["stranger", "other_sales_agent", "other_technician"])
def test_who_does_not_see_the_first_one_finds_nothing(cast: Cast, done: Repair, part: str) -> None:
    with refused(NotFound):
        ask(cast, part, done)


def test_it_is_for_who_may_ask_for_repairs(cast: Cast, done: Repair) -> None:
    with refused(Forbidden):
        ask(cast, "mate", done)
    with refused(NotFound):
        ask(cast, "technician", done)
    ask(cast, "requester", done)
    with refused(Invalid, "redo_not_possible"):
        ask(cast, "admin", done)


def test_the_office_and_who_did_it_are_told(cast: Cast, done: Repair) -> None:
    again = ask(cast, "requester", done)
    told = Notification.objects.filter(kind="repair_came_back").order_by("recipient")
    office = [cast.technician, cast.admin, cast.owner]
    assert {notice.recipient for notice in told} == set(office)
    assert told[0].text == f"It came back: unit {again.unit_number} of Demo Fleet"


def test_work_begun_is_on_the_customers_pages_and_sent_to_nobody(cast: Cast) -> None:
    repair = started_repair(technician=cast.technician_record, customer=cast.fleet)
    told = Notification.objects.get(kind="repair_started")
    assert (told.recipient, told.target_id) == (cast.primary, repair.pk)
    assert not Delivery.objects.filter(kind="repair_started").exists()
