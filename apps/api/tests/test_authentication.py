"""Each call is counted once, by its address and by who makes it."""

import pytest
from django.core.cache import cache
from django.test import RequestFactory
from pytest_django.fixtures import Settings

from apps.api.authentication import count_call


@pytest.fixture(autouse=True)
def _one_a_minute(settings: Settings) -> None:
    cache.clear()
    settings.CALLS_PER_MINUTE = {"address": 1, "user": 1}


@pytest.mark.parametrize("principal", [None, "user:1"])
def test_a_call_is_counted_once_however_often_it_is_asked_for(principal: str | None) -> None:
    call = RequestFactory().get("/api/repairs/")
    assert count_call(call, principal) == 0
    assert count_call(call, principal) == 0
    assert count_call(RequestFactory().get("/api/repairs/"), principal) > 0
