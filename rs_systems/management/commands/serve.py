"""`manage.py serve`: the web server, the outbox drainer and the schedule, in one command."""

from __future__ import annotations

import multiprocessing
import socket
import threading
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand
from django.db import connections
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import MPServer

from core.outbox import drain_forever
from core.schedule import tick_forever

HOST = "127.0.0.1"
THREADS = 4
# Requests under way get this long to finish before we stop without them.
PATIENCE_SECONDS = 10


class Command(BaseCommand):
    """Serves pages and REST on the loopback until TERM or Ctrl-C."""

    help = (
        "Serves on http://127.0.0.1:PORT, does what was promised and what is scheduled. "
        "Stop it with TERM or Ctrl-C."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Adds the port, and whether to prepare demo data first."""
        parser.add_argument("--port", type=int, default=settings.PORT)
        parser.add_argument(
            "--demo", action="store_true", help="first migrate and fill in demo data"
        )

    def handle(self, *, port: int, demo: bool, **_options: Any) -> None:
        """Checks the port, prepares, serves, stops cleanly."""
        refuse_taken_port(port)
        if demo:
            prepare_demo()
        self.stdout.write(f"Serving on http://{HOST}:{port} (Ctrl-C stops)")
        self.stdout.flush()
        serve_until_stopped(make_server(port), has_helpers=True)
        self.stdout.write("Stopped.")


def refuse_taken_port(port: int) -> None:
    """Raises when somebody listens there: granian itself would share the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise CommandError(
                f"Port {port} cannot be used ({error.strerror}). Try another: PORT=8001 make run"
            ) from error


def prepare_demo() -> None:
    """Brings the database up to date and fills in what a demonstration needs."""
    call_command("migrate", verbosity=0)
    call_command("setup_groups")
    call_command("create_test_data", size="small")


def serve_until_stopped(server: MPServer, *, has_helpers: bool) -> None:
    """Serves until a signal comes; helpers do what was promised and what is scheduled."""
    # A fresh interpreter for the workers: forking would copy our threads' locks.
    multiprocessing.set_start_method("spawn", force=True)
    connections.close_all()
    stop = threading.Event()
    helpers = [
        threading.Thread(target=drain_forever, args=(stop,), name="outbox"),
        threading.Thread(target=tick_forever, args=(stop,), name="schedule"),
    ]
    for helper in helpers if has_helpers else []:
        server.on_startup(helper.start)
    try:
        server.serve()
    finally:
        stop.set()
        for helper in helpers:
            if helper.is_alive():
                helper.join()


def make_server(
    port: int, *, host: str = HOST, workers: int = 1, threads: int = THREADS
) -> MPServer:
    """Returns worker processes with threads; one for SQLite, which has one writer anyway."""
    return MPServer(
        "rs_systems.worker:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        workers_kill_timeout=PATIENCE_SECONDS,
        respawn_failed_workers=workers > 1,
        log_level=LogLevels.warning,
        websockets=False,
    )
