from collections.abc import Callable
from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives

from core.enums import Role
from core.models import Customer, User

MakeUser = Callable[..., User]


def html_of(sent: object) -> str:
    """The HTML of a mail, which it has beside its text."""
    assert isinstance(sent, EmailMultiAlternatives)
    [(html, kind)] = sent.alternatives
    assert kind == "text/html"
    return str(html)


@pytest.fixture
def make_user(db: None) -> MakeUser:
    def make(name: str, **fields: Any) -> User:
        return User.objects.create_user(name, f"{name}@example.com", "pass-word-9", **fields)

    return make


@pytest.fixture
def technician(make_user: MakeUser) -> User:
    return make_user("tech", role=Role.TECHNICIAN)


@pytest.fixture
def fleet(db: None) -> Customer:
    return Customer.objects.create(name="Harbor Freight Lines")
