"""``relay_outbox``: do what committed changes have promised, or ring for who does it."""

import signal
import threading
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.models import OutboxMessage
from core.outbox import drain, drain_forever
from core.relay import relay_forever


class Command(BaseCommand):
    """Drain the outbox, or ring for its workers; several may run beside each other."""

    help = (
        "Until stopped, rings for the outbox's due rows, whose work Celery's workers do; without "
        "CELERY_BROKER_URL, or with --here, does the work itself. With --once only what is due now."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Let it end when nothing is due, and do without workers."""
        parser.add_argument("--once", action="store_true", help="end when nothing is due any more")
        parser.add_argument("--here", action="store_true", help="do the work without a broker")

    def handle(self, *args: Any, **options: Any) -> None:
        """Drain or ring, then tell what is left; rows that were given up end it with an error."""
        if options["once"]:
            claimed = 0
            while number := drain():
                claimed += number
                self.stdout.write(f"{claimed} rows tried")
        elif settings.CELERY_BROKER_URL and not options["here"]:
            self._ring(stopped_by_signals())
        else:
            self.stdout.write("Draining the outbox (Ctrl-C stops)")
            drain_forever(stopped_by_signals())
        self._tell()

    def _ring(self, stop: threading.Event) -> None:
        from rs_systems.bell import Bell  # noqa: PLC0415 - Celery is loaded only where it is used

        bell = Bell()
        self.stdout.write("Ringing for the outbox's workers (Ctrl-C stops)")
        try:
            relay_forever(stop, bell)
        finally:
            bell.close()

    def _tell(self) -> None:
        open_rows = OutboxMessage.objects.filter(done_at=None)
        dead = open_rows.filter(dead_at__isnull=False).count()
        waiting = open_rows.filter(dead_at=None).count()
        self.stdout.write(f"{waiting} rows wait, {dead} were given up.")
        if dead:
            raise CommandError(f"{dead} rows were given up; see OutboxMessage.last_error.")


def stopped_by_signals() -> threading.Event:
    """Set by TERM or Ctrl-C."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop
