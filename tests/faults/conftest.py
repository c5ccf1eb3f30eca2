"""What harm is done to: processes of the shop, and a mail server of our own."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from typing import Any
from urllib.parse import quote

import pytest
from aiosmtpd.controller import Controller
from django.db import connection

from rs_systems.environment import BASE_DIR
from tests.faults.broker import wipe
from tests.faults.proxy import Proxy, proxied
from tools import services


@dataclass
class MailServer:
    """Takes mail, or refuses it with a sentence; counts each message by its Message-ID.

    While it holds, a message is neither taken nor refused; ``is_holding`` tells that one is here.
    What it takes, it may say so many seconds too ``late``: ``said_late`` counts these.
    """

    port: int
    refusal: str = ""
    hold: bool = False
    late: float = 0.0
    said_late: int = 0
    is_holding: threading.Event = field(default_factory=threading.Event)
    taken: Counter[str] = field(default_factory=Counter)

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's own
        refusal = "451 too late" if self.hold else self.refusal
        while self.hold:
            self.is_holding.set()
            await asyncio.sleep(0.05)
        if refusal:
            return refusal
        self.taken[str(message_from_bytes(envelope.content)["Message-ID"])] += 1
        if self.late:
            self.said_late += 1
            await asyncio.sleep(self.late)
        return "250 OK"


class Forge:
    """Orders processes from `tests.faults.forge`.

    Attributes:
        killed: How many of them were killed.
    """

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.killed = 0

    def run(self, role: str, *, kill_at: int = 0, **data: Any) -> dict[str, Any]:
        """What a process told in its life, in one dictionary; it may be killed at a point."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"role": role, "kill_at": kill_at, **data}) + "\n")
        self._process.stdin.flush()
        told: dict[str, Any] = {}
        for line in json.loads(self._process.stdout.readline()):
            told |= line
        assert "error" not in told, told["error"]
        self.killed += "killed" in told
        return told

    def points(self, role: str, **data: Any) -> list[str]:
        """The points that a process passes when it is left alone."""
        found: list[str] = self.run(role, **data)["passed"]
        return found


def database_url() -> str:
    """Where the tests' database is, for another process."""
    of = connection.settings_dict
    person = quote(of["USER"]) + (f":{quote(of['PASSWORD'])}" if of["PASSWORD"] else "")
    return f"postgresql://{person}@{quote(of['HOST'], safe='')}:{of['PORT']}/{of['NAME']}"


def environment(**more: str) -> dict[str, str]:
    """The variables of a process that works on the tests' database."""
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")},
        "DATABASE_URL": database_url(),
        "DJANGO_SETTINGS_MODULE": "tests.faults.settings",
        "OUTBOX_LEASE_SECONDS": "4",
        **more,
    }


@pytest.fixture(scope="module")
def mail_server() -> Iterator[MailServer]:
    server = MailServer(services.free_port())
    controller = Controller(server, hostname="127.0.0.1", port=server.port)
    controller.start()
    yield server
    controller.stop()


@pytest.fixture(autouse=True)
def _fresh_mail(mail_server: MailServer) -> None:
    mail_server.taken.clear()
    mail_server.refusal = ""
    mail_server.late = mail_server.said_late = 0


def make_forge(**more: str) -> Iterator[Forge]:
    """A forge until the generator is closed."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.forge"],
        cwd=BASE_DIR,
        env=environment(**more),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    yield Forge(process)
    process.communicate(timeout=60)


@pytest.fixture
def forge(transactional_db: None, mail_server: MailServer) -> Iterator[Forge]:
    yield from make_forge(FAULTS_MAIL_PORT=str(mail_server.port))


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[services.Service]:
    """A RabbitMQ, which takes its time to start."""
    with services.rabbitmq(tmp_path_factory.mktemp("rabbitmq")) as running:
        yield running


@pytest.fixture
def proxy(server: services.Service) -> Iterator[Proxy]:
    """The door to RabbitMQ, which nobody has rung before."""
    wipe(server)
    with proxied(server.port) as door:
        yield door
