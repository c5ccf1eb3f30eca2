"""Who sees which page, and what is looked at on each of them.

The list follows the access table: a page that has no example fails. The tests that go through it
stand in ``test_every_page_*.py``, by who looks, so that several processes share them.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from apps.security.access import PUBLIC, SIGNED_IN, Access, find_row, rows
from core.enums import Role
from tests.browser.examples import Examples
from tests.browser.visitors import DESK, PHONE, SMALLEST, TABLET, WIDEST, ZOOMED, Visitors

Visit = tuple[str, str, str]

WHO = {
    Role.TECHNICIAN: "tech1",
    Role.CUSTOMER: "democustomer",
    Role.ADMIN: "admin",
    Role.SALES_AGENT: "sales1",
}
NEWCOMER, NOBODY = "newcomer", ""
# What a GET answers there is a file, a health report or another page.
NO_PAGES = {
    *("customer_import_errors", "office_import_errors"),
    *(
        "health",
        "health_live",
        "health_ready",
        "favicon",
        "metrics",
        "technician_login",
        "customer_login",
    ),
    *("customer_photo", "technician_photo", "office_photo", "notice_open"),
    "office_task_picture",
    "technician_task_picture",
    *("technician_units", "technician_signature", "office_signature"),
    *("customer_repair_photos", "repair_photos", "office_repair_photos"),
    *("customer_batch_photos", "technician_batch_photos", "office_batch_photos"),
    *("customer_repair_cost_data", "customer_unit_repair_data", "customer_repairs_csv"),
    *("customer_units_csv", "office_repairs_csv", "office_customers_csv", "customer_costs_csv"),
    *("office_customer_units_csv", "office_people_csv", "office_technicians_csv"),
    *("office_audit_csv", "office_jobs_csv", "office_equipment_csv", "office_analytics_csv"),
    *("repair_link_photo", "calendar_feed", "office_reward_liability_csv"),
}
# Others made these; they are to keep the rules of ours that a browser enforces.
OF_OTHERS = [
    (NOBODY, "api:swagger-ui"),
    (NOBODY, "api:redoc"),
    ("admin", "admin:index"),
    ("admin", "admin:repairs_repair_changelist"),
    ("admin", "admin:core_user_changelist"),
]
# Pages that show something else before they know more, or only to somebody else.
MORE = [
    (NEWCOMER, "customer_dashboard", ""),
    (NEWCOMER, "join", ""),
    ("tech1", "create_repair", "?q=demo"),
    ("tech1", "repair_list", "?status=DENIED"),
    ("democustomer", "customer_repairs", "?unit=nothing"),
    ("democustomer", "customer_units", "?unit=41"),
    ("admin", "office_repairs", "?status=COMPLETED"),
    ("admin", "office_search", "?q=41"),
    ("admin", "office_audit", "?kind=repairs.repair"),
    ("admin", "office_rewards", "?show=done"),
    ("admin", "office_rewards", "?show=waiting"),
    ("admin", "office_reward_accounts", "?debt=on"),
    ("admin", "office_reward_accounts", "?name=nobody"),
    ("admin", "office_referrals", "?status=REFUSED"),
]
PATIENCE_MILLISECONDS = 150_000
SIDEWAYS = "root => root.scrollWidth - root.clientWidth"
UNFOLD = "root => root.querySelectorAll('main details').forEach(each => { each.open = true })"
AXE = "options => axe.run(document, options)"
# Where to put pictures of all pages, for people to look at.
PICTURES = os.environ.get("PICTURES")
ALL_SIZES = (PHONE, ZOOMED, TABLET, DESK, WIDEST)
SIZES = ALL_SIZES if os.environ.get("ALL_SIZES") else (PHONE, DESK)


def visits(*people: str) -> list[Visit]:
    """What these people open, with what in its address."""
    shown = [row for row in rows() if row.name not in NO_PAGES and ":" not in row.name]
    plain = [(who, row.name, "") for row in shown for who in visitors_of(row)]
    return [visit for visit in (*plain, *MORE) if visit[0] in people]


def visitors_of(row: Access) -> list[str]:
    """Who opens it: everybody's pages somebody not signed in, other pages one of each role."""
    roles = row.roles_for("GET")
    if PUBLIC in roles:
        return [NOBODY]
    return [who for role, who in WHO.items() if roles & {role, SIGNED_IN}]


def shows_all(who: str, name: str) -> bool:
    """Whether this visit is to every example: of an object's page, by who knows it best."""
    row = find_row(name)
    assert row
    return name.endswith("_detail") and who == visitors_of(row)[0]


@dataclass(frozen=True)
class Showroom:
    """The demonstration, running, with one open page for each person."""

    examples: Examples
    visitors: Visitors
    pages: dict[str, Page]

    def see(self, visit: Visit) -> None:
        """Go there, look, and hear no complaint."""
        who, name, query = visit
        found = self.examples.arguments(self.examples.people.get(who), name)
        assert found, "The demonstration has nothing to show on this page."
        self.visitors.complaints.clear()
        for number, arguments in enumerate(found if shows_all(who, name) else found[:1]):
            address = reverse(name, kwargs=arguments) + query
            look_at(self.pages[who], address, f"{who}-{name}-{number}{query}")
        assert self.visitors.complaints == []

    def answers_quietly(self, who: str, name: str) -> None:
        """Go to a page that others made: it answers and breaks no rule of ours."""
        self.visitors.complaints.clear()
        # How long a reader of the whole schema takes to draw it is not ours to judge.
        answer = self.pages[who].goto(
            reverse(name), wait_until="networkidle", timeout=PATIENCE_MILLISECONDS
        )
        assert answer
        assert answer.status == 200
        assert self.visitors.complaints == []


@contextmanager
def opened(browser: Browser, examples: Examples) -> Iterator[Showroom]:
    """The showroom, with axe in every page."""
    server = LiveServer("localhost")
    visitors = Visitors(browser, server.url)
    contexts = {who: visitors.context(examples.people[who]) for who in (*WHO.values(), NEWCOMER)}
    contexts[NOBODY] = visitors.context()
    for context in contexts.values():
        context.add_init_script(AXE_SCRIPT)
    pages = {who: visitors.listen(context.new_page()) for who, context in contexts.items()}
    yield Showroom(examples, visitors, pages)
    visitors.leave()
    server.stop()


def look_at(page: Page, address: str, title: str) -> None:
    """Open a page once and see it."""
    answer = page.goto(address)
    assert answer
    assert answer.status == 200
    look(page, title)


def look(page: Page, title: str) -> None:
    """See the page that is open in both themes, by phone and at a desk."""
    if not PICTURES:
        page.locator("html").evaluate(UNFOLD)
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        expect(page.locator("html")).to_have_attribute("data-bs-theme", theme)
        for size in SIZES:
            page.set_viewport_size(size)
            take_picture(page, f"{title}-{size['width']}-{theme}")
            # What is no question of colours is the same in both themes.
            assert violations(page, colours_only=theme == "dark") == []
    page.set_viewport_size(SMALLEST)
    assert page.locator("html").evaluate(SIDEWAYS) == 0


def violations(page: Page, *, colours_only: bool) -> list[str]:
    """What axe finds, with where."""
    options: dict[str, Any] = {"resultTypes": ["violations"]}
    if colours_only:
        options["runOnly"] = ["color-contrast"]
    found = page.evaluate(AXE, options)["violations"]
    return [f"{node['html']} {node['failureSummary']}" for each in found for node in each["nodes"]]


def take_picture(page: Page, title: str) -> None:
    """Keep how it looks, when asked to."""
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{title.replace('?', '-')}.png", full_page=True)
