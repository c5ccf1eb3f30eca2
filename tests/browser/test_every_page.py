"""Every page of every role answers, fits, complains of nothing and is accessible.

The list follows the access table: a page that has no example fails here.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect
from pytest_django import DjangoDbBlocker
from pytest_django.live_server_helper import LiveServer

from apps.security.access import PUBLIC, SIGNED_IN, Access, find_row, rows
from core.enums import Role
from tests.browser.examples import Examples
from tests.browser.visitors import DESK, PHONE, SMALLEST, Visitors
from tests.pages import signed_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

WHO = {
    Role.TECHNICIAN: "tech1",
    Role.CUSTOMER: "democustomer",
    Role.ADMIN: "admin",
    Role.SALES_AGENT: "sales1",
}
NEWCOMER, NOBODY = "newcomer", ""
# What a GET answers there is a file, a health report or another page.
NO_PAGES = {
    *("health", "health_live", "health_ready", "favicon", "technician_login", "customer_login"),
    *("customer_photo", "technician_photo", "office_photo", "notice_open"),
    *("technician_units", "technician_signature"),
    *("customer_repair_cost_data", "customer_unit_repair_data"),
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
]
SIDEWAYS = "root => root.scrollWidth - root.clientWidth"
UNFOLD = "root => root.querySelectorAll('main details').forEach(each => { each.open = true })"
AXE = "options => axe.run(document, options)"
# Where to put pictures of all pages, for people to look at.
PICTURES = os.environ.get("PICTURES")


def visits() -> Iterator[tuple[str, str, str]]:
    """Who opens which page, with what in its address."""
    for row in rows():
        if row.name not in NO_PAGES and ":" not in row.name:
            yield from ((who, row.name, "") for who in visitors_of(row))
    yield from MORE


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


@pytest.fixture(scope="module")
def examples(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Examples]:
    """The demonstration, for all tests of this module."""
    with django_db_blocker.unblock():
        yield Examples()
        call_command("flush", interactive=False, verbosity=0)


@pytest.fixture(scope="module")
def shop(browser: Browser, examples: Examples) -> Iterator[Visitors]:
    """The running shop."""
    server = LiveServer("localhost")
    visitors = Visitors(browser, server.url)
    yield visitors
    visitors.leave()
    server.stop()


@pytest.fixture(scope="module")
def pages(shop: Visitors, examples: Examples) -> dict[str, Page]:
    """One open page for each person, kept from address to address, with axe in it."""
    contexts = {who: shop.context(examples.people[who]) for who in (*WHO.values(), NEWCOMER)}
    contexts[NOBODY] = shop.context()
    for context in contexts.values():
        context.add_init_script(AXE_SCRIPT)
    return {who: shop.listen(context.new_page()) for who, context in contexts.items()}


@pytest.mark.parametrize(("who", "name"), OF_OTHERS)
def test_page_of_others(shop: Visitors, pages: dict[str, Page], who: str, name: str) -> None:
    shop.complaints.clear()
    answer = pages[who].goto(reverse(name), wait_until="networkidle")
    assert answer
    assert answer.status == 200
    assert shop.complaints == []


@pytest.mark.parametrize("visit", list(visits()), ids="-".join)
def test_page(
    shop: Visitors, examples: Examples, pages: dict[str, Page], visit: tuple[str, str, str]
) -> None:
    who, name, query = visit
    found = examples.arguments(examples.people.get(who), name)
    assert found, "The demonstration has nothing to show on this page."
    shop.complaints.clear()
    for number, arguments in enumerate(found if shows_all(who, name) else found[:1]):
        address = reverse(name, kwargs=arguments) + query
        look_at(pages[who], address, f"{who}-{name}-{number}{query}")
    assert shop.complaints == []


def look_at(page: Page, address: str, title: str) -> None:
    """Open a page once and see it in both themes, by phone and at a desk."""
    answer = page.goto(address)
    assert answer
    assert answer.status == 200
    if not PICTURES:
        page.locator("html").evaluate(UNFOLD)
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        expect(page.locator("html")).to_have_attribute("data-bs-theme", theme)
        for size in (PHONE, DESK):
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


def test_what_is_no_page_shows_none(examples: Examples) -> None:
    for row in rows():
        if row.name not in NO_PAGES:
            continue
        for who in visitors_of(row):
            user = examples.people.get(who)
            client = signed_in(user) if user else Client()
            for arguments in examples.arguments(user, row.name):
                answer = client.get(reverse(row.name, kwargs=arguments))
                list(answer)  # a file is closed at its end
                is_page = answer.status_code == 200 and "html" in answer["Content-Type"]
                assert not is_page, row
