"""Repairs that belong to nothing but one decision: all or none, told row by row."""

from decimal import Decimal

import pytest

from apps.notifications.models import Notification
from apps.queue_management.models import TechnicianWorkload
from apps.queue_management.use_cases import (
    approve_repair,
    approve_repairs,
    create_field_batch,
    deny_repair,
    deny_repairs,
    start_repair,
)
from apps.repairs.enums import QueueStatus
from apps.repairs.models import Repair
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.invariants import invariant_violations
from core.together import MOST_ROWS
from tests.books import nothing_written, refused
from tests.cast import Cast
from tests.factories import DECLINED, details, field_repair, request

pytestmark = pytest.mark.django_db
S = QueueStatus


@pytest.fixture
def waiting(cast: Cast) -> list[int]:
    """Two single repairs of two technicians and a batch of two rows, all waiting."""
    single = field_repair(technician=cast.technician_record, customer=cast.fleet)
    other = field_repair(technician=cast.other_technician_record, customer=cast.fleet)
    batch = create_field_batch(
        actor=cast.technician, customer_id=cast.fleet.pk, rows=[details("7"), details("7")]
    )
    return [single.pk, other.pk, *batch.repairs.values_list("pk", flat=True)]


def statuses(ids: list[int]) -> set[str]:
    return set(Repair.objects.filter(pk__in=ids).values_list("queue_status", flat=True))


def kinds_told() -> list[str]:
    told = Notification.objects.filter(kind__contains="_approved")
    return sorted(told.values_list("kind", flat=True))


def test_all_are_approved_each_at_its_own_price(cast: Cast, waiting: list[int]) -> None:
    approved = approve_repairs(
        actor=cast.primary, repair_ids=[*waiting, waiting[0]], at_most=Decimal(190)
    )
    assert sum(repair.approved_amount or 0 for repair in approved) == Decimal(190)
    assert statuses(waiting) == {S.APPROVED}
    assert kinds_told() == ["batch_approved", "repair_approved", "repair_approved"]
    assert invariant_violations() == []


def test_more_than_what_was_shown_is_refused(cast: Cast, waiting: list[int]) -> None:
    with refused(Conflict, "price_changed") as caught:
        approve_repairs(actor=cast.primary, repair_ids=waiting, at_most=Decimal("189.99"))
    assert caught.value.extra == {"at_most": "190.00"}


def test_rows_that_cannot_be_approved_are_named_and_nothing_happens(
    cast: Cast, waiting: list[int]
) -> None:
    deny_repair(actor=cast.approver, repair_id=waiting[0], reason=DECLINED)
    asked = request(customer=cast.fleet)
    with refused(Conflict, "rows_refused") as caught:
        approve_repairs(actor=cast.primary, repair_ids=[*waiting, asked.pk])
    assert set(caught.value.extra["rows"]) == {str(waiting[0]), str(asked.pk)}
    assert "“Denied” cannot become “Approved”" in caught.value.extra["rows"][str(waiting[0])]
    assert caught.value.detail.startswith("2 repairs cannot be changed")


def test_a_single_refusal_is_told_in_the_singular(cast: Cast, waiting: list[int]) -> None:
    deny_repair(actor=cast.approver, repair_id=waiting[0], reason=DECLINED)
    with refused(Conflict, "rows_refused") as caught:
        approve_repairs(actor=cast.primary, repair_ids=waiting)
    assert caught.value.detail.startswith("One repair cannot")


def test_what_the_same_person_decided_already_is_no_refusal(cast: Cast, waiting: list[int]) -> None:
    approve_repair(actor=cast.primary, repair_id=waiting[0])
    approve_repairs(actor=cast.primary, repair_ids=waiting)
    with nothing_written():
        approve_repairs(actor=cast.primary, repair_ids=waiting)
    assert kinds_told().count("repair_approved") == 2


def test_all_are_denied_with_one_reason(cast: Cast, waiting: list[int]) -> None:
    deny_repairs(actor=cast.primary, repair_ids=waiting, reason=DECLINED)
    assert statuses(waiting) == {S.DENIED}
    loads = TechnicianWorkload.objects.values_list("active_count", flat=True)
    assert set(loads) == {0}
    assert invariant_violations() == []


def test_started_work_is_not_denied_together(cast: Cast, waiting: list[int]) -> None:
    approve_repair(actor=cast.primary, repair_id=waiting[0])
    start_repair(actor=cast.technician, repair_id=waiting[0])
    with refused(Forbidden):
        deny_repairs(actor=cast.primary, repair_ids=waiting, reason=DECLINED)


def test_who_may_not_approve_is_refused_as_for_one(cast: Cast, waiting: list[int]) -> None:
    with refused(Forbidden):
        approve_repairs(actor=cast.requester, repair_ids=waiting)


def test_a_foreign_row_is_missing(cast: Cast, waiting: list[int]) -> None:
    with refused(NotFound, "not_found"):
        approve_repairs(actor=cast.stranger, repair_ids=waiting)
    foreign = request(customer=cast.other_fleet)
    with refused(NotFound, "not_found"):
        approve_repairs(actor=cast.primary, repair_ids=[*waiting, foreign.pk])


@pytest.mark.parametrize("number", [0, MOST_ROWS + 1])
def test_the_number_of_rows_is_bounded(cast: Cast, number: int) -> None:
    with refused(Invalid, "number_of_rows"):
        approve_repairs(actor=cast.primary, repair_ids=list(range(1, number + 1)))
