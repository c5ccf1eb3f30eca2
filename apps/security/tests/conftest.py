"""The cast of this package's tests."""

import pytest
from django.core.cache import cache

from core.enums import Role
from core.models import User

PASSWORD = "long enough, and known"


@pytest.fixture(autouse=True)
def _fresh_counters() -> None:
    cache.clear()


@pytest.fixture
def person(db: None) -> User:
    """A customer's person without any company."""
    return User.objects.create_user("Ann.Fleet", "Ann@Fleet.example", PASSWORD)


@pytest.fixture
def technician(db: None) -> User:
    return User.objects.create_user("tess", "tess@shop.example", PASSWORD, role=Role.TECHNICIAN)


@pytest.fixture
def admin(db: None) -> User:
    return User.objects.create_user("boss", "boss@shop.example", PASSWORD, role=Role.ADMIN)
