import pytest

from apps.queue_management import use_cases
from apps.repairs.enums import QueueStatus
from apps.repairs.models import Repair, RepairBatch
from tests.cast import Cast
from tests.factories import details
from tests.pages import send, statements_of, text_of, visit

pytestmark = pytest.mark.django_db


def found_together(cast: Cast, *numbers: str) -> RepairBatch:
    return use_cases.create_field_batch(
        actor=cast.technician, customer_id=cast.fleet.pk, rows=[details(n) for n in numbers]
    )


@pytest.fixture
def batch(cast: Cast) -> RepairBatch:
    return found_together(cast, "7", "7", "8")


def statuses(batch: RepairBatch) -> list[str]:
    rows = Repair.objects.filter(repair_batch=batch).order_by("break_number")
    return list(rows.values_list("queue_status", flat=True))


def test_the_sum_is_stated(cast: Cast, batch: RepairBatch) -> None:
    shown = text_of(cast.approver, "customer_batch_detail", batch.pk)
    assert "Approve all 3, at most $140.00" in shown


def test_all_are_approved_together(cast: Cast, batch: RepairBatch) -> None:
    assert send(cast.approver, "customer_batch_approve", batch.pk).status_code == 303
    assert statuses(batch) == [QueueStatus.APPROVED] * 3


def test_one_row_is_approved_alone(cast: Cast, batch: RepairBatch) -> None:
    second = batch.repairs.get(break_number=2)
    send(cast.approver, "customer_batch_approve", batch.pk, repair=second.pk)
    assert statuses(batch) == [QueueStatus.PENDING, QueueStatus.APPROVED, QueueStatus.PENDING]
    assert Repair.objects.get(pk=second.pk).approved_amount == second.offered_amount


@pytest.mark.parametrize("row", ["", "abc", "½", "9" * 19, "9" * 5000])
def test_a_row_that_is_no_number_approves_nothing_instead_of_everything(
    cast: Cast, batch: RepairBatch, row: str
) -> None:
    assert send(cast.approver, "customer_batch_approve", batch.pk, repair=row).status_code == 404
    assert statuses(batch) == [QueueStatus.PENDING] * 3


def test_all_are_declined_with_a_reason(cast: Cast, batch: RepairBatch) -> None:
    assert send(cast.approver, "customer_batch_deny", batch.pk).status_code == 200
    reason = {"reason_code": "declined"}
    assert send(cast.approver, "customer_batch_deny", batch.pk, **reason).status_code == 303
    assert statuses(batch) == [QueueStatus.DENIED] * 3


def test_a_row_that_is_not_of_it_is_missing(cast: Cast, batch: RepairBatch) -> None:
    other = found_together(cast, "9").repairs.get()
    assert (
        send(cast.approver, "customer_batch_approve", batch.pk, repair=other.pk).status_code == 404
    )
    assert statuses(batch) == [QueueStatus.PENDING] * 3


def test_who_may_not_approve_sees_no_buttons_and_changes_nothing(
    cast: Cast, batch: RepairBatch
) -> None:
    assert "Approve all" not in text_of(cast.requester, "customer_batch_detail", batch.pk)
    send(cast.requester, "customer_batch_approve", batch.pk)
    assert statuses(batch) == [QueueStatus.PENDING] * 3


def test_a_foreign_batch_is_missing(cast: Cast, batch: RepairBatch) -> None:
    assert visit(cast.stranger, "customer_batch_detail", batch.pk).status_code == 404
    assert send(cast.stranger, "customer_batch_approve", batch.pk).status_code == 404
    assert send(cast.stranger, "customer_batch_deny", batch.pk).status_code == 404
    assert statuses(batch) == [QueueStatus.PENDING] * 3


def test_it_costs_the_same_with_one_row_and_with_three(cast: Cast, batch: RepairBatch) -> None:
    single = found_together(cast, "9")
    assert statements_of(cast.approver, "customer_batch_detail", single.pk) == 9
    assert statements_of(cast.approver, "customer_batch_detail", batch.pk) == 9


@pytest.mark.parametrize("decision", ["approve", "deny"])
def test_a_row_that_changed_since_it_was_shown_holds_the_decision_up(
    cast: Cast, batch: RepairBatch, decision: str
) -> None:
    row = batch.repairs.get(break_number=1)
    use_cases.edit_repair(
        actor=cast.admin, repair_id=row.pk, version=row.version, values={"damage_type": "Crack"}
    )
    shown_then = {"repair": row.pk, f"version-{row.pk}": row.version, "reason_code": "declined"}
    send(cast.approver, f"customer_batch_{decision}", batch.pk, **shown_then)
    assert statuses(batch) == [QueueStatus.PENDING] * 3
    now = Repair.objects.get(pk=row.pk).version
    shown = text_of(cast.approver, "customer_batch_detail", batch.pk)
    assert f'name="version-{row.pk}" value="{now}"' in shown
    send(
        cast.approver,
        f"customer_batch_{decision}",
        batch.pk,
        **shown_then | {f"version-{row.pk}": now},
    )
    assert statuses(batch)[0] != QueueStatus.PENDING
