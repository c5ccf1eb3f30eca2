import datetime as dt
import re

import pytest
from django.core import mail

from apps.people.queries import open_invitation
from apps.people.services.accounts import NewPerson
from apps.people.services.invitations import (
    accept_as_new,
    accept_signed_in,
    invite,
    revoke_invitation,
)
from apps.people.tests.conftest import MakeMember, MakeUser
from core.clock import now
from core.enums import Role
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.invariants import invariant_violations
from core.models import Customer, CustomerUser, Invitation, OutboxMessage, User
from core.outbox import drain

NEW = NewPerson(first_name="Nina", email="ignored@example.com", password="a-long-pass-word-7")


def test_an_invited_sales_agent_gets_an_account_of_the_invited_address(admin: User) -> None:
    _, token = invite(actor=admin, email="nina@example.com", role=Role.SALES_AGENT)
    user = accept_as_new(token=token, person=NEW)
    assert (user.role, user.email, user.check_password("a-long-pass-word-7")) == (
        Role.SALES_AGENT,
        "nina@example.com",
        True,
    )
    assert invariant_violations() == []


def test_the_mail_carries_the_token_and_nothing_else_keeps_it(admin: User) -> None:
    invitation, token = invite(actor=admin, email="nina@example.com", role=Role.ADMIN)
    drain()
    found = re.search(r"/invitation/([\w-]+)/", str(mail.outbox[0].body))
    assert found is not None
    assert found[1] == token
    assert token not in invitation.token_hash
    assert token not in str(OutboxMessage.objects.get().payload)


def test_an_invitation_works_once(admin: User) -> None:
    _, token = invite(actor=admin, email="nina@example.com", role=Role.SALES_AGENT)
    accept_as_new(token=token, person=NEW)
    with pytest.raises(NotFound):
        accept_as_new(token=token, person=NEW)
    assert User.objects.filter(role=Role.SALES_AGENT).count() == 1


def test_an_invitation_dies_after_seven_days(admin: User) -> None:
    invitation, token = invite(actor=admin, email="nina@example.com", role=Role.SALES_AGENT)
    assert invitation.expires_at > now() + dt.timedelta(days=6, hours=23)
    Invitation.objects.update(expires_at=now())
    with pytest.raises(NotFound):
        accept_as_new(token=token, person=NEW)


def test_a_revoked_one_does_not_open(admin: User) -> None:
    invitation, token = invite(actor=admin, email="nina@example.com", role=Role.SALES_AGENT)
    revoke_invitation(actor=admin, invitation_id=invitation.pk)
    first = Invitation.objects.get().revoked_at
    revoke_invitation(actor=admin, invitation_id=invitation.pk)
    assert Invitation.objects.get().revoked_at == first
    with pytest.raises(NotFound):
        open_invitation(token)


def test_a_used_one_cannot_be_revoked(admin: User) -> None:
    invitation, token = invite(actor=admin, email="nina@example.com", role=Role.SALES_AGENT)
    accept_as_new(token=token, person=NEW)
    with pytest.raises(Conflict, match="used"):
        revoke_invitation(actor=admin, invitation_id=invitation.pk)


def test_inviting_again_ends_the_older_one(admin: User, fleet: Customer) -> None:
    _, old = invite(actor=admin, email="nina@example.com", customer_id=fleet.pk)
    _, new = invite(actor=admin, email="Nina@Example.com", customer_id=fleet.pk)
    with pytest.raises(NotFound):
        open_invitation(old)
    assert open_invitation(new).customer == fleet


def test_a_colleague_joins_with_the_rights_given(owner: User, fleet: Customer) -> None:
    _, token = invite(
        actor=owner,
        email="nina@example.com",
        customer_id=fleet.pk,
        rights={"can_request": False, "can_approve": True},
    )
    member = accept_as_new(token=token, person=NEW).customer_user
    assert (member.customer, member.can_request, member.can_approve, member.can_manage_team) == (
        fleet,
        False,
        True,
        False,
    )


def test_nobody_gives_rights_that_they_do_not_have(
    make_member: MakeMember, fleet: Customer
) -> None:
    manager = make_member("manager", fleet, can_manage_team=True).user
    with pytest.raises(Forbidden):
        invite(
            actor=manager,
            email="nina@example.com",
            customer_id=fleet.pk,
            rights={"can_approve": True},
        )
    assert Invitation.objects.count() == 0


def test_only_team_managers_invite_and_only_to_their_company(
    mate: User, stranger: User, fleet: Customer
) -> None:
    with pytest.raises(Forbidden):
        invite(actor=mate, email="nina@example.com", customer_id=fleet.pk)
    with pytest.raises(NotFound):
        invite(actor=stranger, email="nina@example.com", customer_id=fleet.pk)


@pytest.mark.parametrize("role", [Role.ADMIN, Role.TECHNICIAN, Role.SALES_AGENT])
def test_only_who_manages_people_invites_staff(dispatcher: User, owner: User, role: Role) -> None:
    for actor in (dispatcher, owner):
        with pytest.raises(Forbidden):
            invite(actor=actor, email="nina@example.com", role=role)


def test_the_office_names_the_first_primary_contact(admin: User, fleet: Customer) -> None:
    _, token = invite(
        actor=admin, email="nina@example.com", customer_id=fleet.pk, is_primary_contact=True
    )
    assert accept_as_new(token=token, person=NEW).customer_user.is_primary_contact
    with pytest.raises(Conflict, match="primary contact"):
        invite(actor=admin, email="b@example.com", customer_id=fleet.pk, is_primary_contact=True)


def test_a_manager_names_no_primary_contact(owner: User, fleet: Customer) -> None:
    with pytest.raises(Forbidden):
        invite(actor=owner, email="b@example.com", customer_id=fleet.pk, is_primary_contact=True)


def test_an_address_with_an_account_joins_only_signed_in(
    admin: User, make_user: MakeUser, fleet: Customer
) -> None:
    lone = make_user("nina")
    _, token = invite(actor=admin, email="nina@example.com", customer_id=fleet.pk)
    with pytest.raises(Conflict) as refusal:
        accept_as_new(token=token, person=NEW)
    assert refusal.value.code == "sign_in_first"
    accept_signed_in(actor=lone, token=token)
    assert CustomerUser.objects.get().user == lone


def test_somebody_elses_invitation_does_not_open(
    admin: User, make_user: MakeUser, fleet: Customer
) -> None:
    _, token = invite(actor=admin, email="nina@example.com", customer_id=fleet.pk)
    with pytest.raises(NotFound):
        accept_signed_in(actor=make_user("thief"), token=token)
    assert CustomerUser.objects.count() == 0


def test_who_belongs_to_a_customer_joins_no_other(
    admin: User, stranger: User, fleet: Customer
) -> None:
    for role, customer in [(Role.CUSTOMER, fleet.pk), (Role.SALES_AGENT, None)]:
        _, token = invite(
            actor=admin, email="stranger@example.com", role=role, customer_id=customer
        )
        with pytest.raises(Conflict) as refusal:
            accept_signed_in(actor=stranger, token=token)
        assert refusal.value.code == "already_member"


def test_staff_cannot_become_something_else_by_invitation(admin: User, sales: User) -> None:
    _, token = invite(actor=admin, email="sales@example.com", role=Role.ADMIN)
    with pytest.raises(Conflict) as refusal:
        accept_signed_in(actor=sales, token=token)
    assert refusal.value.code == "has_role"


def test_a_lone_person_becomes_a_sales_agent(admin: User, make_user: MakeUser) -> None:
    lone = make_user("nina")
    _, token = invite(actor=admin, email="nina@example.com", role=Role.SALES_AGENT)
    assert accept_signed_in(actor=lone, token=token).role == Role.SALES_AGENT


def test_role_and_customer_must_fit(admin: User, fleet: Customer) -> None:
    for role, customer in [(Role.CUSTOMER, None), (Role.ADMIN, fleet.pk)]:
        with pytest.raises(Invalid):
            invite(actor=admin, email="n@example.com", role=role, customer_id=customer)


def test_the_address_must_be_one(admin: User) -> None:
    with pytest.raises(Invalid) as refusal:
        invite(actor=admin, email="nobody", role=Role.ADMIN)
    assert list(refusal.value.errors) == ["email"]
