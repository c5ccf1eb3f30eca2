"""A registration that is a company known already: the office merges the two."""

import datetime as dt
from typing import Any

import pytest

from apps.audit.models import AuditEntry
from apps.queue_management.use_cases import complete_repair, merge_customers, merge_units
from apps.repairs.enums import QueueStatus
from apps.repairs.models import Repair, Unit, UnitRepairCount
from core.errors import Conflict, Forbidden, NotFound
from core.invariants import invariant_violations
from core.models import Customer, CustomerUser, JoinRequest
from tests.books import refused
from tests.cast import Cast
from tests.factories import (
    completed_repair,
    make_customer,
    make_invitation,
    make_person,
    make_site,
    make_unit,
    make_user,
    repair_in,
    request,
    request_batch,
    started_repair,
)

pytestmark = pytest.mark.django_db
S = QueueStatus


def merge(cast: Cast, customer: Customer | None = None, into: Customer | None = None) -> Customer:
    return merge_customers(
        actor=cast.owner,
        customer_id=(customer or cast.other_fleet).pk,
        into_id=(into or cast.fleet).pk,
    )


def test_the_one_is_laid_aside_and_the_other_told_of(cast: Cast) -> None:
    into = merge(cast)
    gone = Customer.objects.get(pk=cast.other_fleet.pk)
    assert into == cast.fleet
    assert (gone.merged_into, gone.is_active, gone.version) == (cast.fleet, False, 2)
    told = AuditEntry.objects.filter(target_type="core.customer").order_by("position")
    assert list(told.values_list("verb", "target_id"))[-2:] == [
        ("customer.merged", gone.pk),
        ("customer.absorbed", cast.fleet.pk),
    ]
    assert told.latest("position").changes[0]["new"] == "Other Fleet"


def test_units_move_with_their_repairs(cast: Cast) -> None:
    repair = repair_in(S.PENDING, technician=cast.technician_record, customer=cast.other_fleet)
    merge(cast)
    moved = Repair.objects.get(pk=repair.pk)
    assert (moved.customer, moved.unit.customer) == (cast.fleet, cast.fleet)
    assert (moved.queue_status, moved.version) == (S.PENDING, repair.version + 1)
    assert AuditEntry.objects.filter(verb="repair.customer_merged", target_id=repair.pk).exists()
    assert invariant_violations() == []


def test_units_of_one_number_become_one_and_count_on(cast: Cast) -> None:
    for customer, number in ((cast.fleet, "T-1"), (cast.other_fleet, "t-1")):
        completed_repair(technician=cast.technician_record, customer=customer, unit_number=number)
    merge(cast)
    kept = Unit.objects.get(customer=cast.fleet)
    gone = Unit.objects.get(customer=cast.other_fleet)
    assert (gone.merged_into, gone.is_active) == (kept, False)
    assert set(Repair.objects.values_list("unit", "unit_number", "customer")) == {
        (kept.pk, "T-1", cast.fleet.pk)
    }
    assert UnitRepairCount.objects.get(unit=kept).count == 2
    assert invariant_violations() == []


def test_a_number_merged_before_leads_to_the_unit_it_lives_on_in(cast: Cast) -> None:
    living, former = make_unit(cast.fleet, "1"), make_unit(cast.fleet, "2")
    merge_units(actor=cast.admin, unit_id=former.pk, into_id=living.pk)
    repair = request(customer=cast.other_fleet, actor=cast.stranger, unit_number="2")
    merge(cast)
    repair.refresh_from_db()
    assert (repair.unit, repair.unit_number, repair.customer) == (living, "1", cast.fleet)
    assert invariant_violations() == []


def test_a_number_merged_before_leads_on_through_a_customer_merged_before(cast: Cast) -> None:
    living = make_unit(cast.fleet, "1")
    same, former = make_unit(cast.other_fleet, "1"), make_unit(cast.other_fleet, "2")
    merge_units(actor=cast.admin, unit_id=former.pk, into_id=same.pk)
    merge(cast)
    third = make_customer("Third Fleet")
    repair = request(customer=third, unit_number="2")
    merge(cast, third)
    repair.refresh_from_db()
    assert (repair.unit, repair.customer) == (living, cast.fleet)
    assert invariant_violations() == []


def test_a_unit_merged_before_stays_where_its_number_is_taken(cast: Cast) -> None:
    make_unit(cast.fleet, "2")
    living, former = make_unit(cast.other_fleet, "1"), make_unit(cast.other_fleet, "2")
    merge_units(actor=cast.admin, unit_id=former.pk, into_id=living.pk)
    merge(cast)
    former.refresh_from_db()
    living.refresh_from_db()
    assert (former.customer, former.merged_into) == (cast.other_fleet, living)
    assert (living.customer, living.merged_into) == (cast.fleet, None)


def test_batches_and_sites_move_without_a_second_default(cast: Cast) -> None:
    own = make_site(cast.fleet, is_default=True)
    site = make_site(cast.other_fleet, "North yard", is_default=True)
    batch = request_batch(customer=cast.other_fleet, actor=cast.stranger, unit_numbers=["8", "9"])
    merge(cast)
    for row in (own, site, batch):
        row.refresh_from_db()
    assert (site.customer, site.is_default, own.is_default) == (cast.fleet, False, True)
    assert batch.customer == cast.fleet
    assert {repair.customer for repair in batch.repairs.all()} == {cast.fleet}
    assert invariant_violations() == []


def test_people_keep_single_rights_under_the_one_primary_contact(cast: Cast) -> None:
    merge(cast)
    moved = CustomerUser.objects.get(user=cast.stranger)
    assert (moved.customer, moved.is_primary_contact, moved.can_request) == (
        cast.fleet,
        False,
        True,
    )
    primary = CustomerUser.objects.get(customer=cast.fleet, is_primary_contact=True)
    assert primary.user == cast.primary
    assert AuditEntry.objects.filter(verb="customeruser.moved", target_id=moved.pk).exists()
    assert invariant_violations() == []


def test_open_invitations_and_wishes_to_join_follow(cast: Cast) -> None:
    week = dt.timedelta(days=7)
    common: dict[str, Any] = {
        "invited_by": cast.owner,
        "expires_in": week,
        "customer": cast.other_fleet,
    }
    waiting = make_invitation(**common)
    used = make_invitation(**common, used_at=waiting.expires_at, used_by=cast.stranger)
    wish = JoinRequest.objects.create(
        user=cast.nobody, company_name="Other Fleet", customer=cast.other_fleet
    )
    merge(cast)
    for row in (waiting, used, wish):
        row.refresh_from_db()
    assert (waiting.customer, wish.customer) == (cast.fleet, cast.fleet)
    assert used.customer == cast.other_fleet


def test_work_in_progress_is_completed_for_the_customer_it_came_to(cast: Cast) -> None:
    repair = started_repair(technician=cast.technician_record, customer=cast.other_fleet)
    merge(cast)
    done = complete_repair(actor=cast.technician, repair_id=repair.pk)
    assert (done.customer, done.queue_status) == (cast.fleet, S.COMPLETED)
    assert invariant_violations() == []


def test_open_work_on_both_units_of_a_number_is_finished_first(cast: Cast) -> None:
    request(customer=cast.fleet, actor=cast.primary, unit_number="7")
    request(customer=cast.other_fleet, actor=cast.stranger, unit_number="7")
    with refused(Conflict, "both_open"):
        merge(cast)


def test_one_reference_on_both_sides_is_refused(cast: Cast) -> None:
    request(customer=cast.fleet, actor=cast.primary, external_ref="WO-1")
    request(customer=cast.fleet, actor=cast.primary)
    request(customer=cast.other_fleet, actor=cast.stranger)
    clash = request(customer=cast.other_fleet, actor=cast.stranger, external_ref="WO-1")
    with refused(Conflict, "external_ref_taken"):
        merge(cast)
    Repair.objects.filter(pk=clash.pk).update(external_ref="WO-2")
    assert merge(cast) == cast.fleet


def test_impossible_merges_are_refused(cast: Cast) -> None:
    person, third = make_person(), make_customer()
    with refused(Conflict, "same_customer"):
        merge(cast, cast.fleet)
    with refused(Conflict, "other_kind"):
        merge(cast, person)
    with refused(NotFound):
        merge_customers(actor=cast.owner, customer_id=cast.other_fleet.pk, into_id=0)
    merge(cast)
    with refused(Conflict, "already_merged"):
        merge(cast)
    with refused(Conflict, "already_merged"):
        merge(cast, third, cast.other_fleet)


@pytest.mark.parametrize("part", ["admin", "sales_agent", "technician", "primary", "nobody"])
def test_only_who_manages_people_merges(cast: Cast, part: str) -> None:
    with refused(Forbidden):
        merge_customers(
            actor=cast.member(part), customer_id=cast.other_fleet.pk, into_id=cast.fleet.pk
        )


def test_a_registration_not_confirmed_is_merged_with_its_name_in_use(cast: Cast) -> None:
    twin = make_customer("Demo Fleet", is_confirmed=False)
    person = make_user(name="Reg Istered")
    CustomerUser.objects.create(user=person, customer=twin, is_primary_contact=True)
    merge(cast, twin)
    assert CustomerUser.objects.get(user=person).customer == cast.fleet
    assert invariant_violations() == []
