"""The head that leaves the house each night, and what it proves afterwards."""

import datetime as dt
import re
from pathlib import Path

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from apps.audit import chain
from apps.audit.models import AuditEntry, AuditHead
from apps.audit.schedule import anchor
from apps.audit.tests.conftest import Execute, create_customer
from core.models import Customer, OutboxMessage, User
from core.outbox import drain

pytestmark = pytest.mark.django_db
DUE = dt.datetime(2026, 6, 1, 6, tzinfo=dt.UTC)


@pytest.fixture
def auditor(settings: Settings) -> str:
    settings.AUDIT_ANCHOR_MAIL_TO = "auditor@example.com"
    return "auditor@example.com"


def mailed() -> str:
    """The head as the newest mail has it."""
    drain()
    found = re.search(r"--anchor (\d+:[0-9a-f]{64})\n", str(mail.outbox[-1].body))
    assert found is not None
    return found[1]


def test_the_head_is_mailed_once_a_night(
    chain_of_three: list[Customer], auditor: str, actor: User
) -> None:
    for _ in range(2):
        assert anchor(DUE) == "Anchored at entry 3. A mail tells it."
    create_customer(actor, "Fleet 4")
    anchor(DUE)
    assert mailed() == f"3:{AuditEntry.objects.get(position=3).hash}"
    (sent,) = mail.outbox
    assert (sent.to, sent.subject) == ([auditor], "Head of the audit trail: entry 3")
    anchor(DUE + dt.timedelta(days=1))
    assert mailed() == f"4:{AuditHead.objects.get().hash}"
    assert len(mail.outbox) == 2


def test_nobody_is_written_to_unless_named(chain_of_three: list[Customer]) -> None:
    assert anchor(DUE) == "Anchored at entry 3."
    assert not OutboxMessage.objects.exists()


def test_of_an_empty_trail_nothing_is_told(db: None, auditor: str) -> None:
    assert anchor(DUE) == "The trail is empty."
    assert not OutboxMessage.objects.exists()


def test_what_was_mailed_is_compared(
    chain_of_three: list[Customer], auditor: str, capsys: pytest.CaptureFixture[str]
) -> None:
    anchor(DUE)
    head = mailed()
    call_command("verify_audit", "--anchor", head, "--anchor", f" {head} ")
    assert "whole: 3 entries, 3 anchors compared" in capsys.readouterr().out


def rewrite(tamper: Execute, anchor_file: Path) -> None:
    """As who owns the machine would: another last entry, a fitting head, a fitting file."""
    forged = AuditEntry.objects.get(position=3)
    forged.verb = "customer.deleted"
    digest = chain.hash_of(forged)
    tamper(
        "UPDATE audit_auditentry SET verb = %s, hash = %s WHERE position = 3", forged.verb, digest
    )
    tamper("UPDATE audit_audithead SET hash = %s", digest)
    anchor_file.write_text(f"3 {digest} 2026-06-01T06:00:00+00:00\n", encoding="ascii")


def test_a_trail_rewritten_with_its_file_is_found_by_the_mail_alone(
    chain_of_three: list[Customer],
    auditor: str,
    tamper: Execute,
    anchor_file: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    anchor(DUE)
    head = mailed()
    rewrite(tamper, anchor_file)
    call_command("verify_audit")
    with pytest.raises(CommandError, match="1 faults"):
        call_command("verify_audit", "--anchor", head)
    assert capsys.readouterr().err == "Entry 3 differs from the anchor.\n"


@pytest.mark.parametrize(
    "text", ["", "3", "3:abc", f"0:{'a' * 64}", f"3 {'a' * 64}", f"-3:{'a' * 64}", f"3:{'A' * 64}"]
)
def test_what_is_no_head_is_refused(db: None, text: str) -> None:
    with pytest.raises(CommandError, match="is no anchor"):
        call_command("verify_audit", f"--anchor={text}")
