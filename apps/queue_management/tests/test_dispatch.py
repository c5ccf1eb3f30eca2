"""The office gives work out and takes it back."""

import datetime as dt
from typing import Any

import pytest

from apps.audit.models import AuditEntry
from apps.notifications.models import Notification
from apps.queue_management.models import Assignment, AssignmentRule, TechnicianWorkload
from apps.queue_management.use_cases import (
    assign_repair,
    deactivate_person,
    pin_repair,
    set_technician_out,
    unpin_repair,
)
from apps.repairs.enums import QueueStatus
from apps.repairs.models import Repair
from core.errors import Conflict, DomainError, Forbidden, Invalid, NotFound, PreconditionFailed
from core.invariants import invariant_violations
from core.shop import shop_today
from tests.books import nothing_written, refused
from tests.cast import Cast
from tests.factories import make_customer, make_technician, repair_in, request, set_shop

pytestmark = pytest.mark.django_db
S = QueueStatus
NOT_OFFICE = ["primary", "mate", "technician", "sales_agent"]


def at(cast: Cast, status: QueueStatus) -> Repair:
    return repair_in(status, technician=cast.technician_record, customer=cast.fleet)


def loads() -> dict[str, int]:
    rows = TechnicianWorkload.objects.select_related("technician__user")
    return {str(row.technician): row.active_count for row in rows}


def told(kind: str) -> set[int]:
    return set(Notification.objects.filter(kind=kind).values_list("recipient_id", flat=True))


def give(cast: Cast, repair: Repair, part: str = "admin", **more: Any) -> Repair:
    return assign_repair(
        actor=cast.member(part),
        repair_id=repair.pk,
        technician_id=cast.other_technician_record.pk,
        **more,
    )


@pytest.mark.parametrize("status", [S.REQUESTED, S.PENDING, S.APPROVED])
def test_assigning_moves_load_keeps_why_and_tells_both(cast: Cast, status: QueueStatus) -> None:
    repair = at(cast, status)
    before = loads().get("Uma Other", 0)
    given = give(cast, repair)
    assert (given.technician, given.version) == (cast.other_technician_record, repair.version + 1)
    assert loads()["Uma Other"] == before + 1
    assert loads()["Tom Becker"] == 0
    kept = Assignment.objects.filter(repair=repair).first()
    assert kept is not None
    assert (kept.rule, kept.assigned_by) == (AssignmentRule.OFFICE, cast.admin)
    assert cast.technician.pk in told("repair_reassigned")
    assert cast.other_technician.pk in told("repair_assigned")
    entry = AuditEntry.objects.filter(target_id=repair.pk).latest("position")
    assert (entry.verb, entry.is_public) == ("repair.assigned", False)
    assert entry.changes[0]["old_label"] == "Tom Becker"
    assert invariant_violations() == []


def test_assigning_again_writes_nothing(cast: Cast) -> None:
    repair = at(cast, S.APPROVED)
    give(cast, repair)
    with nothing_written():
        give(cast, repair)


def test_pin_can_come_with_the_assignment(cast: Cast) -> None:
    assert give(cast, at(cast, S.REQUESTED), pin=True).is_pinned


def test_work_that_has_begun_is_put_back_first(cast: Cast) -> None:
    repair = at(cast, S.IN_PROGRESS)
    with refused(Conflict, "in_progress"):
        give(cast, repair)


@pytest.mark.parametrize("status", [S.COMPLETED, S.DENIED])
def test_ended_work_is_not_assigned(cast: Cast, status: QueueStatus) -> None:
    repair = at(cast, status)
    with refused(Conflict, "not_open"):
        give(cast, repair)


@pytest.mark.parametrize("part", NOT_OFFICE)
def test_only_the_office_assigns_and_pins(cast: Cast, part: str) -> None:
    repair = at(cast, S.REQUESTED)
    actor = cast.member(part)
    with refused(Forbidden):
        give(cast, repair, part)
    with refused(Forbidden):
        pin_repair(actor=actor, repair_id=repair.pk)


@pytest.mark.parametrize("part", ["stranger", "nobody", "other_sales_agent"])
def test_who_does_not_see_it_finds_nothing(cast: Cast, part: str) -> None:
    repair = at(cast, S.REQUESTED)
    with refused(NotFound):
        give(cast, repair, part)


def test_assignee_is_an_active_technician(cast: Cast) -> None:
    repair = at(cast, S.REQUESTED)
    deactivate_person(actor=cast.owner, user_id=cast.other_technician.pk)
    with refused(Invalid, "technician_unknown"):
        give(cast, repair)


def test_old_version_is_refused(cast: Cast) -> None:
    repair = at(cast, S.APPROVED)
    with refused(PreconditionFailed, "stale"):
        give(cast, repair, version=1)


def test_pin_and_unpin_are_told_apart_and_repeat_silently(cast: Cast) -> None:
    repair = at(cast, S.REQUESTED)
    assert pin_repair(actor=cast.admin, repair_id=repair.pk).is_pinned
    with nothing_written():
        pin_repair(actor=cast.admin, repair_id=repair.pk)
    assert not unpin_repair(actor=cast.admin, repair_id=repair.pk).is_pinned
    verbs = AuditEntry.objects.order_by("-position").values_list("verb", flat=True)[:2]
    assert list(verbs) == ["repair.unpinned", "repair.pinned"]


def test_pin_needs_somebody_to_keep_it_for(cast: Cast) -> None:
    set_shop(assignment_mode="suggest")
    repair = request(customer=cast.fleet)
    with refused(Conflict, "needs_technician"):
        pin_repair(actor=cast.admin, repair_id=repair.pk)


# Away and gone


def test_out_today_releases_what_is_not_started(cast: Cast) -> None:
    held = {status: at(cast, status) for status in QueueStatus}
    set_technician_out(
        actor=cast.technician, technician_id=cast.technician_record.pk, day=shop_today()
    )
    holders = {
        status: Repair.objects.get(pk=repair.pk).technician for status, repair in held.items()
    }
    kept = {S.IN_PROGRESS, S.COMPLETED, S.DENIED}
    assert {status for status, who in holders.items() if who == cast.technician_record} == kept
    assert holders[S.REQUESTED] == cast.other_technician_record
    assert invariant_violations() == []


def test_out_of_new_work_until_back(cast: Cast) -> None:
    record = cast.technician_record
    set_technician_out(actor=cast.admin, technician_id=record.pk, day=shop_today())
    assert request(customer=cast.fleet).technician == cast.other_technician_record
    set_technician_out(actor=cast.admin, technician_id=record.pk, day=None)
    assert request(customer=cast.fleet).technician == record


def test_out_on_another_day_releases_nothing_and_repeats_silently(cast: Cast) -> None:
    repair, record = at(cast, S.APPROVED), cast.technician_record
    tomorrow = shop_today() + dt.timedelta(days=1)
    set_technician_out(actor=cast.technician, technician_id=record.pk, day=tomorrow)
    with nothing_written():
        set_technician_out(actor=cast.technician, technician_id=record.pk, day=tomorrow)
    assert Repair.objects.get(pk=repair.pk).technician == record


@pytest.mark.parametrize(
    ("part", "error"), [("other_technician", Forbidden), ("primary", Forbidden)]
)
def test_only_the_office_marks_others_as_away(
    cast: Cast, part: str, error: type[DomainError]
) -> None:
    with refused(error):
        set_technician_out(
            actor=cast.member(part), technician_id=cast.technician_record.pk, day=shop_today()
        )


def test_unknown_technician_is_not_found(cast: Cast) -> None:
    with refused(NotFound):
        set_technician_out(actor=cast.admin, technician_id=0, day=None)


def test_deactivation_releases_all_open_work_and_keeps_the_history(cast: Cast) -> None:
    held = {status: at(cast, status) for status in QueueStatus}
    deactivate_person(actor=cast.owner, user_id=cast.technician.pk)
    found = {status: Repair.objects.get(pk=repair.pk) for status, repair in held.items()}
    assert found[S.IN_PROGRESS].queue_status == S.APPROVED
    assert found[S.COMPLETED].technician == cast.technician_record
    assert all(
        found[status].technician == cast.other_technician_record
        for status in (S.REQUESTED, S.PENDING, S.APPROVED, S.IN_PROGRESS)
    )
    assert invariant_violations() == []


def test_nobody_left_to_give_it_to_waits_in_the_office(cast: Cast) -> None:
    repair = at(cast, S.APPROVED)
    deactivate_person(actor=cast.owner, user_id=cast.other_technician.pk)
    deactivate_person(actor=cast.owner, user_id=cast.technician.pk)
    assert Repair.objects.get(pk=repair.pk).technician is None
    assert told("needs_assignment") == {cast.admin.pk, cast.owner.pk}


def test_one_after_another_loads_differ_by_at_most_one(cast: Cast) -> None:
    make_technician("Third Hand")
    customer = make_customer()
    for _ in range(10):
        request(customer=customer)
        counts = [loads().get(name, 0) for name in ("Tom Becker", "Uma Other", "Third Hand")]
        assert max(counts) - min(counts) <= 1
    assert sorted(loads().values()) == [3, 3, 4]
