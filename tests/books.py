"""Everything that a refusal must leave alone, and that an operation repeated must not write."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.apps import apps
from django.db.models import Model

from core.errors import DomainError

_OURS = (
    *("core", "audit", "people", "technicians", "repairs", "jobs", "scheduling"),
    *("queue_management", "notifications", "photo_storage"),
)


def books() -> dict[type[Model], list[dict[str, Any]]]:
    """Every row of every table of ours."""
    models = [model for label in _OURS for model in apps.get_app_config(label).get_models()]
    return {model: list(model._default_manager.order_by("pk").values()) for model in models}


@contextmanager
def refused(
    error: type[DomainError], code: str = ""
) -> Iterator[pytest.ExceptionInfo[DomainError]]:
    """The block is refused with this error and code, and has written nothing at all."""
    before = books()
    with pytest.raises(error) as caught:
        yield caught
    assert caught.value.code == (code or error.default_code)
    assert books() == before


@contextmanager
def nothing_written() -> Iterator[None]:
    """The block succeeds and has written nothing at all."""
    before = books()
    yield
    assert books() == before
