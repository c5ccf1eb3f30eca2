"""What a change of people means for work."""

import pytest

from apps.audit.models import AuditEntry
from apps.people.services.accounts import NewPerson
from apps.people.services.invitations import invite
from apps.queue_management.models import TechnicianWorkload
from apps.queue_management.use_cases import (
    accept_invitation,
    accept_invitation_as_new,
    change_role,
    create_user,
    deactivate_person,
    reactivate_person,
)
from apps.repairs.enums import QueueStatus
from apps.repairs.models import Repair
from apps.technicians.models import Technician
from core.enums import Role
from core.errors import Conflict, Forbidden
from core.invariants import invariant_violations
from core.models import User
from tests.books import refused
from tests.cast import Cast
from tests.factories import repair_in

pytestmark = pytest.mark.django_db
S = QueueStatus
NEW = NewPerson(first_name="Nina", email="nina@example.com", password="a-long-pass-word-7")


def give(cast: Cast, user: User, role: Role) -> User:
    return change_role(actor=cast.owner, user_id=user.pk, role=role)


def work_of(cast: Cast) -> tuple[Repair, Repair, Repair]:
    """What waits, what is under way and what is done, all of the technician."""
    waiting, started, done = (
        repair_in(status, technician=cast.technician_record, customer=cast.fleet)
        for status in (S.APPROVED, S.IN_PROGRESS, S.COMPLETED)
    )
    return waiting, started, done


def check_work_went_to_the_other(cast: Cast, *repairs: Repair) -> None:
    waiting, started, done = (Repair.objects.get(pk=repair.pk) for repair in repairs)
    other = cast.other_technician_record
    assert (waiting.technician, waiting.queue_status) == (other, S.APPROVED)
    assert (started.technician, started.queue_status) == (other, S.APPROVED)
    assert (done.technician, done.queue_status) == (cast.technician_record, S.COMPLETED)
    counts = dict(TechnicianWorkload.objects.values_list("technician", "active_count"))
    assert (counts[cast.technician_record.pk], counts[other.pk]) == (0, 2)
    assert invariant_violations() == []


def test_who_becomes_a_technician_gets_the_record(cast: Cast) -> None:
    user = give(cast, cast.other_sales_agent, Role.TECHNICIAN)
    made = Technician.objects.get(user=user)
    assert made.is_active
    entry = AuditEntry.objects.get(verb="technician.created")
    assert (entry.target_id, entry.actor_id) == (made.pk, cast.owner.pk)


def test_who_ceases_to_be_a_technician_gives_open_work_back(cast: Cast) -> None:
    repairs = work_of(cast)
    give(cast, cast.technician, Role.SALES_AGENT)
    asleep = Technician.objects.get(pk=cast.technician_record.pk)
    assert (asleep.is_active, asleep.version) == (False, cast.technician_record.version + 1)
    check_work_went_to_the_other(cast, *repairs)


def test_who_becomes_one_again_has_the_same_record_awake(cast: Cast) -> None:
    give(cast, cast.technician, Role.SALES_AGENT)
    give(cast, cast.technician, Role.TECHNICIAN)
    awake = Technician.objects.get(user=cast.technician)
    assert (awake.pk, awake.is_active) == (cast.technician_record.pk, True)
    entry = AuditEntry.objects.filter(verb="technician.changed").latest("position")
    assert (entry.target_id, entry.changes[0]["field"]) == (awake.pk, "is_active")


def test_a_technician_in_the_office_keeps_record_and_work(cast: Cast) -> None:
    waiting, _, _ = work_of(cast)
    give(cast, cast.technician, Role.ADMIN)
    waiting.refresh_from_db()
    assert waiting.technician == cast.technician_record
    assert Technician.objects.get(user=cast.technician).is_active
    assert not AuditEntry.objects.filter(verb="technician.changed").exists()


def test_roles_without_repairs_get_no_record(cast: Cast) -> None:
    user = give(cast, cast.other_sales_agent, Role.ADMIN)
    assert not Technician.objects.filter(user=user).exists()


def test_only_who_manages_people_changes_roles(cast: Cast) -> None:
    with refused(Forbidden):
        change_role(actor=cast.admin, user_id=cast.technician.pk, role=Role.SALES_AGENT)


def test_deactivated_with_work_gives_it_to_others(cast: Cast) -> None:
    repairs = work_of(cast)
    user = deactivate_person(actor=cast.owner, user_id=cast.technician.pk, reason="Moved away")
    assert not user.is_active
    check_work_went_to_the_other(cast, *repairs)
    released = AuditEntry.objects.filter(verb="repair.released")
    assert {entry.note for entry in released} == {"Moved away"}


def test_deactivated_without_a_record_only_loses_access(cast: Cast) -> None:
    work_of(cast)
    assert not deactivate_person(actor=cast.owner, user_id=cast.sales_agent.pk).is_active
    assert not AuditEntry.objects.filter(verb="repair.released").exists()
    assert reactivate_person(actor=cast.owner, user_id=cast.sales_agent.pk).is_active


def test_an_invited_technician_comes_with_a_new_account(cast: Cast) -> None:
    _, token = invite(actor=cast.owner, email="nina@example.com", role=Role.TECHNICIAN)
    user = accept_invitation_as_new(token=token, person=NEW)
    assert (user.role, user.technician.is_active) == (Role.TECHNICIAN, True)
    assert AuditEntry.objects.get(verb="technician.created").actor_id == user.pk


def test_an_invited_technician_comes_with_the_account_they_have(cast: Cast) -> None:
    _, token = invite(actor=cast.owner, email=cast.nobody.email, role=Role.TECHNICIAN)
    user = accept_invitation(actor=cast.nobody, token=token)
    assert user.role == Role.TECHNICIAN
    assert Technician.objects.get(user=user).is_active
    assert invariant_violations() == []


def test_a_customers_person_does_not_come_as_technician(cast: Cast) -> None:
    _, token = invite(actor=cast.owner, email=cast.mate.email, role=Role.TECHNICIAN)
    with refused(Conflict, "already_member"):
        accept_invitation(actor=cast.mate, token=token)


def test_an_account_made_for_a_technician_has_the_record(cast: Cast) -> None:
    user = create_user(actor=cast.owner, person=NEW, role=Role.TECHNICIAN)
    assert Technician.objects.get(user=user).is_active
    agent = NewPerson(first_name="Ann", email="ann@example.com", password=NEW.password)
    user = create_user(actor=cast.owner, person=agent, role=Role.SALES_AGENT)
    assert not Technician.objects.filter(user=user).exists()
