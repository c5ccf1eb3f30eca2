from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast
from tests.factories import PASSWORD, make_technician, make_user


def sign_in(client: Client, name: str, password: str = PASSWORD, **more: str) -> Any:
    return client.post("/login/", {"username": name, "password": password, **more})


@pytest.mark.parametrize("writing", ["username", "email"])
def test_by_user_name_or_e_mail_whatever_the_case(client: Client, writing: str) -> None:
    user = make_user()
    answer = client.post(
        "/login/", {"username": getattr(user, writing).upper(), "password": PASSWORD}
    )
    assert (answer.status_code, answer["Location"]) == (303, "/")
    assert client.session["_auth_user_id"] == str(user.pk)


def test_what_is_wrong_is_not_said_and_the_name_is_kept(client: Client) -> None:
    user = make_user()
    wrong = client.post("/login/", {"username": user.username, "password": "wrong"})
    unknown = client.post("/login/", {"username": "nobody", "password": "wrong"})
    for answer in (wrong, unknown):
        assert answer.status_code == 200
        assert "The user name or the password is wrong." in answer.content.decode()
    assert f'value="{user.username}"' in wrong.content.decode()


def test_an_inactive_person_stays_outside(client: Client) -> None:
    assert sign_in(client, make_user(is_active=False).username).status_code == 200
    assert "_auth_user_id" not in client.session


def test_ten_wrong_passwords_lock(client: Client) -> None:
    user = make_user()
    for _ in range(10):
        sign_in(client, user.username, "wrong")
    answer = sign_in(client, user.username)
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0
    assert "Wait a quarter of an hour" in answer.content.decode()


@pytest.mark.parametrize(
    ("wanted", "goal"),
    [
        ("/tech/repairs/?page=2", "/tech/repairs/?page=2"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("http://testserver/account/", "http://testserver/account/"),
        ("/\nSet-Cookie: a=b", "/"),
        ("", "/"),
    ],
)
def test_next_leads_only_to_this_shop(client: Client, wanted: str, goal: str) -> None:
    answer = sign_in(client, make_user().username, next=wanted)
    assert answer["Location"] == goal


def test_a_page_asked_for_comes_after_signing_in(client: Client) -> None:
    answer = client.get("/account/")
    assert (answer.status_code, answer["Location"]) == (302, "/login/?next=/account/")
    page = client.get(answer["Location"]).content.decode()
    assert '<input type="hidden" name="next" value="/account/">' in page


@pytest.mark.parametrize(("portal", "goal"), [("/tech/", "/tech/"), ("/app/", "/app/")])
def test_the_portals_own_addresses_lead_here(client: Client, portal: str, goal: str) -> None:
    answer = client.get(f"{portal}login/")
    assert (answer.status_code, answer["Location"]) == (302, f"/login/?next={goal}")


def test_who_is_signed_in_goes_on(client: Client) -> None:
    client.force_login(make_technician().user)
    assert client.get("/login/?next=/account/")["Location"] == "/account/"


def test_signing_out_takes_a_post(client: Client) -> None:
    client.force_login(make_user())
    assert client.get("/logout/").status_code == 405
    assert client.post("/logout/")["Location"] == "/login/"
    assert "_auth_user_id" not in client.session


def test_everywhere_means_everywhere(client: Client) -> None:
    user, other = make_user(), Client()
    for browser in (client, other):
        browser.force_login(user)
    client.post("/account/sign-out-everywhere/")
    assert other.get("/account/").status_code == 302


@pytest.mark.parametrize(
    ("part", "goal"),
    [
        ("primary", "/app/"),
        ("technician", "/tech/"),
        ("admin", "/office/"),
        ("sales_agent", "/office/"),
    ],
)
def test_everybody_has_a_portal(client: Client, cast: Cast, part: str, goal: str) -> None:
    client.force_login(cast.member(part))
    assert client.get("/")["Location"] == goal


def test_who_belongs_nowhere_may_ask_to_join(client: Client) -> None:
    client.force_login(make_user())
    assert client.get("/")["Location"] == "/join/"


def test_strangers_see_the_landing_page(client: Client) -> None:
    page = client.get("/").content.decode()
    assert 'href="/register/"' in page
    assert 'href="/login/"' in page
