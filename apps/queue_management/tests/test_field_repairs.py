"""Damage found in the field, and repairs that came back."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from apps.notifications.models import Notification
from apps.queue_management.use_cases import (
    create_field_repair,
    merge_units,
    move_repair,
    void_repair,
)
from apps.repairs.enums import ApprovalMethod, QueueStatus
from apps.repairs.models import Repair
from core.clock import now
from core.enums import ApprovalPolicy
from core.errors import Forbidden, Invalid
from core.invariants import invariant_violations
from tests import factories
from tests.books import refused
from tests.cast import Cast
from tests.factories import details

pytestmark = pytest.mark.django_db
S = QueueStatus


# Damage found in the field


def find(cast: Cast, part: str = "technician", number: str = "77", **fields: Any) -> Repair:
    return create_field_repair(
        actor=cast.member(part), customer_id=cast.fleet.pk, details=details(number, **fields)
    )


def test_field_repair_waits_for_the_customer(cast: Cast) -> None:
    repair = find(cast)
    assert (repair.queue_status, repair.technician) == (S.PENDING, cast.technician_record)
    assert repair.approval_clause == "The customer wants to be asked each time"
    assert not repair.approvals.exists()
    asked = Notification.objects.filter(kind="approval_needed").values_list("recipient", flat=True)
    assert set(asked) == {cast.primary.pk, cast.approver.pk}


def test_field_repair_approved_by_policy_keeps_amount_and_clause(cast: Cast) -> None:
    cast.fleet.customer_preference.approval_policy = ApprovalPolicy.AUTO_APPROVE
    cast.fleet.customer_preference.save()
    repair = find(cast)
    decision = repair.approvals.get()
    assert (repair.queue_status, repair.approved_amount) == (S.APPROVED, Decimal("50.00"))
    assert (decision.method, decision.amount) == (ApprovalMethod.POLICY, Decimal("50.00"))
    assert decision.clause == "The customer approves everything in advance"


def test_field_repair_of_a_person_is_approved_on_the_spot_not_by_policy(cast: Cast) -> None:
    person = factories.make_person(policy=ApprovalPolicy.AUTO_APPROVE)
    repair = create_field_repair(
        actor=cast.technician, customer_id=person.pk, details=details("ABC 123")
    )
    assert repair.queue_status == S.PENDING


def test_units_of_a_visit_are_distinct_of_one_site_and_one_day(cast: Cast) -> None:
    technician = cast.technician_record
    customer = factories.make_customer(policy=ApprovalPolicy.UNIT_THRESHOLD, units_per_visit=2)
    yard, depot = factories.make_site(customer, "Yard"), factories.make_site(customer, "Depot")

    def found(number: str, site_id: int) -> str:
        return factories.field_repair(
            technician=technician,
            customer=customer,
            unit_number=number,
            site_id=site_id,
            confirm_duplicate=True,
        ).queue_status

    assert found("1", yard.pk) == found("1", yard.pk) == found("2", yard.pk) == S.APPROVED
    assert found("3", yard.pk) == S.PENDING
    assert found("1", yard.pk) == S.PENDING, "three distinct units now, whichever comes"
    assert found("9", depot.pk) == S.APPROVED
    Repair.objects.update(created_at=now() - dt.timedelta(days=2))
    assert found("3", yard.pk) == S.APPROVED


def test_month_of_a_price_threshold_is_what_the_policy_let_through(cast: Cast) -> None:
    customer = factories.make_customer(
        policy=ApprovalPolicy.PRICE_THRESHOLD, price_per_month=Decimal("120.00")
    )
    statuses = [
        factories.field_repair(technician=cast.technician_record, customer=customer).queue_status
        for _ in range(3)
    ]
    assert statuses == [S.APPROVED, S.APPROVED, S.PENDING]


@pytest.mark.parametrize(
    "part", ["primary", "approver", "mate", "stranger", "nobody", "sales_agent"]
)
def test_who_reports_nothing_from_the_field(cast: Cast, part: str) -> None:
    with refused(Forbidden):
        find(cast, part)


def test_technician_reports_for_nobody_else(cast: Cast) -> None:
    with refused(Forbidden):
        create_field_repair(
            actor=cast.technician,
            customer_id=cast.fleet.pk,
            details=details("1"),
            technician_id=cast.other_technician_record.pk,
        )


def test_admin_reports_for_anyone_or_for_nobody_yet(cast: Cast) -> None:
    record = cast.other_technician_record
    repair = create_field_repair(
        actor=cast.admin,
        customer_id=cast.fleet.pk,
        details=details("1"),
        technician_id=record.pk,
    )
    assert repair.technician == record
    assert find(cast, "admin", "2").technician is None
    assert invariant_violations() == []


def test_admin_names_an_active_technician(cast: Cast) -> None:
    record = cast.other_technician_record
    record.is_active = False
    record.save()
    with refused(Invalid, "technician_unknown"):
        create_field_repair(
            actor=cast.admin,
            customer_id=cast.fleet.pk,
            details=details("1"),
            technician_id=record.pk,
        )


def test_unknown_customer_in_the_field_is_refused(cast: Cast) -> None:
    with refused(Invalid, "customer_unknown"):
        create_field_repair(actor=cast.technician, customer_id=0, details=details("1"))


# Back again


def came_back(cast: Cast, first: Repair, number: str = "4127") -> Repair:
    return find(cast, "technician", number, redo_of_id=first.pk)


def test_redo_is_free_takes_no_tier_and_the_next_pays_the_next(cast: Cast) -> None:
    technician = cast.technician_record
    first = factories.completed_repair(
        customer=cast.fleet, technician=technician, unit_number="4127"
    )
    redo = came_back(cast, first)
    for actor, status in [
        (cast.primary, S.APPROVED),
        (cast.technician, S.IN_PROGRESS),
        (cast.technician, S.COMPLETED),
    ]:
        redo = move_repair(actor=actor, repair_id=redo.pk, target=status)
    following = factories.completed_repair(
        customer=cast.fleet, technician=technician, unit_number="4127"
    )
    assert [line["rule"] for line in redo.price_lines] == ["redo"]
    assert (redo.cost, following.cost) == (0, Decimal("40.00"))
    assert invariant_violations() == []


def test_redo_is_of_a_completed_repair_of_the_unit_within_a_year(cast: Cast) -> None:
    first = factories.completed_repair(
        customer=cast.fleet, technician=cast.technician_record, unit_number="4127"
    )
    with refused(Invalid, "redo_not_possible"):
        came_back(cast, first, number="4128")
    Repair.objects.filter(pk=first.pk).update(completed_at=now() - dt.timedelta(days=367))
    with refused(Invalid, "redo_not_possible"):
        came_back(cast, first)
    Repair.objects.filter(pk=first.pk).update(completed_at=now() - dt.timedelta(days=365))
    assert came_back(cast, first).redo_of == first


def test_redo_follows_a_unit_into_the_one_it_was_merged_into(cast: Cast) -> None:
    first = factories.completed_repair(customer=cast.fleet, unit_number="4127")
    into = factories.make_unit(cast.fleet, "9000")
    merge_units(actor=cast.admin, unit_id=first.unit_id, into_id=into.pk)
    assert came_back(cast, first, number="4127").unit == into


def test_what_comes_back_is_done_again_once_at_a_time_and_never_out_of_a_redo(cast: Cast) -> None:
    first = factories.completed_repair(customer=cast.fleet, unit_number="4127")
    redo = came_back(cast, first)
    with refused(Invalid, "redo_not_possible"):
        came_back(cast, first)
    for actor, status in [
        (cast.primary, S.APPROVED),
        (cast.technician, S.IN_PROGRESS),
        (cast.technician, S.COMPLETED),
    ]:
        move_repair(actor=actor, repair_id=redo.pk, target=status)
    with refused(Invalid, "redo_not_possible"):
        came_back(cast, redo)
    assert came_back(cast, first).redo_of == first


@pytest.mark.parametrize("status", [S.REQUESTED, S.DENIED])
def test_redo_of_what_was_not_done_is_refused(cast: Cast, status: QueueStatus) -> None:
    first = factories.repair_in(
        status, technician=cast.technician_record, customer=cast.fleet, unit_number="4127"
    )
    with refused(Invalid, "redo_not_possible"):
        came_back(cast, first)


def test_redo_of_a_voided_or_foreign_repair_is_refused(cast: Cast) -> None:
    foreign = factories.completed_repair(customer=cast.other_fleet, unit_number="4127")
    own = factories.completed_repair(customer=cast.fleet, unit_number="4127")
    void_repair(actor=cast.admin, repair_id=own.pk, reason="Wrong truck")
    for first in (foreign, own):
        with refused(Invalid, "redo_not_possible"):
            came_back(cast, first)
