"""Several repairs at once: all or none, one technician, one offer, one message."""

from decimal import Decimal

import pytest

from apps.notifications.models import Notification
from apps.queue_management.models import TechnicianWorkload
from apps.queue_management.use_cases import (
    approve_batch,
    complete_repair,
    create_field_batch,
    deny_batch,
    deny_repair,
    request_batch,
    start_repair,
)
from apps.queue_management.use_cases.batches import find_batch
from apps.repairs.enums import QueueStatus
from apps.repairs.models import RepairBatch
from core.errors import Conflict, DomainError, Forbidden, Invalid, NotFound
from core.invariants import invariant_violations
from tests.books import nothing_written, refused
from tests.cast import Cast
from tests.factories import DECLINED, completed_repair, details, make_customer, request

pytestmark = pytest.mark.django_db
S = QueueStatus


def ask(cast: Cast, *numbers: str, part: str = "primary") -> RepairBatch:
    rows = [details(number) for number in numbers]
    return request_batch(actor=cast.member(part), customer_id=cast.fleet.pk, rows=rows)


def find(cast: Cast, *numbers: str) -> RepairBatch:
    rows = [details(number) for number in numbers]
    return create_field_batch(actor=cast.technician, customer_id=cast.fleet.pk, rows=rows)


def statuses(batch: RepairBatch) -> list[str]:
    return list(batch.repairs.order_by("break_number").values_list("queue_status", flat=True))


def told(kind: str) -> list[int]:
    return list(Notification.objects.filter(kind=kind).values_list("recipient_id", flat=True))


def test_batch_is_assigned_once_to_one_technician(cast: Cast) -> None:
    request(customer=cast.fleet)
    batch = ask(cast, "1", "2", "2", "3")
    repairs = batch.repairs.order_by("pk")
    assert {repair.technician for repair in repairs} == {cast.other_technician_record}
    assert [repair.break_number for repair in repairs] == [1, 2, 3, 4]
    loads = TechnicianWorkload.objects.values_list("active_count", flat=True)
    assert sorted(loads) == [1, 4]
    assert told("repair_assigned").count(cast.other_technician.pk) == 1
    assert invariant_violations() == []


def test_rows_of_one_unit_are_offered_falling_prices(cast: Cast) -> None:
    completed_repair(customer=cast.fleet, technician=cast.technician_record, unit_number="7")
    batch = ask(cast, "7", "8", "#7", "unit 7", "8")
    offers = batch.repairs.order_by("break_number").values_list("offered_amount", flat=True)
    assert list(offers) == [Decimal(price) for price in (40, 50, 35, 30, 40)]


def test_offers_stand_whatever_the_order_or_a_denial(cast: Cast) -> None:
    batch = find(cast, "7", "7", "7")
    approve_batch(actor=cast.primary, batch_id=batch.pk)
    first, second, third = batch.repairs.order_by("break_number")
    deny_repair(actor=cast.primary, repair_id=first.pk, reason=DECLINED)
    costs = []
    for repair in (third, second):
        start_repair(actor=cast.technician, repair_id=repair.pk)
        costs.append(complete_repair(actor=cast.technician, repair_id=repair.pk).cost)
    assert costs == [Decimal("35.00"), Decimal("40.00")]
    following = completed_repair(
        customer=cast.fleet, technician=cast.technician_record, unit_number="7"
    )
    assert following.cost == Decimal("35.00"), "each completion counts one"


@pytest.mark.parametrize("number", [0, 51, 3000])
def test_batch_has_1_to_50_rows(cast: Cast, number: int) -> None:
    with refused(Invalid, "batch_size"):
        ask(cast, *map(str, range(number)))


def test_fifty_rows_pass(cast: Cast) -> None:
    assert ask(cast, *map(str, range(50))).repairs.count() == 50


def test_fault_of_one_row_names_it_and_stores_none(cast: Cast) -> None:
    with refused(Invalid, "unit_number_not_valid") as caught:
        ask(cast, "1", "2", "bad\0")
    assert caught.value.errors.keys() == {"rows.2.unit_number"}
    assert caught.value.extra["row"] == 2


def test_duplicate_outside_the_batch_names_the_row(cast: Cast) -> None:
    first = request(customer=cast.fleet, unit_number="2")
    with refused(Conflict, "possible_duplicate") as caught:
        ask(cast, "1", "2")
    assert (caught.value.extra["row"], caught.value.extra["duplicate_of"]) == (1, first.pk)


@pytest.mark.parametrize(
    ("part", "error"),
    [("mate", Forbidden), ("stranger", NotFound), ("technician", NotFound)],
)
def test_who_may_not_ask(cast: Cast, part: str, error: type[DomainError]) -> None:
    with refused(error):
        ask(cast, "1", part=part)


def test_field_batch_is_one_question(cast: Cast) -> None:
    batch = find(cast, "1", "2")
    assert statuses(batch) == [S.PENDING, S.PENDING]
    assert sorted(told("batch_approval_needed")) == [cast.primary.pk, cast.approver.pk]
    assert told("approval_needed") == []


def test_policy_decides_on_a_field_batch_together(cast: Cast) -> None:
    customer = make_customer(policy="UNIT_THRESHOLD", units_per_visit=2)  # type: ignore[arg-type] # as stored
    for numbers, status in ((("1", "2", "2"), S.APPROVED), (("3",), S.PENDING)):
        batch = create_field_batch(
            actor=cast.technician,
            customer_id=customer.pk,
            rows=[details(number) for number in numbers],
        )
        assert set(statuses(batch)) == {status}


def test_approve_whole_is_one_message(cast: Cast) -> None:
    batch = find(cast, "1", "2", "3")
    approve_batch(actor=cast.approver, batch_id=batch.pk)
    assert statuses(batch) == [S.APPROVED] * 3
    assert sorted(told("batch_approved")) == sorted([cast.technician.pk, cast.primary.pk])
    with nothing_written():
        approve_batch(actor=cast.approver, batch_id=batch.pk)


def test_deny_rows_by_name_leaves_the_others(cast: Cast) -> None:
    batch = find(cast, "1", "2", "3")
    second = batch.repairs.get(break_number=2)
    deny_batch(actor=cast.primary, batch_id=batch.pk, reason=DECLINED, repair_ids=[second.pk])
    assert statuses(batch) == [S.PENDING, S.DENIED, S.PENDING]
    approve_batch(actor=cast.primary, batch_id=batch.pk)
    assert statuses(batch) == [S.APPROVED, S.DENIED, S.APPROVED]


def test_customer_withdraws_a_requested_batch_whole(cast: Cast) -> None:
    batch = ask(cast, "1", "2")
    deny_batch(actor=cast.primary, batch_id=batch.pk, reason=DECLINED)
    assert statuses(batch) == [S.DENIED, S.DENIED]


@pytest.mark.parametrize("status", [S.REQUESTED, S.IN_PROGRESS])
def test_approving_rows_takes_no_request_and_puts_no_work_back(
    cast: Cast, status: QueueStatus
) -> None:
    batch = ask(cast, "1") if status == S.REQUESTED else find(cast, "1")
    (row,) = batch.repairs.all()
    if status == S.IN_PROGRESS:
        approve_batch(actor=cast.primary, batch_id=batch.pk)
        start_repair(actor=cast.technician, repair_id=row.pk)
    with refused(Conflict, "illegal_move") as caught:
        approve_batch(actor=cast.admin, batch_id=batch.pk, repair_ids=[row.pk], reason=DECLINED)
    assert caught.value.extra["repair"] == row.pk


def test_override_of_a_row_is_measured_by_its_own_place_in_the_count(cast: Cast) -> None:
    cast.technician_record.override_limit = Decimal(10)
    cast.technician_record.save()
    rows = [
        details("7"),
        details("7", cost_override=Decimal("50.01"), override_reason="Long crack"),
    ]
    with refused(Forbidden, "override_limit") as caught:
        create_field_batch(actor=cast.technician, customer_id=cast.fleet.pk, rows=rows)
    assert caught.value.extra["row"] == 1


def test_one_repair_comes_back_in_one_row_of_a_batch(cast: Cast) -> None:
    first = completed_repair(customer=cast.fleet, unit_number="7")
    rows = [details("7", redo_of_id=first.pk), details("7", redo_of_id=first.pk)]
    with refused(Invalid, "redo_not_possible") as caught:
        request_batch(actor=cast.primary, customer_id=cast.fleet.pk, rows=rows)
    assert caught.value.extra["row"] == 1


def test_all_rows_named_or_none(cast: Cast) -> None:
    batch = find(cast, "1", "2")
    first, second = batch.repairs.order_by("pk")
    approve_batch(actor=cast.primary, batch_id=batch.pk, repair_ids=[first.pk])
    start_repair(actor=cast.technician, repair_id=first.pk)
    with refused(Forbidden) as caught:
        approve_batch(actor=cast.primary, batch_id=batch.pk, repair_ids=[second.pk, first.pk])
    assert caught.value.extra["repair"] == first.pk


def test_row_of_another_batch_is_not_found(cast: Cast) -> None:
    batch, other = find(cast, "1"), find(cast, "2")
    with refused(NotFound):
        approve_batch(actor=cast.primary, batch_id=batch.pk, repair_ids=[other.repairs.get().pk])


@pytest.mark.parametrize("part", ["stranger", "nobody", "other_technician", "other_sales_agent"])
def test_foreign_batch_is_not_found(cast: Cast, part: str) -> None:
    batch = find(cast, "1")
    with refused(NotFound):
        approve_batch(actor=cast.member(part), batch_id=batch.pk)
    with pytest.raises(NotFound):
        find_batch(cast.member(part), batch.pk)


def test_mate_sees_the_batch_and_may_not_decide(cast: Cast) -> None:
    batch = find(cast, "1")
    assert find_batch(cast.mate, batch.pk) == batch
    with refused(Forbidden):
        approve_batch(actor=cast.mate, batch_id=batch.pk)


def test_what_comes_back_is_offered_no_price_beside_new_work(cast: Cast) -> None:
    first = completed_repair(customer=cast.fleet, unit_number="7")
    rows = [details("7", redo_of_id=first.pk), details("8")]
    batch = create_field_batch(actor=cast.technician, customer_id=cast.fleet.pk, rows=rows)
    redo, new = batch.repairs.order_by("break_number")
    assert (redo.redo_of, redo.offered_amount, redo.offered_lines) == (first, None, [])
    assert (new.redo_of, new.offered_amount) == (None, Decimal(50))
    assert invariant_violations() == []
