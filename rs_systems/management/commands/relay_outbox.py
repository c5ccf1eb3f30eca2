"""``relay_outbox``: do what committed changes have promised, such as mail."""

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.models import OutboxMessage
from core.outbox import drain, drain_forever


class Command(BaseCommand):
    """Drain the outbox, once or until stopped; several may run beside each other."""

    help = "Do the outbox's due work; with --once only what is due now."

    def add_arguments(self, parser: CommandParser) -> None:
        """Let it end when nothing is due."""
        parser.add_argument("--once", action="store_true", help="end when nothing is due any more")

    def handle(self, *args: Any, **options: Any) -> None:
        """Drain, then tell what is left; rows that were given up end it with an error."""
        if options["once"]:
            claimed = 0
            while number := drain():
                claimed += number
                self.stdout.write(f"{claimed} rows tried")
        else:
            stop = threading.Event()
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda *_: stop.set())
            self.stdout.write("Draining the outbox (Ctrl-C stops)")
            drain_forever(stop)
        self._tell()

    def _tell(self) -> None:
        open_rows = OutboxMessage.objects.filter(done_at=None)
        dead = open_rows.filter(dead_at__isnull=False).count()
        waiting = open_rows.filter(dead_at=None).count()
        self.stdout.write(f"{waiting} rows wait, {dead} were given up.")
        if dead:
            raise CommandError(f"{dead} rows were given up; see OutboxMessage.last_error.")
