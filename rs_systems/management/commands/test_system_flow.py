"""``test_system_flow``: the guide's flow through the real doors, in this installation."""

import logging
from typing import Any

from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from apps.photo_storage.models import StoredPhoto
from core.errors import DomainError
from rs_systems.flow.people import FlowError
from rs_systems.flow.steps import Flow


class Command(BaseCommand):
    """Walk the flow; each step is told, and the first fault ends it.

    With ``--cleanup`` the whole walk happens in one transaction that is rolled back at the end:
    people with history are never deleted and audit entries never removed, so the only way to leave
    nothing is that nothing was ever committed. Other writers wait for those few seconds.
    """

    help = "Walk a repair from request to completion through pages and API; --cleanup leaves none."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take whether anything may stay."""
        parser.add_argument("--cleanup", action="store_true", help="leave nothing behind")
        parser.add_argument("--url", default="", help="walk through the server that runs there")

    def handle(self, *args: Any, **options: Any) -> None:
        """Walk; exit non-zero when a step failed."""
        # Sign-ins and the stranger's 404 are what is wanted here, and would drown the steps.
        if options["cleanup"] and options["url"]:
            raise CommandError("A server does not see what is not committed: choose one of both.")
        self.url = options["url"]
        logging.disable(logging.WARNING)
        try:
            self._run(cleanup=options["cleanup"])
        finally:
            logging.disable(logging.NOTSET)

    def _run(self, *, cleanup: bool) -> None:
        if cleanup:
            done = self._walk_and_forget()
            self.stdout.write("Cleaned up: nothing of this was kept.")
        else:
            done = self._walk()
            self.stdout.write("What was made stays, under names that begin with “flow”.")
        if not done:
            raise CommandError("The flow is broken.")

    def _walk_and_forget(self) -> bool:
        before = set(StoredPhoto.objects.values_list("pk", flat=True))
        with transaction.atomic():
            done = self._walk()
            photos = StoredPhoto.objects.exclude(pk__in=before)
            names = [name for photo in photos for name in photo.names]
            transaction.set_rollback(True)
        for name in names:
            default_storage.delete(name)
        return done

    def _walk(self) -> bool:
        for words, step in Flow(self.url).steps():
            try:
                step()
            except (FlowError, DomainError) as error:
                self.stderr.write(f"FAILED  {words}: {error}")
                return False
            self.stdout.write(f"OK      {words}")
        return True
