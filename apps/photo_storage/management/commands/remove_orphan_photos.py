"""``remove_orphan_photos``: files that no photo mentions, told or removed."""

import datetime as dt
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.photo_storage.queries import ORPHAN_AGE, SHORTEST_ORPHAN_AGE, orphan_names
from apps.photo_storage.services import remove_orphans

HOUR = dt.timedelta(hours=1)


class Command(BaseCommand):
    """Look through the storage, folder or bucket, and tell what nothing needs."""

    help = (
        "List stored photo files that no row of the database mentions, such as those of an upload "
        "that died half-way; with --remove, remove them. A file in use is never touched."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Removing is asked for; the age may be set, though not below an hour."""
        parser.add_argument("--remove", action="store_true", help="remove them, not only list them")
        parser.add_argument(
            "--hours",
            type=int,
            default=ORPHAN_AGE // HOUR,
            help="leave younger files alone: their upload may be under way (default: %(default)s)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Tell each file and, at the end, how many."""
        age = dt.timedelta(hours=options["hours"])
        if age < SHORTEST_ORPHAN_AGE:
            raise CommandError("--hours is at least 1: a younger file may be an upload under way.")
        try:
            self._run(age, is_removing=options["remove"])
        except OSError as error:
            raise CommandError(f"The storage does not answer: {error}") from error

    def _run(self, age: dt.timedelta, *, is_removing: bool) -> None:
        names = orphan_names(older_than=age, told=self._tell_folder)
        number = 0
        for number, name in enumerate(remove_orphans(names) if is_removing else names, 1):  # noqa: B007 - the last one counts
            self.stdout.write(f"{'removed' if is_removing else 'orphan '}  {name}")
        if is_removing:
            self.stdout.write(f"Removed {number} files that no photo mentions.")
        else:
            self.stdout.write(f"Found {number} files that no photo mentions; nothing was removed.")
            if number:
                self.stdout.write("Remove them with: manage.py remove_orphan_photos --remove")

    def _tell_folder(self, folder: str, number: int) -> None:
        self.stderr.write(f"looked through {folder}: {number} files")
