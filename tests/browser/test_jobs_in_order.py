"""The tasks of a job put in order: by keyboard alone, by dragging, and without a script."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from apps.audit.models import AuditEntry
from apps.jobs.models import Job
from tests import factories
from tests.browser.hands import Hands, Keys
from tests.browser.visitors import DESK, PHONE, Visitors
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def job(cast: Cast) -> Job:
    return factories.make_job(
        *("Measure", "Cut", "Clean"), actor=cast.sales_agent, customer=cast.fleet
    )


def order_of(job: Job) -> list[str]:
    return list(job.tasks.order_by("order").values_list("title", flat=True))


def shown(page: Page) -> list[str]:
    return page.locator("[data-task] strong").all_inner_texts()


def open_job(page: Page, job: Job) -> None:
    page.goto(reverse("office_job", args=[job.pk]))


def reorderings() -> int:
    return AuditEntry.objects.filter(verb="job.reordered").count()


def test_by_keyboard_alone_and_saved_as_a_whole(visitors: Visitors, cast: Cast, job: Job) -> None:
    keys = Keys(visitors.open(cast.sales_agent, DESK))
    open_job(keys.page, job)
    up = keys.control("Move Clean up")
    keys.use(up)
    expect(keys.page.locator("[data-order-told]")).to_have_text("Clean is number 2 of 3.")
    expect(up).to_be_focused()
    keys.page.keyboard.press("Enter")
    keys.page.keyboard.press("Enter")  # it is the first one already
    expect(keys.page.locator("[data-order-told]")).to_have_text("Clean is number 1 of 3.")
    assert shown(keys.page) == ["Clean", "Measure", "Cut"]
    assert order_of(job) == ["Measure", "Cut", "Clean"]
    keys.press("Save the order")
    expect(keys.page.get_by_text("The order is saved.")).to_be_visible()
    assert order_of(job) == ["Clean", "Measure", "Cut"]
    assert reorderings() == 1


def test_what_is_not_saved_is_put_back(visitors: Visitors, cast: Cast, job: Job) -> None:
    hands = Hands(visitors.open(cast.admin, PHONE))
    open_job(hands.page, job)
    hands.use(hands.control("Move Measure down"))
    expect(hands.page.get_by_text("The new order is not saved yet.")).to_be_visible()
    hands.use(hands.control("Put it back"))
    expect(hands.page.get_by_text("The new order is not saved yet.")).to_be_hidden()
    assert shown(hands.page) == ["Measure", "Cut", "Clean"]
    hands.use(hands.control("Move Measure down"))
    hands.use(hands.control("Move Measure up"))
    expect(hands.page.get_by_text("The new order is not saved yet.")).to_be_hidden()


def test_by_dragging(visitors: Visitors, cast: Cast, job: Job) -> None:
    hands = Hands(visitors.open(cast.admin, DESK))
    open_job(hands.page, job)
    grips = hands.page.locator("[data-grip]")
    first, last = grips.first.bounding_box(), grips.last.bounding_box()
    assert first
    assert last
    mouse = hands.page.mouse
    mouse.move(last["x"] + 8, last["y"] + 8)
    mouse.down()
    mouse.move(first["x"] + 8, first["y"] + 30, steps=12)
    mouse.move(first["x"] + 8, first["y"] + 2, steps=6)
    # A hand rests before it lets go; the browser tells of what is dragged a few times a second.
    hands.page.wait_for_timeout(500)
    mouse.up()
    expect(hands.page.locator("[data-order-told]")).to_have_text("Clean is number 1 of 3.")
    hands.press("Save the order")
    assert order_of(job) == ["Clean", "Measure", "Cut"]


def test_without_a_script(visitors: Visitors, cast: Cast, job: Job) -> None:
    hands = Hands(visitors.open(cast.admin, DESK, has_script=False))
    open_job(hands.page, job)
    hands.press("Move Clean up")
    expect(hands.page.get_by_text("The order is saved.")).to_be_visible()
    assert order_of(job) == ["Measure", "Clean", "Cut"]
    hands.page.goto(reverse("office_job_new"))
    hands.page.get_by_label(re.compile("^Customer")).fill("Demo Fleet")
    hands.press("Show the places of this customer")
    hands.press("Add another task")
    expect(hands.page.get_by_label("Task", exact=True)).to_have_count(2)
