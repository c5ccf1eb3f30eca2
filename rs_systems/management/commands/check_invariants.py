"""``check_invariants``: does everything hold that must always hold?"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.invariants import invariant_violations, registered


class Command(BaseCommand):
    """Run every registered invariant, one line each."""

    help = "Check every registered invariant; exits 1 when one does not hold, with examples."

    def handle(self, *args: Any, **options: Any) -> None:
        """Tell each invariant and, of a broken one, the first things that break it."""
        broken = {violation.name: violation.examples for violation in invariant_violations()}
        for name in registered():
            examples = broken.get(name)
            self.stdout.write(f"BROKEN  {name}" if examples else f"ok      {name}")
            for example in examples or []:
                self.stdout.write(f"        {example}")
        if broken:
            raise CommandError(f"{len(broken)} of {len(registered())} invariants do not hold.")
