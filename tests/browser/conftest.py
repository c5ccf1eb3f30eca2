"""A running shop and people with a browser each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.core.management import call_command
from playwright.sync_api import Browser
from pytest_django import DjangoDbBlocker, Settings
from pytest_django.live_server_helper import LiveServer

from tests.browser.every_page import Showroom, opened
from tests.browser.examples import Examples
from tests.browser.visitors import Visitors


@pytest.fixture
def visitors(browser: Browser, live_server: LiveServer, settings: Settings) -> Iterator[Visitors]:
    """Opens browsers on the running shop; at the end none of them may have complained."""
    cache.clear()
    settings.PUBLIC_BASE_URL = live_server.url
    visitors = Visitors(browser, live_server.url)
    yield visitors
    visitors.leave()
    assert visitors.complaints == []


@pytest.fixture(scope="module")
def showroom(
    browser: Browser, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Showroom]:
    """The demonstration, for all tests of a module."""
    with django_db_blocker.unblock():
        with opened(browser, Examples()) as room:
            yield room
        call_command("flush", interactive=False, verbosity=0)
