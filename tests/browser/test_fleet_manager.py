"""A fleet manager's day: what waits, what a unit cost, what came back."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from apps.queue_management import use_cases
from apps.repairs.enums import QueueStatus
from apps.repairs.models import Repair
from core.shop import shop_today
from tests import factories
from tests.browser.hands import Hands
from tests.browser.visitors import Visitors, go
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_twelve_that_wait_are_approved_in_two_taps(visitors: Visitors, cast: Cast) -> None:
    for number in range(9):
        factories.field_repair(
            technician=cast.technician_record, customer=cast.fleet, unit_number=f"T-{number}"
        )
    rows = [factories.details(number) for number in ("7", "7", "8")]
    use_cases.create_field_batch(actor=cast.technician, customer_id=cast.fleet.pk, rows=rows)
    hands = Hands(visitors.open(cast.primary))

    go(hands.page, "customer_waiting")
    hands.page.get_by_label("Unit T-0").uncheck()
    expect(hands.control("Approve 11 repairs, at most $540.00")).to_be_visible()

    go(hands.page, "customer_dashboard")
    hands.confirm("Approve all 12, at most $590.00")
    expect(hands.page.get_by_text("Approved: 12 repairs, at most $590.00")).to_be_visible()
    expect(hands.page.get_by_text("Nothing needs you right now")).to_be_visible()
    assert Repair.objects.filter(queue_status=QueueStatus.APPROVED).count() == 12


def test_what_a_unit_cost_and_that_it_came_back(visitors: Visitors, cast: Cast) -> None:
    work: dict[str, Any] = {"technician": cast.technician_record, "customer": cast.fleet}
    for _ in range(3):
        factories.completed_repair(**work, unit_number="4127")
    done = factories.completed_repair(**work, unit_number="8")
    hands = Hands(visitors.open(cast.primary))
    page = go(hands.page, "customer_dashboard")
    expect(page.get_by_role("img", name=re.compile("Charged by month"))).to_be_visible()

    hands.press("Costs by month and unit", "link")
    page.get_by_label("When").select_option(str(shop_today().year))
    hands.fill(page.get_by_label("Unit begins with"), "4127")
    hands.press("Show")
    chart = page.get_by_role("img", name=re.compile(r"unit 4127: 3 repairs, \$125\.00"))
    expect(chart).to_be_visible()
    page.locator("#unit-costs").get_by_text("Show as table").click()
    expect(page.locator("#unit-costs").get_by_role("row", name="4127")).to_contain_text("$125.00")

    go(page, "customer_repair_detail", done.pk)
    page.get_by_text("It came back", exact=True).click()
    hands.fill(page.get_by_label("What is wrong with it"), "It spreads to the left")
    hands.press("Ask to do it again")
    again = Repair.objects.get(redo_of=done)
    for move in (use_cases.approve_repair, use_cases.start_repair, use_cases.complete_repair):
        move(actor=cast.technician, repair_id=again.pk)
    page.reload()
    expect(page.locator(".price-lines tfoot")).to_contain_text("$0.00")
