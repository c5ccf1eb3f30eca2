"""Noon in New York, whenever the tests run."""

from typing import Any

import pytest
from django.utils import timezone

from core.tests.components import NOON


@pytest.fixture(autouse=True)
def noon_in_new_york(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr("core.templatetags.times.now", lambda: NOON)
    monkeypatch.setattr("core.templatetags.ui.now", lambda: NOON)
    with timezone.override("America/New_York"):
        yield
