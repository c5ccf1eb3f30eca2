"""Many repairs at once from the office: all or none, told row by row, reasons kept."""

import pytest

from apps.notifications.models import Notification
from apps.queue_management.models import Assignment, AssignmentRule, TechnicianWorkload
from apps.queue_management.use_cases import (
    Reason,
    assign_repairs,
    pin_repairs,
    put_back_repairs,
)
from apps.repairs.enums import QueueStatus
from apps.repairs.models import Repair
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.invariants import invariant_violations
from tests.books import nothing_written, refused
from tests.cast import Cast
from tests.factories import (
    approved_repair,
    completed_repair,
    field_repair,
    request,
    set_shop,
    started_repair,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def unassigned(cast: Cast) -> list[Repair]:
    set_shop(assignment_mode="suggest")
    return [request(customer=cast.fleet, unit_number=str(number)) for number in range(4)]


def told(kind: str) -> list[str]:
    rows = Notification.objects.filter(kind=kind).order_by("id").select_related("recipient")
    return [str(row.recipient) for row in rows]


def test_all_are_given_with_reasons_and_one_message_each(
    cast: Cast, unassigned: list[Repair]
) -> None:
    tom, uma = cast.technician_record, cast.other_technician_record
    first, second, third, fourth = (repair.pk for repair in unassigned)
    given = {first: tom.pk, second: uma.pk, third: uma.pk, fourth: uma.pk}
    repairs = assign_repairs(actor=cast.admin, given=given, pin=True)
    assert {repair.pk: repair.technician_id for repair in repairs} == given
    assert {repair.is_pinned for repair in repairs} == {True}
    rules = Assignment.objects.order_by("repair_id").values_list("rule", flat=True)
    assert list(rules) == [
        AssignmentRule.LEAST_LOAD,
        AssignmentRule.LEAST_LOAD,
        AssignmentRule.LEAST_LOAD,
        AssignmentRule.OFFICE,
    ]
    assert sorted(told("repair_assigned")) == ["Tom Becker", "Uma Other"]
    loads = dict(TechnicianWorkload.objects.values_list("technician_id", "active_count"))
    assert loads == {tom.pk: 1, uma.pk: 3}
    assert invariant_violations() == []


def test_given_to_somebody_else_the_former_is_told(cast: Cast, unassigned: list[Repair]) -> None:
    tom, uma = cast.technician_record, cast.other_technician_record
    ids = [repair.pk for repair in unassigned]
    assign_repairs(actor=cast.admin, given=dict.fromkeys(ids, tom.pk))
    assign_repairs(actor=cast.admin, given=dict.fromkeys(ids[:2], uma.pk))
    assert told("repair_reassigned") == ["Tom Becker", "Tom Becker"]
    with nothing_written():
        assign_repairs(actor=cast.admin, given=dict.fromkeys(ids[:2], uma.pk))
    assert invariant_violations() == []


def test_given_to_who_has_it_already_it_may_still_be_kept_for_them(
    cast: Cast, unassigned: list[Repair]
) -> None:
    tom = cast.technician_record
    given = {unassigned[0].pk: tom.pk}
    assign_repairs(actor=cast.admin, given=given)
    assign_repairs(actor=cast.admin, given=given, pin=True)
    unassigned[0].refresh_from_db()
    assert (unassigned[0].technician, unassigned[0].is_pinned) == (tom, True)
    assert told("repair_reassigned") == []


def test_what_cannot_be_given_is_named_and_nothing_happens(
    cast: Cast, unassigned: list[Repair]
) -> None:
    uma = cast.other_technician_record
    started = started_repair(technician=cast.technician_record, customer=cast.fleet)
    done = completed_repair(technician=cast.technician_record, customer=cast.other_fleet)
    stale = unassigned[1]
    given = dict.fromkeys([unassigned[0].pk, started.pk, done.pk, stale.pk], uma.pk)
    with refused(Conflict, "rows_refused") as caught:
        assign_repairs(actor=cast.admin, given=given, versions={stale.pk: 99, done.pk: None})
    assert caught.value.extra["rows"] == {
        str(started.pk): "Work has begun; put it back before giving it away.",
        str(done.pk): "Only open repairs are assigned.",
        str(stale.pk): (
            "This was changed by somebody else since you opened it. Nothing was saved."
        ),
    }


def test_only_the_office_gives_out_work(cast: Cast, unassigned: list[Repair]) -> None:
    given = {unassigned[0].pk: cast.technician_record.pk}
    with refused(Forbidden):
        assign_repairs(actor=cast.technician, given=given)
    with refused(NotFound, "not_found"):
        assign_repairs(actor=cast.stranger, given=given)
    with refused(Invalid, "technician_unknown"):
        assign_repairs(actor=cast.admin, given={unassigned[0].pk: 999_999})
    with refused(Invalid, "number_of_rows"):
        assign_repairs(actor=cast.admin, given={})


def test_pinned_and_free_again_together(cast: Cast) -> None:
    ids = [request(customer=cast.fleet).pk for _ in range(2)]
    pin_repairs(actor=cast.admin, repair_ids=ids, is_pinned=True)
    assert set(Repair.objects.values_list("is_pinned", flat=True)) == {True}
    pin_repairs(actor=cast.admin, repair_ids=ids, is_pinned=False)
    assert set(Repair.objects.values_list("is_pinned", flat=True)) == {False}


def test_who_has_no_technician_cannot_be_kept_for_one(cast: Cast, unassigned: list[Repair]) -> None:
    held = field_repair(technician=cast.technician_record, customer=cast.fleet)
    with refused(Conflict, "rows_refused") as caught:
        pin_repairs(actor=cast.admin, repair_ids=[unassigned[0].pk, held.pk], is_pinned=True)
    assert caught.value.extra["rows"] == {str(unassigned[0].pk): "Assign a technician first."}


def test_started_work_is_put_back_together(cast: Cast) -> None:
    started = [
        started_repair(technician=cast.technician_record, customer=cast.fleet) for _ in range(2)
    ]
    ids = [repair.pk for repair in started]
    put_back_repairs(actor=cast.admin, repair_ids=ids, reason=Reason(text="Rain all day"))
    statuses = Repair.objects.values_list("queue_status", flat=True)
    assert set(statuses) == {QueueStatus.APPROVED}
    assert invariant_violations() == []


def test_work_that_changed_meanwhile_is_not_put_back(cast: Cast) -> None:
    started = started_repair(technician=cast.technician_record, customer=cast.fleet)
    with refused(Conflict, "rows_refused") as caught:
        put_back_repairs(
            actor=cast.admin,
            repair_ids=[started.pk],
            reason=Reason(text="Rain all day"),
            versions={started.pk: 99},
        )
    assert "changed by somebody else" in caught.value.extra["rows"][str(started.pk)]


def test_what_has_not_begun_is_not_put_back(cast: Cast) -> None:
    started = started_repair(technician=cast.technician_record, customer=cast.fleet)
    waiting = approved_repair(technician=cast.technician_record, customer=cast.fleet)
    with refused(Conflict, "rows_refused") as caught:
        put_back_repairs(
            actor=cast.admin,
            repair_ids=[started.pk, waiting.pk],
            reason=Reason(text="Rain all day"),
        )
    assert caught.value.extra["rows"] == {str(waiting.pk): "Work on it has not begun or is over."}
    with refused(Invalid, "reason_required"):
        put_back_repairs(actor=cast.admin, repair_ids=[started.pk], reason=Reason())
