"""A sales agent's first call: a customer who is new and what is to be done there, in one form."""

from __future__ import annotations

import pytest
from playwright.sync_api import ViewportSize, expect

from apps.jobs.models import Job
from tests.browser.hands import Hands, Keys
from tests.browser.visitors import DESK, PHONE, Visitors, go
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(("hands", "size"), [(Hands, PHONE), (Keys, DESK)])
def test_a_customer_and_the_first_job_in_two_taps(
    visitors: Visitors, cast: Cast, hands: type[Hands], size: ViewportSize
) -> None:
    agent = hands(visitors.open(cast.sales_agent, size))
    page = agent.page
    go(page, "office_dashboard")
    agent.press("New customer with a job", "link")
    agent.fill(page.get_by_label("Name", exact=True), "Hill Haulage")
    agent.fill(page.get_by_label("What is to be done"), "Survey the yard")
    agent.fill(page.get_by_label("Task", exact=True), "Drive there")
    agent.use(agent.control("Another task"))
    agent.fill(page.get_by_label("Task", exact=True).last, "List the damage")
    agent.press("Make both")
    expect(page.get_by_text("Hill Haulage is opened, “Survey the yard” is made.")).to_be_visible()
    job = Job.objects.get()
    titles = job.tasks.order_by("order").values_list("title", flat=True)
    assert list(titles) == ["Drive there", "List the damage"]
    assert job.customer.owner == cast.sales_agent

    # It is found again by Ctrl-K.
    page.keyboard.press("Control+k")
    page.keyboard.type("survey")
    expect(page.locator("#search-dialog .search-hit")).to_have_count(1)
