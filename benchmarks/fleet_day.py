"""A fleet's list is imported and worked on through the API: requests, approval, work, completion.

By hand, on a database of its own, with a list of your own::

    make bench ARGS="--fleet FILE.csv --map number=EquipID,plate=License#"

Tells how long each part took and whether prices, invariants, audit chain and lists are right;
``tests/commands/test_fleet_day.py`` runs the same with a small generated list.
"""

import io
import logging
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.audit.chain import faults
from apps.repairs.models import Unit
from core.invariants import invariant_violations
from rs_systems.flow.people import People, make_people
from rs_systems.flow.steps import expect_status

Say = Callable[[str], None]
LISTS = ("/api/repairs/", "/api/repairs/?status=COMPLETED")
PAGES = ("/app/", "/app/repairs/", "/app/units/")


@dataclass
class FleetDay:
    """Who works on the company's units; ``costs`` are what was charged, by unit, in order."""

    customer: Client
    technician: Client
    costs: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def work(self, unit_number: str, *, ask_first: bool) -> None:
        """Ask; take; ask what it may cost, where told to; start; complete."""
        made = _sent(self.customer.post, "/api/repair-requests/", unit_number=unit_number)
        address = f"/api/repairs/{made['id']}/status/"
        _sent(self.technician.patch, address, status="APPROVED")
        if ask_first:
            _sent(self.technician.patch, address, status="PENDING")
            _sent(self.customer.patch, address, status="APPROVED")
        _sent(self.technician.patch, address, status="IN_PROGRESS")
        done = _sent(self.technician.patch, address, status="COMPLETED")
        self.costs[unit_number].append(done["cost"])


def run(path: Path, columns: str, *, requests: int, again: int, say: Say) -> None:
    """Import the list; ask on ``requests`` units, and on ``again`` of them a second time; check.

    Raises:
        RuntimeError, FlowError: Something is not as it has to be.
    """
    logging.disable(logging.WARNING)
    people = make_people()
    numbers = _import(people, path, columns, say)
    day = FleetDay(people.customer.api_client(), people.technician.api_client())
    begun = time.perf_counter()
    for place, number in enumerate([*numbers[:requests], *numbers[:again]]):
        day.work(number, ask_first=place % 3 == 0)
    seconds = time.perf_counter() - begun
    say(f"{requests + again:,} repairs from request to completion by the API in {seconds:.1f} s")
    _check(day, requests=requests, again=again)
    say("Every price is that of its place, every invariant holds, the audit chain is whole")
    for address in LISTS:
        say(_told(day.customer, address))
    pages = people.customer.page_client()
    for address in PAGES:
        say(_told(pages, address))
    logging.disable(logging.NOTSET)


def _import(people: People, path: Path, columns: str, say: Say) -> list[str]:
    begun = time.perf_counter()
    call_command(
        "import_customers",
        path,
        customer=people.company.name,
        map=columns,
        on_conflict="first",
        commit=True,
        stdout=io.StringIO(),
    )
    units = Unit.objects.filter(customer=people.company)
    numbers = list(units.order_by("pk").values_list("number", flat=True))
    say(f"{len(numbers):,} units imported in {time.perf_counter() - begun:.1f} s")
    return numbers


def _check(day: FleetDay, *, requests: int, again: int) -> None:
    expected = [["50.00", "40.00"]] * again + [["50.00"]] * (requests - again)
    if list(day.costs.values()) != expected:
        raise RuntimeError("A price is not the one of its place.")
    if broken := [*invariant_violations(), *faults()]:
        raise RuntimeError(f"Something does not hold: {broken}")


def _sent(call: Callable[..., Any], address: str, **body: Any) -> dict[str, Any]:
    response = expect_status(call(address, body, content_type="application/json"), 200, 201)
    answer: dict[str, Any] = response.json()
    return answer


def _told(client: Client, address: str) -> str:
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        begun = time.perf_counter()
        expect_status(client.get(address), 200)
        spent = (time.perf_counter() - begun) * 1000
    return f"{address}: {len(queries)} statements, {spent:.0f} ms"
