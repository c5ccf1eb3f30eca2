from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from apps.people.services.invitations import invite
from apps.people.services.passwords import way_in
from apps.queue_management.use_cases import referral_code_of
from apps.rewards_referrals.models import Referral
from core.enums import Role
from core.models import Customer, CustomerUser, Invitation, JoinRequest, User
from tests.cast import Cast
from tests.factories import PASSWORD, make_customer, make_owner, make_user

ANA = {
    "kind": "company",
    "company_name": "McDonald's Trucking <b>",
    "first_name": "Ana",
    "last_name": "Ortiz",
    "email": "ana@example.com",
    "phone": "206 555 0123",
}


def register(client: Client, **fields: str) -> Any:
    return client.post("/register/", {**ANA, **fields}, follow=True)


def test_a_company_registers_and_comes_in_by_its_mail(client: Client) -> None:
    answer = register(client)
    assert answer.redirect_chain == [("/login/", 303)]
    member = CustomerUser.objects.get()
    assert (member.customer.name, member.is_primary_contact) == ("McDonald's Trucking <b>", True)
    address = way_in(member.user).removeprefix(settings.PUBLIC_BASE_URL)
    assert "Choose your password" in client.get(address).content.decode()
    inside = client.post(address, {"new_password": "a-long-pass-word-7"})
    assert (inside.status_code, inside["Location"]) == (303, "/")
    assert client.session["_auth_user_id"] == str(member.user.pk)
    assert Client().get(address).status_code == 404


def test_nobody_can_tell_by_signing_in_whose_address_is_known(client: Client) -> None:
    make_user(email="known@example.com")
    answers = []
    for email in ("known@example.com", "unknown@example.com"):
        register(Client(), email=email)
        guess = {"username": email, "password": "a-long-pass-word-7"}
        answer = Client().post("/login/", guess)
        answers.append((answer.status_code, _errors(answer, email)))
    assert answers[0] == answers[1]
    assert "The user name or the password is wrong." in str(answers[0])


def _errors(answer: Any, email: str) -> list[str]:
    return [line.replace(email, "") for line in _without_keys(answer)]


def test_the_answer_for_a_known_address_is_the_same(client: Client) -> None:
    new = register(client)
    known = register(Client(), company_name="Another")
    assert _without_keys(new) == _without_keys(known)
    assert (User.objects.count(), Customer.objects.count()) == (1, 1)


def _without_keys(answer: Any) -> list[str]:
    lines = answer.content.decode().splitlines()
    return [line for line in lines if "csrfmiddlewaretoken" not in line]


def test_what_is_posted_beside_the_form_reaches_nothing(client: Client) -> None:
    fleet = make_customer("Harbor")
    register(
        client,
        customer=str(fleet.pk),
        customer_id=str(fleet.pk),
        company_name="Harbor",
        role="admin",
        is_confirmed="on",
    )
    member = CustomerUser.objects.get()
    assert member.customer != fleet
    assert (member.user.role, member.customer.is_confirmed) == (Role.CUSTOMER, False)


def test_asking_to_join_makes_no_customer_and_gives_no_hint(client: Client) -> None:
    make_customer("Harbor")
    known = register(client, kind="join", company_name="harbor", email="a@example.com")
    unknown = register(Client(), kind="join", company_name="No Such", email="a@example.com")
    assert _without_keys(known) == _without_keys(unknown)
    assert (Customer.objects.count(), CustomerUser.objects.count()) == (1, 0)
    assert JoinRequest.objects.get().customer is not None


@pytest.mark.parametrize(
    "fields",
    [
        {"email": "nowhere"},
        {"phone": "12"},
        {"company_name": ""},
        {"first_name": "Nul\0"},
        {"kind": "robot"},
    ],
)
def test_a_refused_form_keeps_what_was_entered(client: Client, fields: dict[str, str]) -> None:
    answer = register(client, **fields)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "One thing is missing or wrong" in page
    assert 'value="Ortiz"' in page
    assert User.objects.count() == 0


def test_a_code_comes_along_by_its_link_and_is_kept_for_new_customers(
    client: Client, cast: Cast
) -> None:
    code = referral_code_of(actor=cast.primary).code
    assert f'value="{code}"' in client.get(f"/register/?code={code}").content.decode()
    for kind, name in (("join", "Demo Fleet"), ("company", "Demo Fleet"), ("company", "New")):
        register(client, kind=kind, company_name=name, referral_code=code)
        registered = {each.referred.name for each in Referral.objects.all()}
        assert registered == ({"New"} if name == "New" else set())
    wrong = register(Client(), email="b@example.com", referral_code="NOSUCH12")
    assert "We do not know this code" in wrong.content.decode()


def test_who_is_signed_in_does_not_register(client: Client) -> None:
    client.force_login(make_user())
    assert client.get("/register/")["Location"] == "/"


def invited(**values: Any) -> str:
    _, token = invite(**{"actor": make_owner(), "email": "nina@example.com", **values})
    return f"/invitation/{token}/"


NINA = {"first_name": "Nina", "last_name": "Reyes", "phone": "", "password": "a-long-pass-word-7"}


def test_an_invited_technician_comes_in_with_a_record(client: Client) -> None:
    url = invited(role=Role.TECHNICIAN)
    assert "nina@example.com" in client.get(url).content.decode()
    answer = client.post(url, {**NINA, "email": "other@example.com", "role": "admin"})
    assert (answer.status_code, answer["Location"]) == (303, "/")
    user = User.objects.get(email="nina@example.com")
    assert (user.role, user.technician.is_active) == (Role.TECHNICIAN, True)
    assert client.session["_auth_user_id"] == str(user.pk)


def test_an_invitation_used_twice_says_so(client: Client) -> None:
    url = invited(role=Role.SALES_AGENT)
    client.post(url, NINA)
    for answer in (Client().get(url), Client().post(url, NINA)):
        assert answer.status_code == 404
        assert "This invitation is over" in answer.content.decode()
    assert User.objects.filter(role=Role.SALES_AGENT).count() == 1


def test_a_forged_token_is_answered_like_a_used_one(client: Client) -> None:
    answer = client.get("/invitation/forged/")
    assert answer.status_code == 404
    assert "This invitation is over" in answer.content.decode()


def test_a_weak_password_leaves_the_invitation_open(client: Client) -> None:
    url = invited(role=Role.SALES_AGENT)
    answer = client.post(url, {**NINA, "password": "1"})
    assert answer.status_code == 200
    assert 'value="Reyes"' in answer.content.decode()
    assert Invitation.objects.get().used_at is None


def test_an_address_with_an_account_is_sent_to_sign_in(client: Client) -> None:
    fleet = make_customer("Harbor")
    user = make_user(email="nina@example.com")
    url = invited(customer_id=fleet.pk)
    for answer in (client.get(url), client.post(url, NINA)):
        assert f'href="/login/?next={url}"' in answer.content.decode()
    client.force_login(user)
    assert "Join Harbor" in client.get(url).content.decode()
    assert client.post(url)["Location"] == "/"
    assert CustomerUser.objects.get().user == user


def test_somebody_else_is_told_whose_it_is_not(client: Client) -> None:
    url = invited(customer_id=make_customer("Harbor").pk)
    client.force_login(make_user())
    for answer in (client.get(url), client.post(url)):
        assert "This invitation is for another address" in answer.content.decode()
        assert "Harbor" not in answer.content.decode()
    assert CustomerUser.objects.count() == 0


def test_a_member_of_another_company_is_refused_in_words(client: Client, cast: Cast) -> None:
    url = invited(customer_id=cast.fleet.pk, email=cast.stranger.email)
    client.force_login(cast.stranger)
    answer = client.post(url)
    assert (answer.status_code, CustomerUser.objects.filter(customer=cast.fleet).count()) == (
        200,
        4,
    )
    assert "belongs to a customer already" in answer.content.decode()


def test_asking_to_join_while_signed_in(client: Client) -> None:
    client.force_login(make_user())
    answer = client.post("/join/", {"company_name": "Harbor", "message": "It is me"}, follow=True)
    assert "We have your request" in answer.content.decode()
    again = client.post("/join/", {"company_name": "Other"})
    assert again.status_code == 200
    assert JoinRequest.objects.count() == 1


@pytest.mark.parametrize(
    ("part", "status"),
    [("nobody", 200), ("primary", 302), ("technician", 404), ("admin", 404), ("sales_agent", 404)],
)
def test_who_may_ask_to_join(client: Client, cast: Cast, part: str, status: int) -> None:
    client.force_login(cast.member(part))
    assert client.get("/join/").status_code == status


def test_the_same_rendering_sent_twice_asks_once(client: Client) -> None:
    user = make_user()
    client.force_login(user)
    form = {"company_name": "Harbor", "idempotency_key": "k1"}
    first, again = client.post("/join/", form), client.post("/join/", form)
    assert (first.status_code, again.status_code) == (303, 303)
    assert JoinRequest.objects.count() == 1
    assert user.check_password(PASSWORD)
