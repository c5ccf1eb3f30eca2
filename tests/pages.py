"""Visiting pages as somebody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.models import User

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer


def signed_in(user: User) -> Client:
    """A browser in which this person has signed in."""
    client = Client()
    client.force_login(user)
    return client


def visit(user: User, name: str, /, *args: Any, **query: Any) -> Answer:
    """What a page answers to this person."""
    return signed_in(user).get(reverse(name, args=args), query)


def text_of(user: User, name: str, /, *args: Any, **query: Any) -> str:
    """What a page shows, blanks folded."""
    response = visit(user, name, *args, **query)
    assert response.status_code == 200, response.content.decode()
    return folded(response)


def send(user: User, name: str, /, *args: Any, **data: Any) -> Answer:
    """What a form's address answers to this person."""
    return signed_in(user).post(reverse(name, args=args), data)


def folded(response: Answer) -> str:
    """The page's source with blanks folded."""
    return " ".join(response.content.decode().split())


def statements_of(user: User, name: str, /, *args: Any) -> int:
    """How many SQL statements a page costs somebody who has it open already."""
    client, url = signed_in(user), reverse(name, args=args)
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)
