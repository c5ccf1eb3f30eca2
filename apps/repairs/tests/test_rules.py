"""Who sees a repair, in which capacity they act, what they may do with it."""

import pytest

from apps.repairs import rules
from apps.repairs.enums import QueueStatus
from apps.repairs.models import Repair
from apps.repairs.queries import units_visible_to
from apps.repairs.workflow import Party
from core.models import User
from tests.cast import PARTS, Cast
from tests.factories import make_technician, make_user, repair_in, request

S, P = QueueStatus, Party
OFFICE = {"admin", "owner"}
FLEET = {"primary", "approver", "requester", "mate"}


def parts(cast: Cast, rule: object) -> set[str]:
    assert callable(rule)
    return {part for part in PARTS if rule(cast.member(part))}


@pytest.mark.parametrize("status", QueueStatus)
def test_visible_to(cast: Cast, status: QueueStatus) -> None:
    repair = repair_in(status, technician=cast.technician_record, customer=cast.fleet)
    seen = parts(cast, lambda user: Repair.objects.visible_to(user).filter(pk=repair.pk).exists())
    other = {"other_technician"} if status == S.REQUESTED else set()
    assert seen == OFFICE | FLEET | {"technician", "sales_agent"} | other


def test_nobody_inactive_sees_anything(cast: Cast) -> None:
    repair_in(S.REQUESTED, technician=cast.technician_record, customer=cast.fleet)
    for part in PARTS:
        user = cast.member(part)
        user.is_active = False
        assert not Repair.objects.visible_to(user).exists()
    assert Repair.objects.visible_to(User.objects.system()).count() == 1


def test_units_are_seen_with_their_repairs_or_their_customer(cast: Cast) -> None:
    repair = repair_in(S.APPROVED, technician=cast.technician_record, customer=cast.fleet)
    seen = parts(cast, lambda user: units_visible_to(user).filter(pk=repair.unit_id).exists())
    assert seen == OFFICE | FLEET | {"technician", "sales_agent"}


def test_parties_of_each(cast: Cast) -> None:
    repair = repair_in(S.PENDING, technician=cast.technician_record, customer=cast.fleet)
    found = {part: set(rules.parties_of(cast.member(part), repair)) for part in PARTS}
    assert found == {
        "primary": {P.APPROVER, P.CUSTOMER},
        "approver": {P.APPROVER, P.CUSTOMER},
        "requester": {P.CUSTOMER},
        "mate": set(),
        "stranger": set(),
        "nobody": set(),
        "technician": {P.TECHNICIAN, P.ASSIGNED, P.CREATOR},
        "other_technician": {P.TECHNICIAN},
        "sales_agent": set(),
        "other_sales_agent": set(),
        "admin": {P.ADMIN},
        "owner": {P.ADMIN},
    }


def test_admin_with_a_record_is_a_technician_too(cast: Cast) -> None:
    record = make_technician(user=cast.admin)
    repair = repair_in(S.PENDING, technician=record, customer=cast.fleet)
    parties = {P.ADMIN, P.TECHNICIAN, P.ASSIGNED, P.CREATOR}
    assert rules.parties_of(cast.admin, repair) == parties


def test_sleeping_record_makes_no_technician(cast: Cast) -> None:
    repair = repair_in(S.APPROVED, technician=cast.technician_record, customer=cast.fleet)
    cast.technician_record.is_active = False
    cast.technician_record.save()
    user = User.objects.get(pk=cast.technician.pk)
    assert rules.parties_of(user, repair) == set()


def test_sales_agent_who_created_it_may_withdraw_what_waits(cast: Cast) -> None:
    repair = request(actor=cast.sales_agent, customer=cast.fleet)
    assert rules.parties_of(cast.sales_agent, repair) == {P.CREATOR}
    assert rules.allowed_moves(cast.sales_agent, repair) == []


def test_pinned_request_is_taken_by_its_technician_and_the_office_only(cast: Cast) -> None:
    repair = repair_in(S.REQUESTED, technician=cast.technician_record, customer=cast.fleet)
    repair.is_pinned = True
    may_take = parts(cast, lambda user: S.APPROVED in rules.allowed_moves(user, repair))
    assert may_take == OFFICE | {"technician"}


def test_who_requests_for_whom(cast: Cast) -> None:
    may = parts(cast, lambda user: rules.may_request_for(user, cast.fleet))
    assert may == OFFICE | {"primary", "approver", "requester", "sales_agent"}


def test_who_reports_from_the_field(cast: Cast) -> None:
    may = parts(cast, rules.may_create_field_repair)
    assert may == OFFICE | {"technician", "other_technician"}


def test_who_edits_and_adds_photos(cast: Cast) -> None:
    repair = repair_in(S.APPROVED, technician=cast.technician_record, customer=cast.fleet)
    may_edit = parts(cast, lambda user: rules.may_edit(user, repair))
    may_add = parts(cast, lambda user: rules.may_add_photo(user, repair))
    assert may_edit == OFFICE | {"technician"}
    assert may_add == OFFICE | {"technician"} | FLEET


def test_who_sees_internal_things(cast: Cast) -> None:
    assert parts(cast, rules.sees_internal) == OFFICE | {"technician", "other_technician"}


def test_technician_role_without_a_record_has_no_work(db: None) -> None:
    user = make_user(role="technician")  # type: ignore[arg-type] # as a form sends it
    assert not rules.may_create_field_repair(user)
