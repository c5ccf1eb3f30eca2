import pytest

from apps.audit.models import AuditEntry
from apps.people.lifecycle import change_role, deactivate, reactivate
from apps.people.tests.conftest import MakeMember, MakeUser
from core.enums import Role
from core.errors import Conflict, Forbidden, Invalid, NotFound, PreconditionFailed
from core.models import Customer, User


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


def test_an_admin_becomes_a_sales_agent_and_loses_staff_rights(
    admin: User, dispatcher: User
) -> None:
    change_role(actor=admin, user_id=dispatcher.pk, role=Role.SALES_AGENT)
    user = fresh(dispatcher)
    assert (user.role, user.is_staff, user.version) == (Role.SALES_AGENT, False, 2)
    entry = AuditEntry.objects.get()
    assert (entry.actor_id, entry.verb) == (admin.pk, "user.role_changed")
    assert {change["field"] for change in entry.changes} == {"role", "is_staff"}


def test_an_admin_is_given_flags(admin: User, dispatcher: User) -> None:
    change_role(actor=admin, user_id=dispatcher.pk, role=Role.ADMIN, manages_prices=True)
    assert (fresh(dispatcher).manages_prices, fresh(dispatcher).manages_people) == (True, False)


def test_the_same_role_again_writes_nothing(admin: User, dispatcher: User) -> None:
    change_role(actor=admin, user_id=dispatcher.pk, role=Role.ADMIN)
    assert (fresh(dispatcher).version, AuditEntry.objects.count()) == (1, 0)


def test_nobody_changes_themselves(admin: User) -> None:
    with pytest.raises(Forbidden):
        change_role(actor=admin, user_id=admin.pk, role=Role.ADMIN)
    with pytest.raises(Forbidden):
        deactivate(actor=admin, user_id=admin.pk)


def test_only_who_manages_people_changes_roles(dispatcher: User, sales: User, owner: User) -> None:
    with pytest.raises(Forbidden):
        change_role(actor=dispatcher, user_id=sales.pk, role=Role.ADMIN)
    with pytest.raises(NotFound):
        change_role(actor=owner, user_id=sales.pk, role=Role.CUSTOMER)


def test_a_customers_person_keeps_the_role(admin: User, mate: User) -> None:
    with pytest.raises(Conflict) as refusal:
        change_role(actor=admin, user_id=mate.pk, role=Role.ADMIN)
    assert refusal.value.code == "belongs_to_customer"


@pytest.mark.parametrize(
    ("role", "flags"), [("robot", {}), ("technician", {"manages_people": True})]
)
def test_impossible_roles_are_refused(
    admin: User, sales: User, role: str, flags: dict[str, bool]
) -> None:
    with pytest.raises(Invalid):
        change_role(actor=admin, user_id=sales.pk, role=role, **flags)


def test_an_old_version_is_refused(admin: User, sales: User) -> None:
    with pytest.raises(PreconditionFailed):
        change_role(actor=admin, user_id=sales.pk, role=Role.ADMIN, version=9)


def test_the_last_who_manages_people_stays(admin: User, make_user: MakeUser) -> None:
    system = User.objects.system()
    for role in (Role.ADMIN, Role.SALES_AGENT):
        with pytest.raises(Conflict) as refusal:
            change_role(actor=system, user_id=admin.pk, role=role)
        assert refusal.value.code == "last_admin"
    with pytest.raises(Conflict):
        deactivate(actor=system, user_id=admin.pk)
    make_user("second", role=Role.ADMIN, manages_people=True)
    deactivate(actor=system, user_id=admin.pk)
    assert not fresh(admin).is_active


def test_deactivation_ends_sessions_and_keeps_the_person(admin: User, sales: User) -> None:
    deactivate(actor=admin, user_id=sales.pk, reason="Left the shop")
    user = fresh(sales)
    assert (user.is_active, user.session_version) == (False, 1)
    assert user.deactivated_at is not None
    assert AuditEntry.objects.get().note == "Left the shop"
    deactivate(actor=admin, user_id=sales.pk)
    assert AuditEntry.objects.count() == 1


def test_a_person_comes_back(admin: User, sales: User) -> None:
    deactivate(actor=admin, user_id=sales.pk)
    reactivate(actor=admin, user_id=sales.pk)
    assert (fresh(sales).is_active, fresh(sales).deactivated_at) == (True, None)


def test_a_team_manager_deactivates_a_colleague_but_no_primary_contact(
    make_member: MakeMember, fleet: Customer, mate: User, owner: User
) -> None:
    manager = make_member("manager", fleet, can_manage_team=True).user
    deactivate(actor=manager, user_id=mate.pk)
    assert not fresh(mate).is_active
    with pytest.raises(Forbidden):
        deactivate(actor=manager, user_id=owner.pk)
    with pytest.raises(Forbidden):
        reactivate(actor=manager, user_id=mate.pk)
    assert not fresh(mate).is_active


def test_strangers_and_staff_deactivate_nobody(
    stranger: User, dispatcher: User, technician: User, mate: User
) -> None:
    with pytest.raises(NotFound):
        deactivate(actor=stranger, user_id=mate.pk)
    for actor in (dispatcher, technician):
        with pytest.raises(Forbidden):
            deactivate(actor=actor, user_id=mate.pk)
        with pytest.raises(Forbidden):
            reactivate(actor=actor, user_id=mate.pk)


def test_a_manager_among_several_keeps_the_flags(admin: User, make_user: MakeUser) -> None:
    second = make_user("second", role=Role.ADMIN, manages_people=True)
    change_role(actor=admin, user_id=second.pk, role=Role.ADMIN, manages_people=True)
    assert fresh(second).version == 1
