"""``verify_audit``: is the audit chain whole?"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.audit.chain import Anchor, faults, read_anchors, write_anchor
from apps.audit.models import AuditEntry


class Command(BaseCommand):
    """Walk the chain, compare it with the anchors, then write down its present head."""

    help = (
        "Check the audit chain against itself, the anchor file and the heads that are given; "
        "exits 1 on tampering."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Let the anchor be left alone."""
        parser.add_argument("--no-anchor", action="store_true", help="do not write a new anchor")
        parser.add_argument(
            "--anchor",
            action="append",
            default=[],
            metavar="POSITION:HASH",
            help="compare with this head too, as a mail of the scheduled anchor tells it; "
            "may be given several times",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Tell every fault; anchor the head only when there is none."""
        anchors = read_anchors() + [mailed(text) for text in options["anchor"]]
        found = list(faults(anchors))
        for fault in found:
            self.stderr.write(fault)
        if found:
            raise CommandError(f"The audit chain is broken: {len(found)} faults.")
        if not options["no_anchor"]:
            write_anchor()
        self.stdout.write(
            f"The audit chain is whole: {AuditEntry.objects.count()} entries, "
            f"{len(anchors)} anchors compared."
        )


def mailed(text: str) -> Anchor:
    """A head that the caller has from a mail.

    Raises:
        CommandError: It is none.
    """
    try:
        return Anchor.from_text(text.strip())
    except ValueError as error:
        raise CommandError(f"{error} Copy it as the mail has it: 1204:9f86...") from error
