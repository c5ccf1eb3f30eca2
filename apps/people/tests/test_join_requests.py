import pytest
from django.core import mail

from apps.people.queries import waiting
from apps.people.rules import join_requests_visible_to
from apps.people.services.join_requests import ask_to_join, decide_join_request
from apps.people.tests.conftest import MakeMember, MakeUser
from core.enums import Decision, Role
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.invariants import invariant_violations
from core.models import Customer, CustomerUser, JoinRequest, User
from core.outbox import drain
from tests.books import refused


@pytest.fixture
def asker(make_user: MakeUser) -> User:
    return make_user("asker")


def test_the_primary_contact_lets_a_colleague_in(asker: User, owner: User, fleet: Customer) -> None:
    request = ask_to_join(actor=asker, company_name=" harbor  FREIGHT lines")
    drain(), drain()
    assert [(sent.to, sent.subject) for sent in mail.outbox] == [
        (["owner@example.com"], "Asker asks to join harbor FREIGHT lines")
    ]
    decide_join_request(actor=owner, request_id=request.pk, accept=True)
    member = CustomerUser.objects.get(user=asker)
    assert (member.customer, member.can_request, member.can_approve, member.can_redeem) == (
        fleet,
        True,
        False,
        False,
    )
    assert invariant_violations() == []


def test_the_asker_is_told_nothing_but_their_own_words(asker: User, fleet: Customer) -> None:
    first = ask_to_join(actor=asker, company_name="Harbor Freight Lines")
    assert str(first) == "Asker asks to join Harbor Freight Lines"
    with pytest.raises(Conflict) as refusal:
        ask_to_join(actor=asker, company_name="No Such Company")
    assert refusal.value.code == "already_asked"


def test_an_unknown_name_goes_to_the_office(asker: User, admin: User, owner: User) -> None:
    request = ask_to_join(actor=asker, company_name="Nobody Inc")
    assert request.customer is None
    assert list(waiting(join_requests_visible_to(admin))) == [request]
    assert list(waiting(join_requests_visible_to(owner))) == []


def test_the_office_says_where_to(asker: User, admin: User, fleet: Customer) -> None:
    request = ask_to_join(actor=asker, company_name="Harbour Freight")
    with pytest.raises(Invalid):
        decide_join_request(actor=admin, request_id=request.pk, accept=True)
    decide_join_request(actor=admin, request_id=request.pk, accept=True, customer_id=fleet.pk)
    assert CustomerUser.objects.get(user=asker).customer == fleet


def test_an_unconfirmed_company_is_not_found_by_its_name(asker: User, fleet: Customer) -> None:
    Customer.objects.update(is_confirmed=False)
    assert ask_to_join(actor=asker, company_name=fleet.name).customer is None


def test_strangers_and_mates_do_not_decide(
    asker: User, mate: User, stranger: User, technician: User
) -> None:
    request = ask_to_join(actor=asker, company_name="Harbor Freight Lines")
    for actor in (mate, stranger, asker, technician):
        with pytest.raises(NotFound):
            decide_join_request(actor=actor, request_id=request.pk, accept=True)
    assert JoinRequest.objects.get().decision == Decision.WAITING


def test_a_manager_cannot_send_somebody_elsewhere(asker: User, owner: User, stranger: User) -> None:
    request = ask_to_join(actor=asker, company_name="Harbor Freight Lines")
    elsewhere = stranger.customer_user.customer_id
    with pytest.raises(Invalid):
        decide_join_request(actor=owner, request_id=request.pk, accept=True, customer_id=elsewhere)


def test_it_is_decided_once(asker: User, owner: User) -> None:
    request = ask_to_join(actor=asker, company_name="Harbor Freight Lines")
    decide_join_request(actor=owner, request_id=request.pk, accept=False)
    with pytest.raises(Conflict) as refusal:
        decide_join_request(actor=owner, request_id=request.pk, accept=True)
    assert refusal.value.code == "already_decided"
    assert CustomerUser.objects.filter(user=asker).count() == 0


def test_who_is_declined_may_ask_again(asker: User, owner: User) -> None:
    request = ask_to_join(actor=asker, company_name="Harbor Freight Lines")
    decide_join_request(actor=owner, request_id=request.pk, accept=False)
    ask_to_join(actor=asker, company_name="Harbor Freight Lines")
    assert JoinRequest.objects.count() == 2


def test_who_joined_elsewhere_meanwhile_is_not_moved(
    asker: User, owner: User, stranger: User
) -> None:
    request = ask_to_join(actor=asker, company_name="Harbor Freight Lines")
    CustomerUser.objects.create(user=asker, customer=stranger.customer_user.customer)
    with pytest.raises(Conflict) as refusal:
        decide_join_request(actor=owner, request_id=request.pk, accept=True)
    assert refusal.value.code == "already_member"
    assert JoinRequest.objects.get().decision == Decision.WAITING


def test_only_people_without_a_customer_ask(owner: User, technician: User) -> None:
    with pytest.raises(Conflict) as refusal:
        ask_to_join(actor=owner, company_name="Other Fleet")
    assert refusal.value.code == "already_member"
    with pytest.raises(Forbidden):
        ask_to_join(actor=technician, company_name="Other Fleet")


def test_an_empty_name_is_refused(asker: User) -> None:
    with pytest.raises(Invalid) as refusal:
        ask_to_join(actor=asker, company_name="  ")
    assert list(refusal.value.errors) == ["company_name"]


def test_team_managers_are_told_too(asker: User, make_member: MakeMember, fleet: Customer) -> None:
    make_member("manager", fleet, can_manage_team=True)
    ask_to_join(actor=asker, company_name=fleet.name)
    drain(), drain()
    assert [sent.to for sent in mail.outbox] == [["manager@example.com"]]


def test_who_works_for_the_shop_by_now_is_not_let_in(
    asker: User, owner: User, fleet: Customer
) -> None:
    request = ask_to_join(actor=asker, company_name=fleet.name)
    User.objects.filter(pk=asker.pk).update(role=Role.SALES_AGENT)
    with refused(Conflict, "has_role"):
        decide_join_request(actor=owner, request_id=request.pk, accept=True)
