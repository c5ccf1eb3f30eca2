"""`manage.py setup_db`: the database brought up to date, and the first admin."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand

from apps.people.services.staff import create_first_admin
from apps.queue_management.use_cases import make_default_rewards
from core.errors import DomainError
from core.models import User

WHAT_TO_SET = (
    "ADMIN_PASSWORD is not set, and there is no default password. "
    "Set ADMIN_USERNAME, ADMIN_EMAIL and ADMIN_PASSWORD, then run setup_db again."
)


class Command(BaseCommand):
    """Migrates, then makes the first admin and the rewards offered, unless there are some."""

    help = (
        "Brings the database up to date and makes the first admin from "
        "ADMIN_USERNAME, ADMIN_EMAIL and ADMIN_PASSWORD. Can be run again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Adds the way to leave the migrations out."""
        parser.add_argument("--skip-migrate", action="store_true", help="only make the first admin")

    def handle(self, *, skip_migrate: bool, verbosity: int, **_options: Any) -> None:
        """Says in a line each what it did."""
        if not skip_migrate:
            call_command("migrate", verbosity=max(0, verbosity - 1))
            self.stdout.write("The database is up to date.")
        self.stdout.write(self._first_admin())
        owner = User.objects.filter(manages_prices=True, is_active=True).first()
        if owner is not None and (made := make_default_rewards(actor=owner)):
            self.stdout.write(f"Offered {made} rewards for points.")

    def _first_admin(self) -> str:
        if manager := User.objects.filter(manages_people=True, is_active=True).first():
            return f"{manager.username} manages people already; nobody was made."
        if not settings.ADMIN_PASSWORD:
            if settings.ENVIRONMENT == "production":
                raise CommandError(WHAT_TO_SET)
            return f"No admin was made. {WHAT_TO_SET}"
        try:
            create_first_admin(
                username=settings.ADMIN_USERNAME,
                email=settings.ADMIN_EMAIL,
                password=settings.ADMIN_PASSWORD,
            )
        except DomainError as refusal:
            raise CommandError(_sentences(refusal)) from refusal
        return f"Made the first admin, {settings.ADMIN_USERNAME}."


def _sentences(refusal: DomainError) -> str:
    told = [message for messages in refusal.errors.values() for message in messages]
    return " ".join([f"No admin was made: {refusal.detail}", *told])
