"""The three servers, each on a free port of the loopback, ended by their process ids."""

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.load import HOST

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 30


@dataclass(frozen=True)
class Ports:
    """Where each answers."""

    product: int
    naive: int
    limit: int


@contextlib.contextmanager
def running(database_url: str) -> Iterator[Ports]:
    """Start all three, wait until they answer, end them."""
    ports = Ports(*_free_ports(3))
    manage = [sys.executable, "manage.py"]
    module = [sys.executable, "-m"]
    guide = ["gunicorn", "-w", "2", "-k", "sync", "--log-level", "error"]
    where = ["-b", f"{HOST}:{ports.naive}", "django.core.wsgi:get_wsgi_application()"]
    commands = {
        ports.product: [*manage, "serve", "--port", str(ports.product)],
        ports.naive: [*module, *guide, *where],
        ports.limit: [*module, "benchmarks.limit", str(ports.limit)],
    }
    with contextlib.ExitStack() as stack:
        for port, command in commands.items():
            is_naive = port == ports.naive
            stack.enter_context(_server(command, _environment(database_url, naive=is_naive), port))
        yield ports


def _environment(database_url: str, *, naive: bool) -> dict[str, str]:
    settings = "benchmarks.naive_settings" if naive else "rs_systems.settings"
    # No limits of calls: they would be what is measured.
    limits = {"API_CALLS_PER_USER": "0", "API_CALLS_PER_ADDRESS": "0"}
    own = {"DATABASE_URL": database_url, "DJANGO_SETTINGS_MODULE": settings, "ENV_FILE": ""}
    return {**os.environ, **own, **limits}


@contextlib.contextmanager
def _server(command: list[str], environment: dict[str, str], port: int) -> Iterator[None]:
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    try:
        _wait_until_ready(process, port)
        yield
    finally:
        process.terminate()
        process.communicate(timeout=PATIENCE)


def _wait_until_ready(process: "subprocess.Popen[bytes]", port: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection((HOST, port), timeout=1):
            return
        time.sleep(0.1)
    process.terminate()
    told = process.communicate(timeout=PATIENCE)[1].decode(errors="replace")
    raise RuntimeError(f"A server did not start: {told[-2000:]}")


def _free_ports(number: int) -> list[int]:
    sockets = [socket.socket() for _ in range(number)]
    for one in sockets:
        one.bind((HOST, 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports
