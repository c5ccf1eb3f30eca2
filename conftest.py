"""What every test may count on: one database, named markers, a browser when asked for."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from hypothesis import settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page
    from pytest_django import DjangoDbBlocker

# The named cast and its people, for the tests of every package.
pytest_plugins = ["tests.cast"]

# `--hypothesis-profile deep` searches for long.
settings.register_profile("short", max_examples=100, deadline=None, derandomize=True, database=None)
settings.register_profile("deep", max_examples=3000, deadline=None, print_blob=True)
settings.load_profile("short")

# What SQLite cannot show (it has one writer, no triggers of ours, and lives in memory here), and
# what one of the two runs is enough for.
POSTGRESQL_ONLY = {"race", "browser", "postgresql", "once"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves out, on SQLite, the tests that are about PostgreSQL or need it."""
    if connection.vendor == "postgresql":
        return
    left_out = [
        item for item in items if POSTGRESQL_ONLY & {mark.name for mark in item.iter_markers()}
    ]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None,  # noqa: ARG001 - its set-up goes before, its end after ours
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[None]:
    """The test database, with nobody left in it at the end: threads of servers keep connections."""
    yield
    if connection.vendor != "postgresql":
        return
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser's path; the suite fails, and says why, when there is none."""
    named = os.environ.get("CHROMIUM")
    found = named or shutil.which("chromium") or shutil.which("google-chrome")
    assert found, (
        "Chromium is missing. Install it (Debian: apt-get install chromium) or set CHROMIUM"
    )
    return found


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """A headless Chromium for the whole run."""
    from playwright.sync_api import expect, sync_playwright

    # On a busy machine a page takes its time; what is expected stays the same.
    expect.set_options(timeout=20_000)
    # Playwright keeps an event loop in this thread to the end, which is not where queries run.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page with no memory of other tests, service workers blocked."""
    context = browser.new_context(service_workers="block")
    yield context.new_page()
    context.close()
