"""``expire_points``: let points go that are older than the owner's terms say; for every night."""

from typing import Any

from django.core.management.base import BaseCommand

from apps.queue_management.use_cases import expire_points


class Command(BaseCommand):
    """Expire old points; a second run on the same day changes nothing."""

    help = "Let points expire that are older than the terms say. Can be run again."

    def handle(self, *args: Any, **options: Any) -> None:
        """Tell how many."""
        self.stdout.write(f"{expire_points()} points expired.")
