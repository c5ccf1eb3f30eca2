"""The schema keeps its word, whatever is sent by whom: no 5xx, no answer it does not tell of.

``FUZZ_EXAMPLES`` says how many calls each operation gets; a few unless told otherwise.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
import schemathesis
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection
from hypothesis import HealthCheck, given, settings
from schemathesis import APIOperation, Case
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from apps.scheduling.services import make_calendar_feed
from apps.security.sessions import open_session
from rs_systems.wsgi import application as served
from tests import factories
from tests.cast import Cast

pytestmark = pytest.mark.once

# As it is served, but for its look at the connection, which is the test's here.
application = replace(served, begin=lambda: connection.vendor == "postgresql")
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "3"))
PROMISES: list[Any] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
ROLES = ("admin", "technician", "sales_agent", "primary")
Operation = APIOperation[Any, Any, Any, Any]


@dataclass
class Fuzzer:
    """Who calls, and what there is to call about: ids by the first part of the path."""

    cast: Cast
    role: str
    known: dict[str, list[int]] = field(default_factory=dict)

    def call(self, case: Case[Any]) -> None:
        """Send it, to something that exists every other time; judge the answer."""
        ids = case.path_parameters or {}
        for name, pk in ids.items():
            if name.endswith("id") and isinstance(pk, int) and pk % 2:
                ids[name] = self._known(case.path, pk)
        cache.clear()
        person = self.cast.member(self.role)
        pair = open_session(user=person, address="127.0.0.1", user_agent="fuzz")
        headers = {"Authorization": f"Bearer {pair.access}"}
        case.call_and_validate(headers=headers, checks=PROMISES)

    def _known(self, path: str, pk: int) -> int:
        found = self.known.get(path.split("/")[2], [pk])
        return found[pk % len(found)]


@pytest.fixture(params=ROLES)
def fuzzer(request: pytest.FixtureRequest, cast: Cast) -> Fuzzer:
    """One of the cast, among repairs in every status."""
    technician = cast.technician_record
    made = [
        factories.completed_repair(technician=technician, customer=cast.fleet),
        factories.request(customer=cast.fleet),
        factories.field_repair(technician=technician, customer=cast.fleet),
    ]
    batch = factories.request_batch(customer=cast.fleet, unit_numbers=["1", "2"])
    lamp = factories.make_equipment("Lamp")
    job = factories.make_job(
        "Measure",
        "Cut",
        actor=cast.sales_agent,
        customer=cast.fleet,
        technician=technician,
        equipment=[lamp],
    )
    visit = factories.book(technician, repair=made[1])
    feed, _ = make_calendar_feed(actor=cast.primary)
    known = {
        "appointments": [visit.pk],
        "calendar-feeds": [feed.pk],
        "jobs": [job.pk],
        "tasks": [task.pk for task in job.tasks.all()],
        "equipment": [lamp.pk],
        "job-templates": [factories.make_template(equipment=[lamp]).pk],
        "repairs": [repair.pk for repair in made],
        "units": [repair.unit_id for repair in made],
        "batches": [batch.pk],
        "customers": [cast.fleet.pk],
        "technicians": [technician.pk],
        "users": [cast.primary.pk],
    }
    return Fuzzer(cast, request.param, known)


@pytest.fixture(scope="module")
def _connection_kept() -> Iterator[None]:
    """A request begun by itself would close the test's connection, as Django's client knows too."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture(scope="module")
def operations(_connection_kept: None) -> list[Operation]:
    """What the schema offers, without the calls that end the caller's own session."""
    loaded = schemathesis.openapi.from_wsgi("/api/schema/", application)
    offered = loaded.exclude(path_regex="^/api/auth/")
    return [found.ok() for found in offered.get_all_operations() if isinstance(found, Ok)]


@pytest.mark.django_db
def test_schema_keeps_its_word(operations: list[Operation], fuzzer: Fuzzer) -> None:
    assert len(operations) > 40
    broken = [found for each in operations if (found := broken_word(each, fuzzer))]
    assert not broken, "\n\n".join(broken)


def broken_word(operation: Operation, fuzzer: Fuzzer) -> str:
    """What the operation did against the schema; nothing when it kept it."""

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def run(case: Case[Any]) -> None:
        fuzzer.call(case)

    try:
        run()
    except FailureGroup as failures:
        told = "; ".join(str(each) for each in failures.exceptions)
        return f"{operation.label}: {told}"
    return ""
