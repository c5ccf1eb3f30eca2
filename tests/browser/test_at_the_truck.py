"""A technician beside a truck, with a phone: two chips, found, priced, approved and begun."""

from __future__ import annotations

import time
from decimal import Decimal

import pytest
from django.core.files.storage import default_storage
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from apps.repairs.enums import ApprovalMethod, PhotoKind, QueueStatus
from apps.repairs.models import Repair, RepairApproval
from core.enums import SpotWish
from core.models import CustomerPreference
from tests import factories
from tests.browser.hands import Hands
from tests.browser.visitors import Visitors, go, photo
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MOST_SECONDS = 30


@pytest.fixture
def fleet_that_signs(cast: Cast) -> None:
    """Demo Fleet, whose drivers may sign; the technician worked in its north lot before."""
    CustomerPreference.objects.filter(customer=cast.fleet).update(on_the_spot=SpotWish.YES)
    site = factories.make_site(cast.fleet, "North lot")
    factories.completed_repair(
        technician=cast.technician_record,
        customer=cast.fleet,
        unit_number="4127",
        site_id=site.pk,
    )


def break_row(page: Page, place: int) -> Locator:
    return page.locator("[data-row]").nth(place)


def tap_damage(page: Page, place: int, damage: str) -> None:
    break_row(page, place).locator("label").filter(has_text=damage).first.click()


def sign(page: Page) -> None:
    """Draw something like a name with the finger."""
    pad = page.locator("canvas")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box
    page.mouse.move(box["x"] + 30, box["y"] + 60)
    page.mouse.down()
    for step in range(8):
        page.mouse.move(box["x"] + 30 + step * 30, box["y"] + (30 if step % 2 else 90), steps=4)
    page.mouse.up()


@pytest.mark.usefixtures("fleet_that_signs")
def test_two_chips_with_photo_price_and_signature(visitors: Visitors, cast: Cast) -> None:
    page = visitors.open(cast.technician)
    hands = Hands(page)
    go(page, "technician_dashboard")
    began = time.monotonic()
    hands.press("New repair", "link")
    hands.press("Demo Fleet, North lot", "link")
    page.get_by_label("Unit number").press_sequentially("41")
    page.locator(".suggestions button").filter(has_text="4127").click()
    tap_damage(page, 0, "Chip")
    hands.choose(page.get_by_label("Photo").first, photo())
    page.locator("[data-glass]").first.click(position={"x": 90, "y": 60})
    hands.use(hands.control("Another break in this glass"))
    expect(page.get_by_label("Unit number").nth(1)).to_have_value("4127")
    tap_damage(page, 1, "Chip")
    expect(page.locator("#price-total")).to_have_text("At most $75.00")
    hands.press("Save")
    page.get_by_label("Name of who agrees").fill("Dana Driver")
    sign(page)
    hands.press("Approve, at most $75.00")
    assert time.monotonic() - began < MOST_SECONDS
    expect(page.get_by_text("Dana Driver approved, at most $75.00.")).to_be_visible()
    assert_signed()

    hands.press("Start")
    page.get_by_label("Glass temperature").fill("75")
    expect(page.get_by_text("Resin for this glass: Medium")).to_be_visible()
    hands.use(hands.control("Use Medium"))
    expect(page.get_by_label("Resin")).to_have_value("Medium")


def assert_signed() -> None:
    """Both chips stand approved under one drawn signature, the first one with its picture."""
    rows = list(Repair.objects.exclude(repair_batch=None).order_by("break_number"))
    assert [row.queue_status for row in rows] == [QueueStatus.APPROVED] * 2
    assert [row.approved_amount for row in rows] == [Decimal(40), Decimal(35)]
    assert [row.site.name for row in rows if row.site] == ["North lot"] * 2
    assert (rows[0].damage_x is None, rows[1].damage_x is None) == (False, True)
    assert [each.kind for each in rows[0].photos.all()] == [PhotoKind.BEFORE]
    approvals = RepairApproval.objects.filter(method=ApprovalMethod.ON_SPOT)
    assert {each.decided_by_name for each in approvals} == {"Dana Driver"}
    (signature,) = {each.signature for each in approvals}
    assert signature
    with default_storage.open(signature.storage_name) as file, Image.open(file) as drawn:
        shades = drawn.convert("L").histogram()
    assert (any(shades[:80]), any(shades[240:])) == (True, True)
