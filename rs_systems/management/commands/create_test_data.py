"""``create_test_data``: a shop to try things in, on a development machine."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from apps.jobs.models import Job
from apps.repairs.models import Repair
from core.errors import DomainError
from core.models import User
from rs_systems.demo.cast import ADMIN, PARTS, PASSWORD
from rs_systems.demo.fleet import is_fleet_made, make_fleet
from rs_systems.demo.fleet_cast import FLEETS
from rs_systems.demo.making import has_demo_password, is_made, make_demo
from rs_systems.demo.million import is_million_made, make_million
from rs_systems.demo.removal import remove_demo
from rs_systems.management.progress import ProgressBar

SIZES = ("small", "fleet", "million")


class Command(BaseCommand):
    """Make the demonstration once; a second run changes nothing."""

    help = "Make demonstration data for development, and print the sign-ins."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the size, and whether to begin anew."""
        parser.add_argument("--size", choices=SIZES, default=SIZES[0])
        parser.add_argument(
            "--clean", action="store_true", help="remove what an earlier run made, then make it"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Refuse outside development, clean, make, print."""
        if settings.ENVIRONMENT != "development":
            raise CommandError("Demo data has passwords that everybody knows: development only.")
        try:
            if options["clean"]:
                self.stdout.write(f"Removed {remove_demo()} customers and people of the demo.")
            self._make()
            if options["size"] == "fleet":
                self._make_fleet()
            if options["size"] == "million":
                self._make_million()
        except DomainError as error:
            raise CommandError(error.detail) from error
        self._print_sign_ins()

    def _make(self) -> None:
        if is_made():
            self.stdout.write("The demo data stands already; nothing was changed.")
            return
        self.stdout.write("Making demo data ...")
        make_demo()
        repairs, jobs = Repair.objects.count(), Job.objects.count()
        self.stdout.write(f"Made {len(PARTS)} people, {repairs} repairs and {jobs} jobs.")

    def _make_fleet(self) -> None:
        if is_fleet_made():
            self.stdout.write("The fleets stand already; nothing was changed.")
            return
        bar = ProgressBar(self.stdout)
        made = make_fleet(bar.show)
        self.stdout.write(f"Made {made} fleets; {Repair.objects.count()} repairs in all.")
        self.stdout.write(f"Their contacts sign in as {FLEETS[0].username} and the like.")

    def _make_million(self) -> None:
        if is_million_made():
            self.stdout.write("The million repairs stand already; nothing was changed.")
            return
        if connection.vendor != "postgresql":
            raise CommandError(
                "A million repairs want PostgreSQL. Set DATABASE_URL=postgresql://..., "
                "or begin the command with tools/with_postgres."
            )
        make_million(User.objects.get(username=ADMIN), ProgressBar(self.stdout).show)
        self.stdout.write(f"{Repair.objects.count():,} repairs in all.")

    def _print_sign_ins(self) -> None:
        self.stdout.write("Sign in with:")
        for part in PARTS:
            password = PASSWORD
            if part.username == ADMIN and not has_demo_password(ADMIN):
                password = "(its own password)"  # noqa: S105 - no password at all
            self.stdout.write(f"  {part.username:<14}{password:<10}{part.about}")
