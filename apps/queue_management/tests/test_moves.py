"""What each move does beside changing the status."""

import datetime as dt
from decimal import Decimal

import pytest

from apps.notifications.models import Notification
from apps.queue_management.models import TechnicianWorkload
from apps.queue_management.use_cases import (
    approve_repair,
    ask_approval,
    complete_repair,
    deactivate_person,
    deny_repair,
    mark_windshield_replaced,
    move_repair,
    pin_repair,
    put_back_repair,
    set_cost_override,
    set_customer_pricing,
    start_repair,
)
from apps.repairs.enums import ApprovalMethod, QueueStatus
from apps.repairs.models import Repair, UnitRepairCount
from apps.repairs.queries import quote_now
from apps.repairs.services import Reason
from core.clock import now
from core.errors import Conflict, Forbidden, Invalid, NotFound, PreconditionFailed
from core.invariants import invariant_violations
from tests.books import nothing_written, refused
from tests.cast import Cast
from tests.factories import DECLINED, make_technician, repair_in, request, set_shop

pytestmark = pytest.mark.django_db
S = QueueStatus
WHY = Reason(text="It began to rain")


def at(cast: Cast, status: QueueStatus, unit_number: str = "") -> Repair:
    return repair_in(
        status,
        technician=cast.technician_record,
        customer=cast.fleet,
        unit_number=unit_number,
    )


def told(kind: str) -> set[int]:
    return set(Notification.objects.filter(kind=kind).values_list("recipient_id", flat=True))


def test_take_makes_it_the_takers_own_up_to_the_price_shown(cast: Cast) -> None:
    repair = at(cast, S.REQUESTED)
    taken = approve_repair(actor=cast.other_technician, repair_id=repair.pk)
    decision = taken.approvals.get()
    assert taken.technician == cast.other_technician_record
    assert (taken.approved_amount, decision.amount) == (Decimal(50), Decimal(50))
    assert (decision.method, decision.decided_by) == (ApprovalMethod.REQUESTED, cast.primary)
    assert told("repair_reassigned") == {cast.technician.pk}
    loads = dict(TechnicianWorkload.objects.values_list("technician__user", "active_count"))
    assert loads == {cast.technician.pk: 0, cast.other_technician.pk: 1}
    assert invariant_violations() == []


def test_office_approving_a_request_leaves_it_with_its_technician(cast: Cast) -> None:
    make_technician(user=cast.admin)
    approved = approve_repair(actor=cast.admin, repair_id=at(cast, S.REQUESTED).pk)
    assert approved.technician == cast.technician_record


def test_pinned_request_is_refused_to_others(cast: Cast) -> None:
    repair = at(cast, S.REQUESTED)
    pin_repair(actor=cast.admin, repair_id=repair.pk)
    with refused(Forbidden) as caught:
        approve_repair(actor=cast.other_technician, repair_id=repair.pk)
    assert caught.value.extra["allowed_moves"] == []


def test_claimed_is_told_only_while_approved(cast: Cast) -> None:
    repair = at(cast, S.APPROVED)
    with refused(Conflict, "already_claimed") as caught:
        approve_repair(actor=cast.other_technician, repair_id=repair.pk)
    assert caught.value.extra == {"holder": "Tom Becker", "allowed_moves": []}
    start_repair(actor=cast.technician, repair_id=repair.pk)
    with refused(NotFound):
        approve_repair(actor=cast.other_technician, repair_id=repair.pk)


def test_a_find_of_another_technician_is_never_told_as_claimed(cast: Cast) -> None:
    repair = at(cast, S.PENDING)
    approve_repair(actor=cast.primary, repair_id=repair.pk)
    with refused(NotFound):
        approve_repair(actor=cast.other_technician, repair_id=repair.pk)


def test_customers_approval_keeps_who_how_and_the_amount(cast: Cast) -> None:
    repair = approve_repair(actor=cast.approver, repair_id=at(cast, S.PENDING).pk)
    decision = repair.approvals.get()
    assert (decision.method, decision.decided_by_name, decision.amount) == (
        ApprovalMethod.CUSTOMER,
        "Abel Approver",
        Decimal(50),
    )
    assert told("repair_approved") == {cast.technician.pk, cast.primary.pk}


def test_office_approving_for_the_customer_says_why(cast: Cast) -> None:
    repair = at(cast, S.PENDING)
    with refused(Invalid, "reason_required"):
        approve_repair(actor=cast.admin, repair_id=repair.pk)
    approved = approve_repair(
        actor=cast.admin, repair_id=repair.pk, reason=Reason(text="Said yes by phone")
    )
    decision = approved.approvals.get()
    assert (decision.method, decision.reason) == (ApprovalMethod.OFFICE, "Said yes by phone")


@pytest.mark.parametrize(
    "reason", [Reason(), Reason(text="Just so"), Reason(code="weather"), Reason(code="x" * 40)]
)
def test_denial_needs_a_code_of_the_list(cast: Cast, reason: Reason) -> None:
    repair = at(cast, S.PENDING)
    with refused(Invalid, "reason_code_required"):
        deny_repair(actor=cast.primary, repair_id=repair.pk, reason=reason)


def test_unknown_code_is_refused_where_none_is_asked_for(cast: Cast) -> None:
    repair = at(cast, S.APPROVED)
    with refused(Invalid, "reason_code_required"):
        start_repair(actor=cast.technician, repair_id=repair.pk, reason=Reason(code="x" * 40))


def test_denial_frees_the_technician_and_tells_them(cast: Cast) -> None:
    repair = at(cast, S.APPROVED)
    denied = deny_repair(actor=cast.requester, repair_id=repair.pk, reason=DECLINED)
    assert (denied.reason_code, denied.move_reason) == ("declined", DECLINED.text)
    assert told("repair_denied") == {cast.technician.pk, cast.primary.pk}
    assert cast.technician_record.workload.active_count == 0


def test_put_back_needs_a_reason_and_keeps_the_approval(cast: Cast) -> None:
    repair = at(cast, S.IN_PROGRESS)
    with refused(Invalid, "reason_required"):
        put_back_repair(actor=cast.technician, repair_id=repair.pk, reason=Reason())
    back = put_back_repair(actor=cast.technician, repair_id=repair.pk, reason=WHY)
    assert (back.queue_status, back.approvals.count()) == (S.APPROVED, 1)
    assert back.approved_amount == Decimal(50)


def test_start_needs_a_technician(cast: Cast) -> None:
    set_shop(assignment_mode="suggest")
    repair = request(customer=cast.fleet)
    approve_repair(actor=cast.admin, repair_id=repair.pk)
    with refused(Conflict, "needs_technician"):
        start_repair(actor=cast.admin, repair_id=repair.pk)


def test_asking_again_lifts_the_earlier_limit(cast: Cast) -> None:
    repair = at(cast, S.APPROVED)
    set_cost_override(
        actor=cast.technician, repair_id=repair.pk, amount=Decimal(80), reason="Two breaks"
    )
    repair.refresh_from_db()
    assert quote_now(repair).amount == Decimal(50), "approved for 50"
    asked = ask_approval(actor=cast.technician, repair_id=repair.pk)
    assert (asked.approved_amount, quote_now(asked).amount) == (None, Decimal(80))
    approved = approve_repair(actor=cast.primary, repair_id=repair.pk)
    assert approved.approved_amount == Decimal(80)
    assert approved.approvals.count() == 2


def test_taking_a_request_approves_no_more_than_the_price_it_was_asked_at(cast: Cast) -> None:
    repair = at(cast, S.REQUESTED)
    set_cost_override(
        actor=cast.technician, repair_id=repair.pk, amount=Decimal(80), reason="Two breaks"
    )
    taken = approve_repair(actor=cast.technician, repair_id=repair.pk)
    assert taken.approved_amount == Decimal(50)
    start_repair(actor=cast.technician, repair_id=repair.pk)
    assert complete_repair(actor=cast.technician, repair_id=repair.pk).cost == Decimal(50)


def test_override_limit_counts_from_the_list_whatever_was_approved(cast: Cast) -> None:
    cast.technician_record.override_limit = Decimal(20)
    cast.technician_record.save()
    repair = at(cast, S.APPROVED)
    repair = set_cost_override(
        actor=cast.technician, repair_id=repair.pk, amount=Decimal(30), reason="Tiny"
    )
    ask_approval(actor=cast.technician, repair_id=repair.pk)
    approve_repair(actor=cast.primary, repair_id=repair.pk)
    with refused(Forbidden, "override_limit"):
        set_cost_override(
            actor=cast.technician, repair_id=repair.pk, amount=Decimal(10), reason="Tinier"
        )


def test_denied_repair_is_offered_again_unless_the_unit_has_other_work(cast: Cast) -> None:
    repair = at(cast, S.DENIED, "4127")
    other = at(cast, S.PENDING, "4127")
    with refused(Conflict, "possible_duplicate") as caught:
        ask_approval(actor=cast.admin, repair_id=repair.pk)
    assert caught.value.extra["duplicate_of"] == other.pk
    again = ask_approval(actor=cast.admin, repair_id=repair.pk, confirm_duplicate=True)
    assert (again.queue_status, again.technician) == (S.PENDING, cast.technician_record)
    assert invariant_violations() == []


def test_denied_repair_of_who_left_is_offered_again_without_technician(cast: Cast) -> None:
    repair = at(cast, S.DENIED)
    deactivate_person(actor=cast.owner, user_id=cast.technician.pk)
    again = ask_approval(actor=cast.admin, repair_id=repair.pk)
    assert (again.queue_status, again.technician) == (S.PENDING, None)
    assert invariant_violations() == []


def test_completion_fixes_price_explanation_counter_and_load(cast: Cast) -> None:
    done = complete_repair(actor=cast.technician, repair_id=at(cast, S.IN_PROGRESS, "4127").pk)
    assert (done.cost, done.priced_at, done.completed_at) == (
        Decimal(50),
        done.priced_at,
        done.completed_at,
    )
    assert [line["text"] for line in done.price_lines] == ["1st repair on unit 4127"]
    assert UnitRepairCount.objects.get().count == 1
    assert cast.technician_record.workload.active_count == 0
    assert told("repair_completed") == {cast.primary.pk}


def test_charge_is_the_smaller_of_approved_and_quoted(cast: Cast) -> None:
    dearer, cheaper = at(cast, S.IN_PROGRESS, "1"), at(cast, S.IN_PROGRESS, "2")
    cheaper_list = {"first": Decimal("33.00")}
    Repair.objects.filter(pk=dearer.pk).update(approved_amount=Decimal("30.00"))
    set_customer_pricing(actor=cast.owner, customer_id=cast.fleet.pk, values=cheaper_list)
    costs = [
        complete_repair(actor=cast.technician, repair_id=repair.pk).cost
        for repair in (dearer, cheaper)
    ]
    assert costs == [Decimal("30.00"), Decimal("33.00")]
    assert invariant_violations() == []


def test_new_windshield_starts_the_tiers_again(cast: Cast) -> None:
    first = at(cast, S.COMPLETED, "4127")
    mark_windshield_replaced(actor=cast.technician, unit_id=first.unit_id)
    assert at(cast, S.COMPLETED, "4127").cost == Decimal(50)
    assert at(cast, S.COMPLETED, "4127").cost == Decimal(40)
    assert invariant_violations() == []


def test_after_photo_is_asked_for_when_the_shop_says_so(cast: Cast) -> None:
    repair = at(cast, S.IN_PROGRESS)
    set_shop(require_after_photo=True)
    with refused(Conflict, "after_photo_required"):
        complete_repair(actor=cast.technician, repair_id=repair.pk)


def test_device_time_is_held_between_start_and_now(cast: Cast) -> None:
    day = dt.timedelta(days=1)
    early, late = at(cast, S.IN_PROGRESS), at(cast, S.IN_PROGRESS)
    early = complete_repair(actor=cast.technician, repair_id=early.pk, done_at=now() - day)
    late = complete_repair(actor=cast.technician, repair_id=late.pk, done_at=now() + day)
    assert early.started_at is not None
    assert early.done_at == early.started_at - dt.timedelta(minutes=5)
    assert late.done_at is not None
    assert late.done_at <= now()


def test_completing_again_changes_nothing(cast: Cast) -> None:
    done = at(cast, S.COMPLETED)
    with nothing_written():
        complete_repair(actor=cast.technician, repair_id=done.pk)


def test_old_version_is_refused_with_the_present_one(cast: Cast) -> None:
    repair = at(cast, S.APPROVED)
    with refused(PreconditionFailed, "stale") as caught:
        start_repair(actor=cast.technician, repair_id=repair.pk, version=1)
    assert caught.value.extra == {"version": 2}
    assert start_repair(actor=cast.technician, repair_id=repair.pk, version=2).version == 3


def test_move_to_completed_and_pending_go_their_own_ways(cast: Cast) -> None:
    repair = at(cast, S.IN_PROGRESS)
    done = move_repair(actor=cast.technician, repair_id=repair.pk, target=S.COMPLETED)
    assert done.priced_at is not None
    asked = move_repair(actor=cast.technician, repair_id=at(cast, S.APPROVED).pk, target=S.PENDING)
    assert asked.approved_amount is None


def test_a_request_told_again_to_be_requested_stays_as_it_is(cast: Cast) -> None:
    repair = request(customer=cast.fleet, actor=cast.primary)
    with nothing_written():
        again = move_repair(actor=cast.primary, repair_id=repair.pk, target=S.REQUESTED)
    assert again == repair
    with refused(Forbidden):
        move_repair(actor=cast.admin, repair_id=repair.pk, target=S.REQUESTED)
