from typing import Any

import pytest

from apps.audit.models import AuditEntry
from apps.repairs.wording import ChangeWords, in_full, timeline, to_customer
from core.clock import now


def entry(verb: str, *changes: dict[str, Any], note: str = "") -> AuditEntry:
    return AuditEntry(verb=verb, changes=list(changes), note=note, actor_name="Tom", at=now())


def changed(field: str, new: object, **more: object) -> dict[str, Any]:
    return {"field": field, "old": None, "new": new} | more


def sentence(*args: Any, **kwargs: Any) -> str:
    (told,) = timeline([entry(*args, **kwargs)])
    return told.text


@pytest.mark.parametrize(
    ("verb", "changes", "expected"),
    [
        ("repair.approved", [changed("approved_amount", "40.00")], "Approved, at most $40.00"),
        ("repair.completed", [changed("cost", "1250.00")], "Completed, $1,250.00"),
        ("repair.completed", [], "Completed, free of charge"),
        ("repair.denied", [changed("reason_code", "x", new_label="Mistake")], "Mistake"),
        ("repair.denied", [], "Declined"),
        ("repair.created", [changed("clause", "Within limits")], "Within limits."),
        ("repair.photo_added", [changed("photo", "Before")], "Picture added: before"),
        ("repair.assigned", [changed("technician", 3, new_label="Uma")], "Given to Uma"),
        ("repair.assigned", [], "Waits for a technician"),
        ("repair.pinned", [], "Kept for its technician"),
        ("repair.unpinned", [], "Free to take again"),
        ("repair.price_set", [changed("cost_override", None)], "Price by the list again"),
        ("repair.voided", [changed("void_reason", "Twice")], "nothing is charged: “Twice”"),
        ("repair.never_heard_of", [], "Never heard of"),
    ],
)
def test_an_entry_is_a_sentence(verb: str, changes: list[dict[str, Any]], expected: str) -> None:
    assert expected in sentence(verb, *changes)


def test_a_note_is_quoted() -> None:
    assert sentence("repair.put_back", note="Rain") == "Work put back: “Rain”"


def test_the_newest_entry_comes_first() -> None:
    told = timeline([entry("repair.requested"), entry("repair.started")])
    assert [line.text for line in told] == ["Work started", "Repair requested"]


def test_edits_are_told_field_by_field_moves_are_not() -> None:
    edit, move = timeline(
        [
            entry("repair.started", changed("queue_status", "IN_PROGRESS")),
            entry("repair.edited", changed("po_number", "7"), changed("drilled_before", new=True)),
        ]
    )
    assert edit.changes == (
        ChangeWords("PO number", "", "7"),
        ChangeWords("Drilled before", "", "yes"),
    )
    assert move.changes == ()


def test_every_field_of_an_entry_is_told_in_words() -> None:
    told = in_full(
        entry(
            "prices.shop_changed",
            changed("first", "55.00", old="50.00"),
            changed("valid_from", "2030-07-01T04:00:00Z"),
            changed("preferred_date", "2030-07-01"),
            changed("description", "2030-07-01T04:00:00Z"),
        )
    )
    assert told.text == "The shop's prices changed"
    assert told.changes[0] == ChangeWords("1st repair of a unit", "$50.00", "$55.00")
    assert [change.new for change in told.changes[2:]] == ["2030-07-01", "2030-07-01T04:00:00Z"]
    assert "Jul 2030" in told.changes[1].new


def test_a_customer_is_spoken_to() -> None:
    (told,) = timeline([entry("repair.pending")], reader="customer")
    assert told.text == "You are asked for approval"
    assert to_customer("Above the customer's limit") == "Above your limit"
