from typing import Any

import pytest
from django.core import mail

from apps.audit.models import AuditEntry
from apps.people.services.accounts import Newcomer, checked_username
from apps.people.services.passwords import reset_password
from apps.people.services.registration import register_and_ask_to_join, register_customer
from apps.people.tests.conftest import MakeUser
from core.enums import CustomerKind, Role
from core.errors import Invalid
from core.invariants import invariant_violations
from core.models import Customer, CustomerPreference, CustomerUser, JoinRequest, OutboxMessage, User
from core.outbox import drain

PASSWORD = "a-long-pass-word-7"


def person(**fields: Any) -> Newcomer:
    values = {
        "first_name": "Ana",
        "last_name": "Ortiz",
        "email": "Ana@Example.com",
        "phone": "206 555 0123",
    }
    return Newcomer(**{**values, **fields})


@pytest.mark.django_db
def test_a_company_registers_with_its_primary_contact() -> None:
    user = register_customer(
        person=person(), kind=CustomerKind.COMPANY, company_name=" McDonald's Trucking <b> "
    )
    member = CustomerUser.objects.get()
    assert (member.user, member.is_primary_contact) == (user, True)
    customer = member.customer
    assert (customer.name, customer.is_confirmed, customer.phone) == (
        "McDonald's Trucking <b>",
        False,
        "+12065550123",
    )
    assert (member.user.role, member.user.username) == (Role.CUSTOMER, "ana")
    assert CustomerPreference.objects.get().customer == customer
    assert invariant_violations() == []


@pytest.mark.django_db
def test_a_person_registers_under_their_own_name() -> None:
    register_customer(person=person(), kind=CustomerKind.PERSON, company_name="ignored")
    customer = Customer.objects.get()
    assert (customer.kind, customer.name) == (CustomerKind.PERSON, "Ana Ortiz")


def test_the_name_of_a_known_company_makes_another_unconfirmed_one(fleet: Customer) -> None:
    register_customer(person=person(), kind=CustomerKind.COMPANY, company_name=fleet.name.upper())
    assert list(Customer.objects.order_by("id").values_list("is_confirmed", flat=True)) == [
        True,
        False,
    ]
    assert CustomerUser.objects.filter(customer=fleet).count() == 0


def test_a_known_address_gets_a_mail_and_no_second_account(make_user: MakeUser) -> None:
    make_user("ana")
    answer = register_customer(
        person=person(email="ANA@example.com"), kind=CustomerKind.COMPANY, company_name="New"
    )
    assert (answer, User.objects.count(), Customer.objects.count()) == (None, 1, 0)
    drain()
    [sent] = mail.outbox
    assert (sent.to, sent.subject) == (["ana@example.com"], "You already have an account")


def test_a_deactivated_person_is_not_written_to(make_user: MakeUser) -> None:
    make_user("ana", is_active=False)
    register_customer(
        person=person(email="ana@example.com"), kind=CustomerKind.PERSON, company_name=""
    )
    drain()
    assert mail.outbox == []


@pytest.mark.django_db
def test_a_new_person_comes_in_by_the_address_mailed_to_them() -> None:
    user = register_customer(person=person(), kind=CustomerKind.PERSON)
    assert user is not None
    assert not user.has_usable_password()
    drain()
    [sent] = mail.outbox
    assert (sent.to, sent.subject) == (["Ana@Example.com"], "Choose your password")
    choose(sent)
    user.refresh_from_db()
    assert user.check_password(PASSWORD)
    drain()
    # Nothing was changed that a second mail could tell of.
    assert len(mail.outbox) == 1


def choose(sent: mail.EmailMessage) -> None:
    uid, token = sent.body.split("/password/reset/")[1].split("/")[:2]
    reset_password(encoded_id=uid, token=token, new_password=PASSWORD)


@pytest.mark.django_db
def test_who_registers_again_before_choosing_is_written_to_again() -> None:
    first = register_customer(person=person(), kind=CustomerKind.PERSON)
    OutboxMessage.objects.all().delete()
    again = register_customer(person=person(first_name="Bea"), kind=CustomerKind.PERSON)
    assert (again, User.objects.get()) == (None, first)
    drain()
    [sent] = mail.outbox
    choose(sent)
    assert User.objects.get().first_name == "Ana"


def test_a_taken_user_name_gets_a_random_end(make_user: MakeUser) -> None:
    User.objects.filter(pk=make_user("ana").pk).update(email="x@y.org", email_key="x@y.org")
    user = register_customer(person=person(), kind=CustomerKind.PERSON)
    assert user is not None
    assert user.username.startswith("ana-")


@pytest.mark.parametrize(
    ("fields", "kind", "company", "at_fault"),
    [
        ({"email": "no address"}, "person", "", "email"),
        ({"email": ""}, "person", "", "email"),
        ({"first_name": " "}, "person", "", "first_name"),
        ({"first_name": "A\0na"}, "person", "", "first_name"),
        ({"phone": "12"}, "person", "", "phone"),
        ({}, "company", "  ", "company_name"),
        ({}, "company", "x" * 201, "name"),
        ({}, "company", "Nul\0", "name"),
        ({}, "robot", "Name", "kind"),
    ],
)
@pytest.mark.django_db
def test_what_cannot_be_is_refused_by_field(
    fields: dict[str, str], kind: str, company: str, at_fault: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        register_customer(person=person(**fields), kind=kind, company_name=company)
    assert list(refusal.value.errors) == [at_fault]
    assert (User.objects.count(), Customer.objects.count(), AuditEntry.objects.count()) == (0, 0, 0)


def test_registering_to_join_makes_no_customer(fleet: Customer) -> None:
    user = register_and_ask_to_join(person=person(), company_name="harbor freightlines")
    request = JoinRequest.objects.get()
    assert (request.user, request.customer) == (user, fleet)
    assert (Customer.objects.count(), CustomerUser.objects.count()) == (1, 0)


def test_registering_to_join_with_a_known_address_asks_nothing(make_user: MakeUser) -> None:
    make_user("ana")
    answer = register_and_ask_to_join(
        person=person(email="ana@example.com"), company_name="Harbor Freight Lines"
    )
    assert (answer, JoinRequest.objects.count()) == (None, 0)


@pytest.mark.django_db
def test_registering_to_join_wants_a_name() -> None:
    with pytest.raises(Invalid) as refusal:
        register_and_ask_to_join(person=person(), company_name=" ")
    assert list(refusal.value.errors) == ["company_name"]


@pytest.mark.django_db
def test_a_user_name_whose_key_has_no_room_is_refused() -> None:
    with pytest.raises(Invalid) as refusal:
        checked_username("\ufdfa" * 20)
    assert list(refusal.value.errors) == ["username"]
