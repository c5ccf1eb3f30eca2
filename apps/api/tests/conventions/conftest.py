"""A resource made for the tests of the conventions."""

from collections.abc import Iterator
from typing import Any

import pytest

from apps.api.tests.conftest import CallAs, Caller
from apps.security.access import forget_rows
from core.models import Customer, User

HERE = "apps.api.tests.urls_of_tests"


@pytest.fixture(autouse=True)
def _addresses(settings: Any) -> Iterator[None]:
    settings.ROOT_URLCONF = HERE
    settings.ACCESS_ROWS = f"{HERE}.ROWS"
    forget_rows()
    yield
    forget_rows()


@pytest.fixture
def person(db: None) -> User:
    return User.objects.create_user("ann", "ann@fleet.example")


@pytest.fixture
def caller(call_as: CallAs, person: User) -> Caller:
    return call_as(person)


@pytest.fixture
def thing(db: None) -> Customer:
    return Customer.objects.create(name="Acme")
