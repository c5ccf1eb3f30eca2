"""Makes processes that do one thing each and may be killed: `python -m tests.faults.forge`.

Reads a JSON line for each, forks (so that nothing has to be loaded again) and answers with a line.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
import traceback
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import django
import orjson

django.setup()

from django.conf import settings  # noqa: E402 - settings come first
from django.db import connections  # noqa: E402 - as above
from django.test import Client  # noqa: E402 - as above

from apps.security.sessions import open_session  # noqa: E402 - as above
from core import outbox, relay, schedule  # noqa: E402 - as above
from core.clock import now, pretending  # noqa: E402 - as above
from tests.cast import make_cast  # noqa: E402 - as above
from tests.faults.books import read_books  # noqa: E402 - as above
from tests.faults.points import Points  # noqa: E402 - as above

Tell = Callable[[dict[str, Any]], None]


def ask(tell: Tell, *, token: str, key: str, **body: Any) -> None:
    """Ask for a repair as a client of the API does."""
    answer = Client().generic(
        "POST",
        "/api/repair-requests/",
        orjson.dumps(body),
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}", "Idempotency-Key": key},
    )
    tell({"status": answer.status_code, "id": answer.json().get("id")})


def drain(_tell: Tell) -> None:
    """Work as the embedded drainer does."""
    while outbox.drain():
        pass


def claim(tell: Tell) -> None:
    """Take due rows as a relay does that dies before it has rung."""
    rings = relay.claim(until=now() + outbox.lease(), limit=relay.BATCH)
    tell({"ids": [ring.id for ring in rings]})


def ring(tell: Tell) -> None:
    """Ring as a relay does."""
    from rs_systems.bell import Bell  # noqa: PLC0415 - Celery is loaded only where it is used

    bell = Bell(timeout=1)
    try:
        tell({"rung": relay.relay(bell)})
    except Exception as error:  # noqa: BLE001 - whoever asked judges it
        tell({"refused": type(error).__name__})


def work(_tell: Tell, *, ids: list[int]) -> None:
    """Hear rings as a worker does."""
    for pk in ids:
        outbox.run_rung(pk)


def tick(tell: Tell, *, at: str) -> None:
    """Keep the schedule as a clock does, and do what it promises."""
    with pretending(dt.datetime.fromisoformat(at)):
        tell({"promised": schedule.tick()})
        drain(tell)


def people(tell: Tell) -> None:
    """Let people in: who asks for repairs, and who has a page of the office open."""
    cast, office = make_cast(), Client()
    office.force_login(cast.admin, backend="apps.security.backends.PersonBackend")
    pair = open_session(user=cast.requester, address="127.0.0.1", user_agent="test")
    name = settings.SESSION_COOKIE_NAME
    tell({"token": pair.access, "cookie": f"{name}={office.cookies[name].value}"})


def books(tell: Tell) -> None:
    """Read the books."""
    tell(asdict(read_books()))


ROLES = {each.__name__: each for each in (ask, drain, claim, ring, work, tick, people, books)}


def live(order: dict[str, Any], pipe: int) -> None:
    """The life of a process: what it tells goes into the pipe."""

    def tell(line: dict[str, Any]) -> None:
        os.write(pipe, json.dumps(line).encode() + b"\n")

    points = Points(order.pop("kill_at"), tell)
    points.install()
    try:
        ROLES[order.pop("role")](tell, **order)
        tell({"passed": points.passed})
    except BaseException:  # noqa: BLE001 - whoever asked is told
        tell({"error": traceback.format_exc()})


def make(order: dict[str, Any]) -> list[dict[str, Any]]:
    """Fork a process, wait for its end; what it has told."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        live(order, writing)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        told = [json.loads(line) for line in pipe]
    os.waitpid(child, 0)
    return told


def main() -> None:
    """Answer orders until there are no more."""
    # Everything that a request loads, once for all; nobody's token, so the database is not asked.
    ask(lambda _: None, token="", key="warm", unit_number="1")
    connections.close_all()
    for line in sys.stdin:
        sys.stdout.write(json.dumps(make(json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
