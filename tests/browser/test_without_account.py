"""Who has no account: a driver at the truck, and who approves by a link."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from apps.queue_management import use_cases
from apps.repairs.enums import QueueStatus
from apps.repairs.models import Repair
from tests import factories
from tests.browser.hands import Keys
from tests.browser.visitors import Visitors, photo
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_driver_reports_damage_by_keyboard_from_the_sticker(visitors: Visitors, cast: Cast) -> None:
    unit = factories.make_unit(cast.fleet, "4127")
    (sticker,) = use_cases.stickers_of(actor=cast.primary, unit_ids=[unit.pk])
    hands = Keys(visitors.open())
    page = hands.page
    page.goto(reverse("unit_sticker", args=[sticker.token]))
    hands.use(hands.control(re.compile("Mark the break")))
    for key in ("ArrowRight", "Shift+ArrowUp"):
        page.keyboard.press(key)
    expect(page.locator("[data-where]")).to_have_text(
        "Marked: centre, 52 % from the left, 40 % from the top."
    )
    hands.choose(page.get_by_label("Photo"), photo())
    hands.fill(page.get_by_label("Your name"), "Pat Driver")
    hands.press("Report the damage")
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    repair = Repair.objects.get()
    assert [repair.damage_x, repair.damage_y] == [52, 40]
    assert (repair.requested_by_name, repair.photos.count()) == ("Pat Driver", 1)


def test_approval_by_link_takes_two_taps(visitors: Visitors, cast: Cast) -> None:
    person = factories.make_person("Paula Private")
    repair = factories.field_repair(technician=cast.technician_record, customer=person)
    address = use_cases.make_repair_link(actor=cast.technician, repair_id=repair.pk)
    hands = Keys(visitors.open())
    hands.page.goto(address[address.index("/r/") :])
    hands.confirm("Approve, at most $50.00")
    expect(hands.page.get_by_role("heading", name="Thank you")).to_be_visible()
    repair.refresh_from_db()
    assert (repair.queue_status, repair.approved_amount) == (QueueStatus.APPROVED, 50)
