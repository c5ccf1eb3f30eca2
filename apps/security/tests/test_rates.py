"""How often somebody may knock in a minute."""

from types import SimpleNamespace
from typing import Any

import pytest

from apps.security import rates
from apps.security.rates import seconds_to_wait


@pytest.fixture(autouse=True)
def _two_a_minute(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.CALLS_PER_MINUTE = {"user": 2, "address": 0}
    # A quarter past the minute, whenever this runs.
    monkeypatch.setattr(rates, "time", SimpleNamespace(time=lambda: 1_200_000_015.5))


def calls(count: int, who: str = "user:1", scope: str = "user") -> list[int]:
    return [seconds_to_wait(scope, who) for _ in range(count)]


def test_beyond_the_limit_one_waits_for_the_next_minute() -> None:
    assert calls(4) == [0, 0, 45, 45]


def test_each_has_a_count_of_their_own() -> None:
    calls(3)

    assert calls(2, who="user:2") == [0, 0]


def test_a_limit_of_zero_is_none() -> None:
    assert calls(5, scope="address") == [0] * 5


def test_a_cache_that_forgets_locks_nobody_out(settings: Any) -> None:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}

    assert calls(4) == [0] * 4
