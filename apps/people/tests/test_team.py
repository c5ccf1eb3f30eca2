import pytest

from apps.audit.models import AuditEntry
from apps.people.services.accounts import NewPerson
from apps.people.services.staff import create_first_admin, create_user
from apps.people.services.team import make_primary_contact, set_rights
from apps.people.tests.conftest import MakeMember
from core.enums import Role
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.invariants import invariant_violations
from core.models import Customer, CustomerUser, User

NINA = NewPerson(first_name="Nina", email="nina@example.com", password="a-long-pass-word-7")


def test_the_primary_contact_gives_rights(owner: User, mate: User) -> None:
    set_rights(actor=owner, member_id=mate.customer_user.pk, rights={"can_approve": True})
    member = CustomerUser.objects.get(user=mate)
    assert (member.can_request, member.can_approve, member.can_redeem) == (True, True, False)


def test_nobody_gives_what_they_lack_or_to_themselves(
    make_member: MakeMember, fleet: Customer, mate: User, owner: User
) -> None:
    manager = make_member("manager", fleet, can_manage_team=True)
    for member, rights in [
        (mate.customer_user, {"can_approve": True}),
        (manager, {"can_approve": True}),
        (manager, {"can_request": False}),
    ]:
        with pytest.raises(Forbidden):
            set_rights(actor=manager.user, member_id=member.pk, rights=rights)
    with pytest.raises(Conflict):
        set_rights(
            actor=manager.user, member_id=owner.customer_user.pk, rights={"can_request": False}
        )
    set_rights(
        actor=manager.user, member_id=mate.customer_user.pk, rights={"can_manage_team": True}
    )


def test_strangers_mates_and_dispatchers_give_nothing(
    stranger: User, mate: User, dispatcher: User, make_member: MakeMember, fleet: Customer
) -> None:
    other = make_member("other", fleet)
    with pytest.raises(NotFound):
        set_rights(actor=stranger, member_id=other.pk, rights={"can_approve": True})
    for actor in (mate, dispatcher):
        with pytest.raises(Forbidden):
            set_rights(actor=actor, member_id=other.pk, rights={"can_approve": True})


def test_unknown_rights_are_refused(owner: User, mate: User) -> None:
    with pytest.raises(Invalid):
        set_rights(
            actor=owner, member_id=mate.customer_user.pk, rights={"is_primary_contact": True}
        )


def test_the_first_place_is_handed_over(owner: User, mate: User, fleet: Customer) -> None:
    make_primary_contact(actor=owner, member_id=mate.customer_user.pk)
    former = CustomerUser.objects.get(user=owner)
    assert CustomerUser.objects.get(is_primary_contact=True).user == mate
    assert (former.can_approve, former.can_manage_team) == (True, True)
    assert invariant_violations() == []


def test_handing_over_to_who_has_it_changes_nothing(owner: User) -> None:
    make_primary_contact(actor=owner, member_id=owner.customer_user.pk)
    assert AuditEntry.objects.count() == 0


def test_only_the_primary_contact_and_the_office_hand_it_over(
    admin: User, owner: User, mate: User, stranger: User, dispatcher: User
) -> None:
    member = mate.customer_user.pk
    for actor, refusal in [(mate, Forbidden), (dispatcher, Forbidden), (stranger, NotFound)]:
        with pytest.raises(refusal):
            make_primary_contact(actor=actor, member_id=member)
    User.objects.filter(pk=mate.pk).update(is_active=False)
    with pytest.raises(Conflict):
        make_primary_contact(actor=admin, member_id=member)


def test_the_office_makes_an_account(admin: User, fleet: Customer) -> None:
    user = create_user(
        actor=admin,
        person=NINA,
        role=Role.CUSTOMER,
        username="Nina.R",
        customer_id=fleet.pk,
        is_primary_contact=True,
    )
    assert (user.username, user.customer_user.customer) == ("Nina.R", fleet)


@pytest.mark.parametrize("name", ["ADMIN", "a@b.org", "two words", "x" * 151, "nul\0"])
def test_an_impossible_user_name_is_refused(admin: User, name: str) -> None:
    with pytest.raises(Invalid) as refusal:
        create_user(actor=admin, person=NINA, role=Role.SALES_AGENT, username=name)
    assert list(refusal.value.errors) == ["username"]


def test_an_address_has_one_account(admin: User, sales: User) -> None:
    person = NewPerson(first_name="N", email="SALES@example.com", password="a-long-pass-word-7")
    with pytest.raises(Invalid) as refusal:
        create_user(actor=admin, person=person, role=Role.SALES_AGENT)
    assert list(refusal.value.errors) == ["email"]


def test_only_who_manages_people_makes_accounts(dispatcher: User) -> None:
    with pytest.raises(Forbidden):
        create_user(actor=dispatcher, person=NINA, role=Role.SALES_AGENT)


@pytest.mark.django_db
def test_the_first_admin_is_made_once() -> None:
    first = create_first_admin(username="boss", email="boss@example.com", password=NINA.password)
    assert first is not None
    assert (first.is_staff, first.is_superuser, first.manages_people, first.manages_prices) == (
        True,
        True,
        True,
        True,
    )
    again = create_first_admin(username="boss", email="boss@example.com", password=NINA.password)
    assert again is None


def test_the_first_admin_takes_nobodys_name(sales: User) -> None:
    with pytest.raises(Conflict) as refusal:
        create_first_admin(username="Sales", email="b@example.com", password=NINA.password)
    assert refusal.value.code == "taken"


def test_the_office_makes_a_sales_agents_account(admin: User) -> None:
    user = create_user(actor=admin, person=NINA, role=Role.SALES_AGENT)
    assert (user.username, user.role) == ("nina", Role.SALES_AGENT)


def test_an_account_with_a_second_first_place_or_of_staff_in_a_fleet_is_refused(
    admin: User, owner: User, fleet: Customer
) -> None:
    with pytest.raises(Conflict) as caught:
        create_user(
            actor=admin,
            person=NINA,
            role=Role.CUSTOMER,
            customer_id=fleet.pk,
            is_primary_contact=True,
        )
    assert caught.value.code == "has_primary_contact"
    with pytest.raises(Invalid):
        create_user(actor=admin, person=NINA, role=Role.TECHNICIAN, customer_id=fleet.pk)
    assert not User.objects.filter(email="nina@example.com").exists()
