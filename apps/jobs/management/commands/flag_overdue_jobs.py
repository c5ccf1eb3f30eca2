"""``flag_overdue_jobs``: tell who has to know that a job is late; for every night."""

from typing import Any

from django.core.management.base import BaseCommand

from apps.jobs.services import flag_overdue_jobs


class Command(BaseCommand):
    """Flag what is overdue in the shop's zone; a second run changes nothing."""

    help = "Flag open jobs whose date has passed and tell their people. Can be run again."

    def handle(self, *args: Any, **options: Any) -> None:
        """Tell how many."""
        flagged, cleared = flag_overdue_jobs()
        self.stdout.write(f"{flagged} jobs flagged as overdue, {cleared} not overdue any more.")
