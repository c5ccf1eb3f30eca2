"""``check_heartbeat``: was a process of the background seen lately? For health checks."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.background import NAMES
from core.clock import now
from core.heartbeat import SILENT, heartbeats


class Command(BaseCommand):
    """Compare the last sign of life with how long silence may last."""

    help = "Exits 1 when no process of this name has said for three minutes that it lives."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Takes the name."""
        parser.add_argument("name", choices=sorted(NAMES))

    def handle(self, *, name: str, **_options: Any) -> None:
        """Tell when it was seen."""
        seen_at = heartbeats().get(name)
        if seen_at is None:
            raise CommandError(f"{name} was never seen.")
        silence = now() - seen_at
        if silence > SILENT:
            raise CommandError(f"{name} has been silent for {int(silence.total_seconds())} s.")
        self.stdout.write(f"{name} was seen {int(silence.total_seconds())} s ago.")
