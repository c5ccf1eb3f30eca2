"""New repairs: asked for by the customer, or found in the field."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from apps.audit.models import AuditEntry
from apps.notifications.models import Notification
from apps.queue_management.models import Assignment
from apps.queue_management.use_cases import (
    RequestDetails,
    create_field_repair,
    merge_units,
    move_repair,
    request_repair,
    void_repair,
)
from apps.repairs.enums import ApprovalMethod, DamageType, QueueStatus
from apps.repairs.models import Repair, Unit
from core.clock import now
from core.enums import ApprovalPolicy
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.invariants import invariant_violations
from core.models import Customer, User
from tests import factories
from tests.books import refused
from tests.cast import Cast
from tests.factories import details

pytestmark = pytest.mark.django_db
S = QueueStatus


def ask(cast: Cast, part: str = "primary", number: str = "4127", **fields: Any) -> Repair:
    return request_repair(
        actor=cast.member(part),
        customer_id=cast.fleet.pk,
        details=details(number, **fields),
    )


@pytest.mark.parametrize("part", ["primary", "approver", "requester", "sales_agent", "admin"])
def test_request_is_stored_assigned_counted_and_told(cast: Cast, part: str) -> None:
    repair = ask(cast, part, description="Chip low left", damage_type=DamageType.CHIP)
    assert (repair.queue_status, repair.technician) == (S.REQUESTED, cast.technician_record)
    assert (repair.created_by, repair.description) == (cast.member(part), "Chip low left")
    assert repair.requested_at is not None
    assert (repair.cost, repair.priced_at, repair.version) == (0, None, 1)
    given = Assignment.objects.get()
    assert (given.technician, given.rule, given.load) == (cast.technician_record, "least_load", 0)
    assert list(Notification.objects.filter(recipient=cast.technician).values_list("kind")) == [
        ("repair_assigned",)
    ]
    assert invariant_violations() == []


def test_request_is_audited_with_its_unit(cast: Cast) -> None:
    repair = ask(cast)
    entries = AuditEntry.objects.order_by("position").values_list("verb", "target_id", "is_public")
    assert list(entries) == [
        ("unit.created", repair.unit_id, False),
        ("repair.requested", repair.pk, True),
    ]


@pytest.mark.parametrize(
    ("part", "error"),
    [
        ("mate", Forbidden),
        ("stranger", NotFound),
        ("nobody", NotFound),
        ("technician", NotFound),
        ("other_sales_agent", NotFound),
    ],
)
def test_who_may_not_request(cast: Cast, part: str, error: type[NotFound]) -> None:
    with refused(error):
        ask(cast, part)


def test_request_for_a_missing_customer_is_not_found(cast: Cast) -> None:
    with refused(NotFound):
        request_repair(actor=cast.primary, customer_id=0, details=details())


@pytest.mark.parametrize("number", ["", "   ", "x" * 51, "a\0b", "a\nb", "\u200b", "\ufdfa" * 50])
def test_unit_number_that_is_none_is_refused(cast: Cast, number: str) -> None:
    with refused(Invalid, "unit_number_not_valid") as caught:
        request_repair(
            actor=cast.primary,
            customer_id=cast.fleet.pk,
            details=RequestDetails(unit_number=number),
        )
    assert caught.value.errors.keys() == {"unit_number"}


@pytest.mark.parametrize("number", ["A/B", "x" * 50, "<b>", "#", "Größe 7"])
def test_unusual_unit_number_is_kept_as_written(cast: Cast, number: str) -> None:
    assert ask(cast, number=f" {number} ").unit_number == number


def test_one_unit_however_it_is_written(cast: Cast) -> None:
    first = ask(cast, number="4127")
    second = request_repair(
        actor=cast.primary,
        customer_id=cast.fleet.pk,
        details=details("Unit #4127"),
        confirm_duplicate=True,
    )
    assert (first.unit, second.unit_number) == (second.unit, "4127")
    assert Unit.objects.count() == 1


def test_number_of_a_merged_unit_leads_to_the_living_one(cast: Cast) -> None:
    units = [factories.make_unit(cast.fleet, number) for number in ("1", "2", "3")]
    merge_units(actor=cast.admin, unit_id=units[0].pk, into_id=units[1].pk)
    merge_units(actor=cast.admin, unit_id=units[1].pk, into_id=units[2].pk)
    assert ask(cast, number="1").unit == units[2]
    assert invariant_violations() == []


@pytest.mark.parametrize("status", [S.REQUESTED, S.PENDING, S.APPROVED, S.IN_PROGRESS])
def test_second_repair_of_a_unit_needs_confirmation(cast: Cast, status: QueueStatus) -> None:
    first = factories.repair_in(
        status, technician=cast.technician_record, customer=cast.fleet, unit_number="4127"
    )
    with refused(Conflict, "possible_duplicate") as caught:
        ask(cast, number="#4127")
    assert caught.value.extra == {
        "duplicate_of": first.pk,
        "queue_status": status,
        "can_take": False,
    }
    confirmed = request_repair(
        actor=cast.primary,
        customer_id=cast.fleet.pk,
        details=details("4127"),
        confirm_duplicate=True,
    )
    assert confirmed.duplicate_allowed


@pytest.mark.parametrize("status", [S.COMPLETED, S.DENIED])
def test_ended_repair_is_no_duplicate(cast: Cast, status: QueueStatus) -> None:
    factories.repair_in(
        status, technician=cast.technician_record, customer=cast.fleet, unit_number="4127"
    )
    assert not ask(cast).duplicate_allowed


def test_duplicate_found_in_the_field_is_offered_to_take(cast: Cast) -> None:
    first = ask(cast)
    with refused(Conflict, "possible_duplicate") as caught:
        create_field_repair(
            actor=cast.other_technician, customer_id=cast.fleet.pk, details=details("4127")
        )
    assert (caught.value.extra["duplicate_of"], caught.value.extra["can_take"]) == (first.pk, True)


@pytest.mark.parametrize(
    "values",
    [
        {"do_not_service": True, "do_not_service_reason": "Never pays"},
        {"is_active": False},
    ],
)
def test_customer_that_is_not_serviced_gets_nothing_new(
    cast: Cast, values: dict[str, object]
) -> None:
    Customer.objects.filter(pk=cast.fleet.pk).update(**values)
    with refused(Conflict, "do_not_service") as caught:
        ask(cast)
    assert "Never pays" not in caught.value.detail
    with refused(Conflict, "do_not_service"):
        create_field_repair(actor=cast.technician, customer_id=cast.fleet.pk, details=details("1"))


def test_site_of_another_customer_is_refused(cast: Cast) -> None:
    site = factories.make_site(cast.other_fleet)
    with refused(Invalid, "site_unknown"):
        ask(cast, site_id=site.pk)


def test_reference_is_unique_in_the_company(cast: Cast) -> None:
    first = ask(cast, number="1", external_ref="WO-1")
    with refused(Conflict, "external_ref_taken") as caught:
        ask(cast, number="2", external_ref="WO-1")
    assert caught.value.extra == {"repair": first.pk}
    other = factories.request(customer=cast.other_fleet, external_ref="WO-1")
    assert other.external_ref == "WO-1"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"damage_type": "Meteor"}, "damage_type"),
        ({"damage_x": Decimal("100.01")}, "damage_x"),
        ({"po_number": "x" * 51}, "po_number"),
        ({"description": "x" * 2001}, "description"),
    ],
)
def test_bad_field_is_named(cast: Cast, values: dict[str, Any], field: str) -> None:
    with refused(Invalid) as caught:
        ask(cast, **values)
    assert caught.value.errors.keys() == {field}


def test_customer_sets_no_price(cast: Cast) -> None:
    with refused(Forbidden, "override_limit"):
        ask(cast, cost_override=Decimal(1), override_reason="Cheap")


def test_price_by_hand_needs_a_reason(cast: Cast) -> None:
    with refused(Invalid, "reason_required"):
        ask(cast, "admin", cost_override=Decimal(45))


def test_nobody_able_waits_in_the_office(cast: Cast) -> None:
    for technician in (cast.technician_record, cast.other_technician_record):
        technician.is_active = False
        technician.save()
    repair = ask(cast)
    assert repair.technician is None
    told = Notification.objects.filter(kind="needs_assignment").values_list("recipient", flat=True)
    assert set(told) == {cast.admin.pk, cast.owner.pk}


def test_mode_suggest_gives_nothing_out(cast: Cast) -> None:
    factories.set_shop(assignment_mode="suggest")
    assert ask(cast).technician is None


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


def test_request_by_the_system_actor_is_possible(cast: Cast) -> None:
    repair = request_repair(
        actor=User.objects.system(),
        customer_id=cast.fleet.pk,
        details=details("1", requested_by_name="Dan Driver"),
    )
    assert repair.requested_by_name == "Dan Driver"
