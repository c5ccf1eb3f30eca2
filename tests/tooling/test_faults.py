"""Requests that fail before any view is reached: the database is away, or we have a bug."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.test import Client

from apps.security.sessions import open_session
from tests.cast import Cast

pytestmark = pytest.mark.django_db
BUG = DatabaseError


@pytest.fixture
def fault(request: pytest.FixtureRequest) -> Iterator[type[Exception]]:
    """What every statement ends with."""
    kind: type[Exception] = request.param

    def refuse(*_statement: object) -> None:
        raise kind("password of the database")

    with connection.execute_wrapper(refuse):
        yield kind


def signed_in(cast: Cast) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(cast.admin, backend="apps.security.backends.PersonBackend")
    return client


@pytest.fixture
def caller(cast: Cast) -> dict[str, Any]:
    pair = open_session(user=cast.requester, address="127.0.0.1", user_agent="test")
    return {"headers": {"Authorization": f"Bearer {pair.access}"}}


@pytest.fixture
def client(cast: Cast) -> Client:
    return signed_in(cast)


AWAY = [OperationalError, InterfaceError]


@pytest.mark.parametrize("fault", AWAY, indirect=True)
def test_a_page_says_that_it_will_be_back(client: Client, fault: type[Exception]) -> None:
    answer = client.get("/office/")
    assert (answer.status_code, answer["Retry-After"]) == (503, "1")
    assert b"<h1>Back in a moment</h1>" in answer.content
    assert b"password" not in answer.content


@pytest.mark.parametrize("path", ["/api/repairs/", "/api/repair-requests/"])
@pytest.mark.parametrize("fault", AWAY, indirect=True)
def test_the_api_says_so_as_a_problem(
    caller: dict[str, Any], client: Client, fault: type[Exception], path: str
) -> None:
    answer = client.get(path, **caller)
    assert (answer.status_code, answer["Retry-After"]) == (503, "1")
    assert (answer.json()["code"], answer["Cache-Control"]) == ("unavailable", "no-store, private")


@pytest.mark.parametrize("fault", [BUG], indirect=True)
def test_a_bug_is_still_a_bug(
    caller: dict[str, Any], client: Client, fault: type[Exception]
) -> None:
    page, call = client.get("/office/"), client.get("/api/repairs/", **caller)
    assert (page.status_code, call.status_code) == (500, 500)
    assert b"Something broke on our side" in page.content
    assert call.json()["code"] == "server_error"
