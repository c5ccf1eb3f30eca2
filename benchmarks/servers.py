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
class Server:
    """Where one answers, and its first process."""

    port: int
    pid: int

    def cpu_seconds(self) -> float:
        """What its processes have spent so far: on a busy machine a steadier figure than time."""
        spent, parents = {}, {}
        for path in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                fields = path.read_text().rpartition(")")[2].split()
                pid = int(path.parent.name)
                parents[pid] = int(fields[1])
                spent[pid] = int(fields[11]) + int(fields[12])
        mine = {pid for pid in spent if self._is_mine(pid, parents)}
        return sum(spent[pid] for pid in mine) / os.sysconf("SC_CLK_TCK")

    def _is_mine(self, pid: int, parents: dict[int, int]) -> bool:
        while pid and pid != self.pid:
            pid = parents.get(pid, 0)
        return bool(pid)


@dataclass(frozen=True)
class Servers:
    """All three."""

    product: Server
    naive: Server
    limit: Server


@contextlib.contextmanager
def running(database_url: str) -> Iterator[Servers]:
    """Start all three, wait until they answer, end them."""
    product, naive, limit = _free_ports(3)
    python = sys.executable
    guide = ["gunicorn", "-w", "2", "-k", "sync", "--log-level", "error"]
    where = ["-b", f"{HOST}:{naive}", "django.core.wsgi:get_wsgi_application()"]
    ours = _environment(database_url, "rs_systems.settings")
    theirs = _environment(database_url, "benchmarks.naive_settings")
    with (
        _server([python, "manage.py", "serve", "--port", str(product)], ours, product) as first,
        _server([python, "-m", *guide, *where], theirs, naive) as second,
        _server([python, "-m", "benchmarks.limit", str(limit)], ours, limit) as third,
    ):
        yield Servers(first, second, third)


def _environment(database_url: str, settings: str) -> dict[str, str]:
    # No limits of calls: they would be what is measured.
    limits = {"API_CALLS_PER_USER": "0", "API_CALLS_PER_ADDRESS": "0"}
    own = {"DATABASE_URL": database_url, "DJANGO_SETTINGS_MODULE": settings, "ENV_FILE": ""}
    return {**os.environ, **own, **limits}


@contextlib.contextmanager
def _server(command: list[str], environment: dict[str, str], port: int) -> Iterator[Server]:
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    try:
        _wait_until_ready(process, port)
        yield Server(port, process.pid)
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
