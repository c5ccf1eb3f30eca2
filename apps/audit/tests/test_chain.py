"""The chain finds an edited, a removed and a cut-off entry."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from apps.audit import chain
from apps.audit.models import AuditEntry, AuditHead
from apps.audit.tests.conftest import Execute, create_customer
from core.clock import now
from core.models import Customer, User

pytestmark = pytest.mark.django_db


def faults() -> list[str]:
    return list(chain.faults(chain.read_anchors()))


def test_untouched_chain_has_no_fault(chain_of_three: list[Customer]) -> None:
    assert [entry.position for entry in AuditEntry.objects.order_by("position")] == [1, 2, 3]
    assert faults() == []


def test_first_entry_follows_the_genesis_and_the_head_is_the_last(
    chain_of_three: list[Customer],
) -> None:
    first, last = AuditEntry.objects.get(position=1), AuditEntry.objects.get(position=3)
    head = AuditHead.objects.get()
    assert first.previous_hash == "0" * 64
    assert (head.position, head.hash) == (3, last.hash)


@pytest.mark.parametrize(
    "change",
    [
        "actor_name = 'Somebody Else'",
        "actor_id = 99",
        "verb = 'customer.deleted'",
        "target_label = 'Other'",
        "target_id = 7",
        "changes = '[]'",
        "note = 'innocent'",
        "is_public = NOT is_public",
        "request_id = 'x'",
        "at = '2020-01-01 00:00:00+00'",
    ],
)
def test_edited_entry_is_found(
    chain_of_three: list[Customer], tamper: Execute, change: str
) -> None:
    tamper(f"UPDATE audit_auditentry SET {change} WHERE position = 2")  # noqa: S608 - from above
    assert faults() == ["Entry 2 was edited."]


def test_edited_entry_with_a_new_hash_breaks_the_next_link(
    chain_of_three: list[Customer], tamper: Execute
) -> None:
    forged = AuditEntry.objects.get(position=2)
    forged.verb = "customer.deleted"
    tamper("UPDATE audit_auditentry SET verb = 'customer.deleted' WHERE position = 2")
    tamper("UPDATE audit_auditentry SET hash = %s WHERE position = 2", chain.hash_of(forged))
    assert faults() == ["Entry 3 does not follow the one before it."]


def test_removed_entry_is_found(chain_of_three: list[Customer], tamper: Execute) -> None:
    tamper("DELETE FROM audit_auditentry WHERE position = 2")
    assert faults() == ["Entry 2 is gone; the next one is 3."]


def test_cut_off_end_is_found_against_the_head(
    chain_of_three: list[Customer], tamper: Execute
) -> None:
    tamper("DELETE FROM audit_auditentry WHERE position = 3")
    assert faults() == ["The chain ends at 2, but its head says 3: cut off."]


def test_cut_off_end_with_its_head_is_found_against_the_anchor(
    chain_of_three: list[Customer], tamper: Execute
) -> None:
    chain.write_anchor()
    cut_with_head(tamper)
    assert faults() == ["Entry 3 is anchored, but gone."]


def test_cut_off_end_that_grew_again_is_found_against_the_anchor(
    chain_of_three: list[Customer], tamper: Execute, actor: User
) -> None:
    chain.write_anchor()
    cut_with_head(tamper)
    create_customer(actor, "Fleet of another history")
    assert faults() == ["Entry 3 differs from the anchor."]


def cut_with_head(tamper: Execute) -> None:
    second = AuditEntry.objects.get(position=2)
    tamper("DELETE FROM audit_auditentry WHERE position = 3")
    tamper("UPDATE audit_audithead SET position = 2, hash = %s", second.hash)


def test_everything_gone_is_found(chain_of_three: list[Customer], tamper: Execute) -> None:
    tamper("DELETE FROM audit_auditentry")
    assert faults() == ["The chain ends at 0, but its head says 3: cut off."]


def test_entries_refuse_python_writes(chain_of_three: list[Customer]) -> None:
    entry = AuditEntry.objects.get(position=2)
    with pytest.raises(TypeError):
        entry.save()
    with pytest.raises(TypeError):
        entry.delete()
    with pytest.raises(TypeError):
        AuditEntry.objects.update(note="x")
    with pytest.raises(TypeError):
        AuditEntry.objects.all().delete()
    assert faults() == []


@pytest.mark.postgresql
@pytest.mark.parametrize(
    "sql", ["UPDATE audit_auditentry SET note = 'x'", "DELETE FROM audit_auditentry"]
)
def test_postgresql_refuses_raw_writes(chain_of_three: list[Customer], sql: str) -> None:
    with (
        pytest.raises(Exception, match="Cannot update or delete rows"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)
    assert faults() == []


def test_position_is_taken_once(chain_of_three: list[Customer]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        AuditEntry.objects.bulk_create([AuditEntry(position=2, at=now(), actor_id=1)])


def test_verify_audit_tells_a_whole_chain_and_anchors_it_once(
    chain_of_three: list[Customer], anchor_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):
        call_command("verify_audit")
    assert "whole: 3 entries, 1 anchors compared" in capsys.readouterr().out
    assert chain.read_anchors() == [chain.Anchor(3, AuditHead.objects.get().hash)]
    assert len(anchor_file.read_text().splitlines()) == 1


def test_verify_audit_without_anchor_leaves_the_file_alone(
    chain_of_three: list[Customer], anchor_file: Path
) -> None:
    call_command("verify_audit", no_anchor=True)
    assert not anchor_file.exists()


def test_verify_audit_of_an_empty_chain_anchors_nothing(db: None, anchor_file: Path) -> None:
    call_command("verify_audit")
    assert not anchor_file.exists()


def test_verify_audit_fails_on_tampering_and_keeps_the_old_anchors(
    chain_of_three: list[Customer],
    tamper: Execute,
    anchor_file: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    call_command("verify_audit")
    kept = anchor_file.read_text()
    tamper("DELETE FROM audit_auditentry WHERE position = 2")
    with pytest.raises(CommandError, match="1 faults") as caught:
        call_command("verify_audit")
    assert caught.value.returncode == 1
    assert capsys.readouterr().err == "Entry 2 is gone; the next one is 3.\n"
    assert anchor_file.read_text() == kept


def test_entries_and_head_say_where_they_stand(chain_of_three: list[Customer]) -> None:
    entry = AuditEntry.objects.get(position=2)
    words = f"2: {entry.actor_name} {entry.verb} {entry.target_label}"
    assert str(entry) == words
    assert chain_of_three[1].name in words
    assert str(AuditHead.objects.get()) == "Head at 3"
