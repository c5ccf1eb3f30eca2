import pytest
from django.urls import reverse

from apps.queue_management import use_cases
from apps.repairs.enums import QueueStatus
from apps.repairs.models import Repair
from core.together import MOST_ROWS
from tests.cast import Cast
from tests.factories import DECLINED, details, field_repair
from tests.pages import folded, send, statements_of, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(cast: Cast) -> list[str]:
    """Twelve repairs that wait, nine by themselves and three found together, as forms send them."""
    for number in range(9):
        found(cast, f"S{number}")
    rows = [details(number) for number in ("7", "7", "8")]
    use_cases.create_field_batch(actor=cast.technician, customer_id=cast.fleet.pk, rows=rows)
    waiting = Repair.objects.filter(queue_status=QueueStatus.PENDING).order_by("pk")
    return [f"{repair.pk}:{repair.asked_amount}" for repair in waiting]


def found(cast: Cast, number: str) -> Repair:
    return field_repair(technician=cast.technician_record, customer=cast.fleet, unit_number=number)


def standing() -> dict[str, int]:
    statuses = list(Repair.objects.values_list("queue_status", flat=True))
    return {status: statuses.count(status) for status in set(statuses)}


def test_home_offers_to_approve_all_at_the_sum(cast: Cast, asked: list[str]) -> None:
    shown = text_of(cast.primary, "customer_dashboard")
    assert "10 things need your approval" in shown
    assert "Approve all 12, at most $590.00" in shown
    assert all(f'name="repair" value="{value}"' in shown for value in asked)
    assert shown.count("<article") == 6
    assert "All that wait for your approval" in shown


def test_one_that_waits_has_one_button_only(cast: Cast) -> None:
    found(cast, "1")
    assert "Approve all" not in text_of(cast.primary, "customer_dashboard")


def test_all_are_approved_and_the_sum_is_told(cast: Cast, asked: list[str]) -> None:
    response = send(cast.primary, "customer_waiting_approve", repair=asked)
    assert response["Location"] == reverse("customer_dashboard")
    assert standing() == {QueueStatus.APPROVED: 12}
    shown = folded(response.client.get(response["Location"]))
    assert "Approved: 12 repairs, at most $590.00. The technicians are told." in shown


def test_those_ticked_are_declined_for_one_reason(cast: Cast, asked: list[str]) -> None:
    reason = {"reason_code": "declined", "reason": "Sold"}
    send(cast.primary, "customer_waiting_deny", repair=asked[:1], **reason)
    assert standing() == {QueueStatus.PENDING: 11, QueueStatus.DENIED: 1}


def test_without_a_reason_the_ticks_are_kept(cast: Cast, asked: list[str]) -> None:
    shown = folded(send(cast.primary, "customer_waiting_deny", repair=asked[:2]))
    assert shown.count(" checked>") == 2
    assert standing() == {QueueStatus.PENDING: 12}


def test_what_no_longer_waits_is_told_and_the_others_stay_to_be_decided(
    cast: Cast, asked: list[str]
) -> None:
    gone = int(asked[0].partition(":")[0])
    use_cases.deny_repair(actor=cast.approver, repair_id=gone, reason=DECLINED)
    response = send(cast.primary, "customer_waiting_approve", repair=asked)
    assert response.status_code == 200
    shown = folded(response)
    assert "One repair cannot be changed like that, so nothing was." in shown
    assert "Unit S0</a>: A repair that is “Denied” cannot become “Approved”." in shown
    assert standing() == {QueueStatus.PENDING: 11, QueueStatus.DENIED: 1}


def test_a_sum_that_grew_is_refused(cast: Cast, asked: list[str]) -> None:
    cheaper = [f"{value.partition(':')[0]}:10.00" for value in asked]
    shown = folded(send(cast.primary, "customer_waiting_approve", repair=cheaper))
    assert "The prices have changed: together they are at most $590.00 now." in shown
    assert standing() == {QueueStatus.PENDING: 12}


@pytest.mark.parametrize(
    "value",
    ["", "x", "{pk}", "{pk}:", "{pk}:x", "{pk}:NaN", "{pk}:-1", "{pk}:1e9", "½:1", "{pk}:1e999"],
)
def test_a_row_that_is_none_decides_nothing(cast: Cast, asked: list[str], value: str) -> None:
    spoilt = value.format(pk=asked[0].partition(":")[0])
    response = send(cast.primary, "customer_waiting_approve", repair=[asked[1], spoilt])
    assert response.status_code == 404
    assert standing() == {QueueStatus.PENDING: 12}


def test_nothing_ticked_is_told(cast: Cast, asked: list[str]) -> None:
    shown = folded(send(cast.primary, "customer_waiting_approve"))
    assert "Choose 1 to 100 repairs; these are 0." in shown


def test_who_may_not_approve_sees_no_boxes_and_changes_nothing(
    cast: Cast, asked: list[str]
) -> None:
    assert 'name="repair"' not in text_of(cast.requester, "customer_waiting")
    assert "Approve all" not in text_of(cast.requester, "customer_dashboard")
    send(cast.requester, "customer_waiting_approve", repair=asked)
    assert standing() == {QueueStatus.PENDING: 12}


def test_foreign_repairs_are_missing(cast: Cast, asked: list[str]) -> None:
    assert send(cast.stranger, "customer_waiting_approve", repair=asked).status_code == 404
    assert standing() == {QueueStatus.PENDING: 12}


def test_nothing_waiting_is_said(cast: Cast) -> None:
    assert "Nothing waits for your approval." in text_of(cast.primary, "customer_waiting")


def test_more_than_a_hundred_are_decided_in_turns(cast: Cast) -> None:
    for start in range(0, MOST_ROWS + 1, 25):
        rows = [details(f"B{start}-{number}") for number in range(25)]
        use_cases.create_field_batch(actor=cast.technician, customer_id=cast.fleet.pk, rows=rows)
    shown = text_of(cast.primary, "customer_waiting")
    assert shown.count('name="repair"') == MOST_ROWS
    assert "More are waiting" in shown
    assert "Approve all 100, at most" in text_of(cast.primary, "customer_dashboard")


def test_it_costs_the_same_with_one_row_and_with_three(cast: Cast) -> None:
    found(cast, "1")
    assert statements_of(cast.primary, "customer_waiting") == 7
    found(cast, "2")
    found(cast, "3")
    assert statements_of(cast.primary, "customer_waiting") == 7


def test_a_row_that_changed_since_it_was_shown_is_told(cast: Cast, asked: list[str]) -> None:
    repair = Repair.objects.get(pk=asked[0].partition(":")[0])
    sent = {f"version-{repair.pk}": repair.version, "reason_code": "declined"}
    use_cases.edit_repair(
        actor=cast.admin,
        repair_id=repair.pk,
        version=repair.version,
        values={"damage_type": "Crack"},
    )
    for decision in ("approve", "deny"):
        response = send(cast.primary, f"customer_waiting_{decision}", repair=asked[:1], **sent)
        assert response.status_code == 200
        assert standing() == {QueueStatus.PENDING: 12}
        assert f'name="version-{repair.pk}" value="{repair.version + 1}"' in folded(response)
