"""What changes on one screen shows on the others, in Chromium, through stream and without."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from django.core.cache import cache
from playwright.sync_api import Browser, Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from apps.queue_management import use_cases
from apps.repairs.enums import QueueStatus
from apps.repairs.models import Repair
from core.enums import AssignmentMode
from tests import factories
from tests.browser.hands import Hands
from tests.browser.live import whole_shop
from tests.browser.visitors import DESK, Visitors, go
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

BY_STREAM = 2_000
BY_ASKING = 20_000


@pytest.fixture(scope="module")
def address(django_db_setup: None, live_server: LiveServer) -> Iterator[str]:
    with whole_shop(live_server.url) as found:
        yield found


@pytest.fixture
def shop(browser: Browser, address: str, settings: Settings) -> Iterator[Visitors]:
    """People with a browser each, at the one address."""
    cache.clear()
    settings.EVENT_STREAM = True
    visitors = Visitors(browser, address)
    yield visitors
    visitors.leave()
    assert visitors.complaints == []


@pytest.fixture
def waiting(cast: Cast) -> Repair:
    """A repair that nobody has taken yet."""
    factories.set_shop(assignment_mode=AssignmentMode.SUGGEST)
    return factories.request(customer=cast.fleet, unit_number="4127")


def listening(page: Page, name: str, *args: object) -> Page:
    """Open a page and wait until its stream does."""
    with page.expect_response("**/api/events/*"):
        go(page, name, *args)
    return page


def test_a_tap_on_one_screen_shows_on_the_others_within_two_seconds(
    shop: Visitors, cast: Cast, waiting: Repair
) -> None:
    office = listening(shop.open(cast.admin, DESK), "office_repairs")
    slow = listening(shop.open(cast.other_technician), "repair_list")
    expect(slow.get_by_role("link", name="Unit 4127")).to_be_visible()
    quick = Hands(listening(shop.open(cast.technician), "repair_detail", waiting.pk))
    quick.press("Take")
    began = time.monotonic()
    row = office.get_by_role("row").filter(has_text="4127")
    expect(row).to_contain_text("Tom Becker", timeout=BY_STREAM)
    expect(slow.get_by_role("link", name="Unit 4127")).to_have_count(0, timeout=BY_STREAM)
    assert time.monotonic() - began < BY_STREAM / 1000
    told = office.get_by_role("status").filter(has_text="Changed by Tom Becker just now")
    expect(told).to_contain_text(f"Repair {waiting.pk} of unit 4127: Taken")


def test_what_is_typed_stays_and_a_line_says_what_changed(
    shop: Visitors, cast: Cast, waiting: Repair
) -> None:
    page = listening(shop.open(cast.mate, DESK), "customer_repair_detail", waiting.pk)
    page.get_by_role("textbox", name="Your note to us").fill("The key is at the gate")
    use_cases.move_repair(actor=cast.technician, repair_id=waiting.pk, target=QueueStatus.APPROVED)
    line = page.locator("#toasts").get_by_text("Changed by Tom Becker just now: ")
    expect(line).to_contain_text("What you typed is kept.", timeout=BY_STREAM)
    pill = page.locator(".page-header .status-pill")
    expect(pill).to_have_text("Requested")
    page.get_by_role("button", name="Show it").click()
    expect(pill).to_have_text("Approved")
    expect(page.get_by_role("textbox", name="Your note to us")).to_have_value(
        "The key is at the gate"
    )
    expect(line).to_have_count(0)


def test_tabs_of_one_browser_share_a_stream_and_keep_focus_and_menus(
    shop: Visitors, cast: Cast, waiting: Repair
) -> None:
    context = shop.context(cast.admin, DESK)
    streams: list[str] = []
    context.on("request", lambda sent: streams.append(sent.url) if "/events/" in sent.url else None)
    first = listening(shop.listen(context.new_page()), "office_repair_detail", waiting.pk)
    second = go(shop.listen(context.new_page()), "office_repairs")
    menu = first.locator("details", has_text="Set the price by hand")
    menu.locator("summary").click()
    first.locator("main a").first.focus()
    technician = listening(shop.open(cast.technician), "repair_list")
    expect(technician.locator("[data-unread]")).to_be_hidden()
    use_cases.assign_repair(
        actor=cast.admin, repair_id=waiting.pk, technician_id=cast.technician_record.pk
    )
    row = second.get_by_role("row").filter(has_text="4127")
    expect(row).to_contain_text("Tom Becker", timeout=BY_STREAM)
    expect(first.locator(".timeline")).to_contain_text("Given to Tom Becker")
    assert menu.get_attribute("open") is not None
    expect(first.locator("main a").first).to_be_focused()
    assert len(streams) == 1
    expect(technician.get_by_role("link", name="Notices, 1 new")).to_be_visible()
    expect(second.get_by_role("status").filter(has_text="Changed by")).to_have_count(0)
    expect(second.locator(".just-changed")).to_have_count(0)


def test_without_the_stream_it_shows_within_twenty_seconds(
    shop: Visitors, cast: Cast, waiting: Repair
) -> None:
    context = shop.context(cast.mate)
    context.route("**/api/events/*", lambda route: route.abort())
    page = go(context.new_page(), "customer_repair_detail", waiting.pk)
    use_cases.move_repair(actor=cast.technician, repair_id=waiting.pk, target=QueueStatus.APPROVED)
    expect(page.locator(".page-header .status-pill")).to_have_text("Approved", timeout=BY_ASKING)
