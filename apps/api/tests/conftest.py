"""Callers of the API."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import orjson
import pytest
from django.core.cache import cache
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.client import ClientHandler

from apps.api.hot_reads import Frame, HotReads, is_unusual, read
from apps.jobs.models import Job
from apps.queue_management import use_cases
from apps.repairs.models import Repair
from apps.security.sessions import open_session
from core.models import User
from tests import factories
from tests.cast import Cast


@pytest.fixture(autouse=True)
def _fresh_counters() -> None:
    cache.clear()


class BothWays(ClientHandler):
    """Asks a second time as the server does, and wants the same answer, or none where refused."""

    def __call__(self, environ: Any) -> Any:
        response: Any = super().__call__(environ)
        found = HotReads.finds(environ)
        if found and not is_unusual(environ) and prepares() and not connection.queries_logged:
            hot = read(environ, Frame((), "http://testserver"), found)
            assert hot is None or (response.status_code, hot.body) == (200, response.content)
        return response


def prepares() -> bool:
    """Whether hot reads work with this database."""
    return bool(connection.vendor == "postgresql")


class HotClient(Client):
    """A client whose every read of what is hot is compared."""

    def __init__(self) -> None:
        super().__init__()
        self.handler = BothWays()


@dataclass
class Caller:
    """Somebody with a token; sends and reads JSON."""

    authorization: str
    client: Client

    def call(self, method: str, path: str, body: object = None, **headers: str) -> "Any":
        """The response of one call."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.authorization:
            named.setdefault("Authorization", self.authorization)
        content = b"" if body is None else orjson.dumps(body)
        return self.client.generic(
            method, path, content, content_type="application/json", headers=named
        )

    def get(self, path: str, **headers: str) -> "Any":
        return self.call("GET", path, **headers)

    def post(self, path: str, body: object = None, **headers: str) -> "Any":
        return self.call("POST", path, body, **headers)


CallAs = Callable[[User | None], Caller]


@pytest.fixture
def call_as(db: None) -> CallAs:
    """Makes a caller out of a person; nobody without one."""

    def make(user: User | None) -> Caller:
        if user is None:
            return Caller("", HotClient())
        pair = open_session(user=user, address="127.0.0.1", user_agent="test")
        return Caller(f"Bearer {pair.access}", HotClient())

    return make


@pytest.fixture
def anonymous(call_as: CallAs) -> Caller:
    return call_as(None)


def problem_of(response: HttpResponse) -> tuple[int, str]:
    """Status and code of a refusal."""
    assert response["Content-Type"] == "application/problem+json"
    return response.status_code, orjson.loads(response.content)["code"]


@pytest.fixture
def repair(cast: Cast) -> Repair:
    """Requested by Demo Fleet, assigned to its technician."""
    made = factories.request(customer=cast.fleet, unit_number="4127", description="A chip")
    use_cases.assign_repair(
        actor=cast.admin, repair_id=made.pk, technician_id=cast.technician_record.pk
    )
    made.refresh_from_db()
    return made


@pytest.fixture
def job(cast: Cast) -> Job:
    """Three tasks, made by Demo Fleet's sales agent, given to the technician."""
    return factories.make_job(
        "Measure",
        "Cut",
        "Clean",
        actor=cast.sales_agent,
        customer=cast.fleet,
        technician=cast.technician_record,
        title="Yard check",
    )
