import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def no_calls_counted(db: None) -> None:
    cache.clear()
