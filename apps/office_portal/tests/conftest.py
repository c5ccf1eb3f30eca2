"""What the portal's tests share."""

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _no_throttle() -> None:
    cache.clear()
