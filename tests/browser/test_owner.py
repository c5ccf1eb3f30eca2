"""The owner's morning: forty repairs given out with reasons, a technician sick, new prices."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from apps.queue_management.models import Assignment, TechnicianWorkload
from apps.repairs.models import Repair, ShopPriceList
from core.enums import AssignmentMode
from core.shop import shop_today
from tests import factories
from tests.browser.hands import Hands
from tests.browser.visitors import DESK, Visitors, go
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FORTY = 40


def test_forty_repairs_a_sick_technician_and_prices_from_monday(
    visitors: Visitors, cast: Cast
) -> None:
    factories.set_shop(assignment_mode=AssignmentMode.SUGGEST)
    for number in range(FORTY):
        factories.request(customer=cast.fleet, unit_number=f"4{number:03}")
    owner = Hands(visitors.open(cast.owner, DESK))
    go(owner.page, "office_dashboard")
    owner.press("See whom to give them to", "link")
    expect(owner.page.get_by_text("Least work: 0 open").first).to_be_visible()
    owner.press(f"Assign all {FORTY} as suggested")
    expect(owner.page.get_by_text(f"{FORTY} repairs are assigned.")).to_be_visible()
    loads = TechnicianWorkload.objects.values_list("active_count", flat=True)
    assert sorted(loads) == [FORTY // 2, FORTY // 2]
    assert set(Assignment.objects.values_list("rule", flat=True)) == {"least_load"}

    # One is sick: what waits with them comes back to the office, and goes to the other one.
    go(owner.page, "office_technicians")
    owner.press("Away today")
    go(owner.page, "office_assignment")
    owner.press(f"Assign all {FORTY // 2} as suggested")
    assert Repair.objects.values("technician").distinct().count() == 1

    monday = shop_today() + dt.timedelta(days=7 - shop_today().weekday())
    go(owner.page, "office_settings")
    owner.page.get_by_text("Change the prices").click()
    owner.fill(owner.page.get_by_label("1st repair of a unit"), "55.00")
    owner.page.get_by_label("In force from").fill(monday.isoformat())
    owner.press("Put these prices in force")
    expect(owner.page.get_by_role("row", name="From")).to_contain_text("$55.00")
    assert ShopPriceList.objects.count() == 1

    # Ctrl-K leads to the trail, by the keyboard alone; the change is found there.
    owner.page.keyboard.press("Control+k")
    owner.page.keyboard.type("audit")
    expect(owner.page.locator("#search-dialog .search-hit")).to_have_count(1)
    owner.page.keyboard.press("ArrowDown")
    owner.page.keyboard.press("Enter")
    owner.page.wait_for_url(f"**{reverse('office_audit')}")
    owner.page.get_by_label("About").select_option("repairs.shoppricelist")
    owner.press("Show")
    told = owner.page.get_by_role("row").filter(has_text="The shop's prices changed")
    expect(told).to_contain_text("Olga Owner")
    expect(told).to_contain_text("$50.00")
    expect(told).to_contain_text("$55.00")


def test_the_places_of_a_customer_come_by_the_keyboard(visitors: Visitors, cast: Cast) -> None:
    yard = factories.make_site(cast.fleet, "North yard")
    page = visitors.open(cast.admin, DESK)
    go(page, "office_request_repair")
    page.get_by_label("Customer", exact=True).focus()
    page.keyboard.type("Demo Fleet")
    page.keyboard.press("Tab")
    page.get_by_label("Where is it").select_option(str(yard.pk))
    expect(page.get_by_label("Unit number")).to_be_focused()
