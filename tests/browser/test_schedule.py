"""A dispatcher moves visits: by dragging, and by the keyboard alone."""

from __future__ import annotations

import datetime as dt

import pytest
from playwright.sync_api import Page, expect

from apps.scheduling.models import Appointment
from core.shop import shop_today
from tests import factories
from tests.browser.hands import Keys
from tests.browser.visitors import DESK, Visitors, go
from tests.cast import Cast
from tests.factories import visit_at

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def booked(cast: Cast) -> Appointment:
    for technician in (cast.technician_record, cast.other_technician_record):
        factories.set_hours(technician)
    request = factories.request(customer=cast.fleet, unit_number="4127")
    return factories.book(cast.technician_record, visit_at(1, 9), repair=request)


def cell(page: Page, name: str, days: int) -> str:
    row = page.get_by_role("row").filter(has_text=name)
    day = (shop_today() + dt.timedelta(days=days)).isoformat()
    number = row.locator("[data-technician]").first.get_attribute("data-technician")
    return f'[data-technician="{number}"][data-day="{day}"]'


def test_a_visit_is_dragged_to_somebody_elses_day_and_told(
    visitors: Visitors, cast: Cast, booked: Appointment
) -> None:
    page = visitors.open(cast.admin, DESK)
    go(page, "office_schedule")
    target = cell(page, "Uma Other", 3)
    with page.expect_navigation():
        page.get_by_role("link", name="Unit 4127").locator("visible=true").first.drag_to(
            page.locator(target)
        )
    expect(page.get_by_label("Begins")).to_have_value(
        f"{shop_today() + dt.timedelta(days=3)}T09:00"
    )
    with page.expect_navigation():
        page.get_by_role("button", name="Save and tell").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    booked.refresh_from_db()
    assert (booked.technician, booked.starts_at) == (cast.other_technician_record, visit_at(3, 9))


def test_the_keyboard_alone_moves_a_visit(
    visitors: Visitors, cast: Cast, booked: Appointment
) -> None:
    keys = Keys(visitors.open(cast.admin, DESK))
    go(keys.page, "office_schedule")
    keys.press("09:00\N{EN DASH}10:00 Unit 4127 Demo Fleet", "link")
    keys.fill(keys.page.get_by_label("Minutes there"), "90")
    keys.press("Save silently")
    booked.refresh_from_db()
    assert booked.ends_at - booked.starts_at == dt.timedelta(minutes=90)
