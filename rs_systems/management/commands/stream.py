"""`manage.py stream`: the process that keeps `/api/events/` open (decision 14)."""

from __future__ import annotations

import multiprocessing
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import CommandError
from django.core.management.base import BaseCommand
from django.db import connection, connections
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import MPServer

from rs_systems.management.commands.serve import refuse_taken_port

HOST = "127.0.0.1"
# Open streams never finish by themselves.
PATIENCE_SECONDS = 3
# Open connections at once; those beyond wait. More than apps.api.stream.hub.MOST_STREAMS.
MOST_CONNECTIONS = 6000


class Command(BaseCommand):
    """Serves server-sent events until TERM or Ctrl-C."""

    help = (
        "Keeps /api/events/ open on STREAM_PORT, fed by PostgreSQL. A proxy in front leads that "
        "path here and all others to the web server; set EVENT_STREAM=True so that pages use it."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Adds the address."""
        parser.add_argument("--host", default=HOST)
        parser.add_argument("--port", type=int, default=settings.STREAM_PORT)

    def handle(self, *, host: str, port: int, **_options: Any) -> None:
        """Checks, serves, stops cleanly."""
        if connection.vendor != "postgresql":
            raise CommandError("The stream needs PostgreSQL. On SQLite pages poll instead.")
        refuse_taken_port(port)
        multiprocessing.set_start_method("spawn", force=True)
        connections.close_all()
        self.stdout.write(f"Streaming on http://{host}:{port}/api/events/ (Ctrl-C stops)")
        self.stdout.flush()
        make_server(host, port).serve()
        self.stdout.write("Stopped.")


def make_server(host: str, port: int) -> MPServer:
    """Returns one process: it has one LISTEN, and waits much more than it works."""
    return MPServer(
        "rs_systems.stream:application",
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        workers=1,
        backpressure=MOST_CONNECTIONS,
        workers_kill_timeout=PATIENCE_SECONDS,
        log_level=LogLevels.warning,
        websockets=False,
    )
