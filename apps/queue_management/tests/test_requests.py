"""New repairs: asked for by the customer, or found in the field."""

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
    request_repair,
)
from apps.repairs.enums import DamageType, QueueStatus
from apps.repairs.models import Repair, Unit
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


def test_request_by_the_system_actor_is_possible(cast: Cast) -> None:
    repair = request_repair(
        actor=User.objects.system(),
        customer_id=cast.fleet.pk,
        details=details("1", requested_by_name="Dan Driver"),
    )
    assert repair.requested_by_name == "Dan Driver"
