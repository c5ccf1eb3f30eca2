"""`manage.py web`: the web server of production; what comes later is others' work."""

from __future__ import annotations

import os
import tempfile
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from rs_systems.management.commands.serve import (
    HOST,
    make_server,
    refuse_taken_port,
    serve_until_stopped,
)


class Command(BaseCommand):
    """Serves pages and REST from several processes until TERM or Ctrl-C."""

    help = (
        "Serves on PORT from WEB_WORKERS processes of WEB_THREADS threads. Relay and workers do "
        "what was promised; without CELERY_BROKER_URL this does it beside the serving."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Adds the address: 0.0.0.0 in a container, the loopback behind a proxy here."""
        parser.add_argument("--host", default=HOST)
        parser.add_argument("--port", type=int, default=settings.PORT)

    def handle(self, *, host: str, port: int, **_options: Any) -> None:
        """Checks the port, serves, stops cleanly."""
        refuse_taken_port(port)
        server = make_server(
            port, host=host, workers=settings.WEB_WORKERS, threads=settings.WEB_THREADS
        )
        self.stdout.write(f"Serving on http://{host}:{port} (Ctrl-C stops)")
        self.stdout.flush()
        # Where each process counts its requests, so that whichever is asked tells of all.
        with tempfile.TemporaryDirectory(prefix="rs-metrics-") as folder:
            os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
            serve_until_stopped(server, has_helpers=not settings.CELERY_BROKER_URL)
        self.stdout.write("Stopped.")
