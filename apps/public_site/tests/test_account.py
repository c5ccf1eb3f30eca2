import re

import pytest
from django.core import mail
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from apps.audit.models import AuditEntry
from apps.notifications.models import Notification
from apps.notifications.services import notify
from core.models import CustomerUser, User
from core.outbox import drain
from tests.cast import Cast
from tests.factories import PASSWORD, make_customer, make_user

NEW = "quite-another-phrase-3"


def test_the_own_profile_is_shown_and_saved(client: Client, cast: Cast) -> None:
    client.force_login(cast.primary)
    page = client.get("/account/").content.decode()
    assert "Demo Fleet (primary contact)" in page
    form = {
        "first_name": "Petra",
        "last_name": "New",
        "phone": "206 555 0123",
        "email": cast.primary.email,
        "version": "1",
        "role": "admin",
    }
    assert client.post("/account/", form)["Location"] == "/account/"
    user = User.objects.get(pk=cast.primary.pk)
    assert (user.last_name, user.phone, user.role) == ("New", "+12065550123", "customer")


def test_a_stale_profile_is_not_overwritten(client: Client) -> None:
    user = make_user()
    client.force_login(user)
    form = {"first_name": "A", "email": user.email}
    client.post("/account/", {**form, "version": "1"})
    answer = client.post("/account/", {**form, "first_name": "B", "version": "1"})
    assert answer.status_code == 200
    assert "changed by somebody else" in answer.content.decode()
    assert 'name="version" value="1"' in answer.content.decode()
    assert User.objects.get(pk=user.pk).first_name == "A"


def test_another_address_needs_the_password(client: Client) -> None:
    user = make_user()
    client.force_login(user)
    form = {"first_name": "A", "email": "new@example.com", "version": "1"}
    assert "Enter your password" in client.post("/account/", form).content.decode()
    assert client.post("/account/", {**form, "current_password": PASSWORD}).status_code == 303
    assert User.objects.get(pk=user.pk).email == "new@example.com"


def test_a_new_password_keeps_this_session_only(client: Client) -> None:
    user, other = make_user(), Client()
    for browser in (client, other):
        browser.force_login(user)
    form = {"current_password": PASSWORD, "new_password": NEW}
    assert client.post("/password/change/", form)["Location"] == "/account/"
    assert client.get("/account/").status_code == 200
    assert other.get("/account/").status_code == 302
    assert User.objects.get(pk=user.pk).check_password(NEW)


def test_a_wrong_present_password_is_told_at_its_field(client: Client) -> None:
    client.force_login(make_user())
    form = {"current_password": "wrong", "new_password": NEW}
    answer = client.post("/password/change/", form)
    assert answer.status_code == 200
    assert "Present password: This is not your present password." in answer.content.decode()


def test_a_forgotten_password_is_chosen_anew_by_mail(client: Client) -> None:
    user = make_user()
    known = client.post("/password/reset/", {"email": user.email}, follow=True)
    assert f"If {user.email} has an account" in known.content.decode()
    drain()
    found = re.search(r"http://\S+?(/password/reset/\S+)", str(mail.outbox[0].body))
    assert found is not None
    assert client.get(found[1]).status_code == 200
    assert client.post(found[1], {"new_password": "1"}).status_code == 200
    assert client.post(found[1], {"new_password": NEW})["Location"] == "/login/"
    assert client.get(found[1]).status_code == 404
    assert User.objects.get(pk=user.pk).check_password(NEW)


def test_an_unknown_address_gets_the_same_answer(client: Client) -> None:
    answer = client.post("/password/reset/", {"email": "nobody@example.com"}, follow=True)
    assert "If nobody@example.com has an account" in answer.content.decode()
    drain()
    assert mail.outbox == []


@pytest.mark.parametrize("path", ["MQ/forged-token", "%00/x", "x/y"])
def test_a_forged_address_is_over(client: Client, path: str) -> None:
    answer = client.get(f"/password/reset/{path}/")
    assert answer.status_code == 404
    assert "This address is over" in answer.content.decode()


def tell(user: User, count: int) -> None:
    for number in range(count):
        notify(
            kind="join_accepted",
            recipients=[user],
            target=make_customer(),
            fields={"company": f"Fleet number {number} & Sons"},
            key=f"joined:{number}",
        )


def test_notices_newest_first_then_read(client: Client) -> None:
    user = make_user()
    tell(user, 2)
    client.force_login(user)
    page = client.get("/notices/").content.decode()
    assert page.index("number 1 &amp; Sons") < page.index("number 0 &amp; Sons")
    first = Notification.objects.earliest("id")
    assert client.get(f"/notices/{first.pk}/").status_code == 302
    assert Notification.objects.filter(read_at=None).count() == 1
    assert client.post("/notices/")["Location"] == "/notices/"
    assert Notification.objects.filter(read_at=None).count() == 0


def test_notices_of_others_are_not_there(client: Client) -> None:
    tell(make_user(), 1)
    client.force_login(make_user())
    assert client.get(f"/notices/{Notification.objects.get().pk}/").status_code == 404
    assert "Nothing has happened yet" in client.get("/notices/").content.decode()
    assert Notification.objects.get().read_at is None


def test_a_forged_cursor_leads_to_the_first_page(client: Client) -> None:
    user = make_user()
    tell(user, 1)
    client.force_login(user)
    assert "number 0 &amp; Sons" in client.get("/notices/?cursor=forged").content.decode()


def test_notices_go_on_behind_a_page(client: Client) -> None:
    user = make_user()
    tell(user, 26)
    client.force_login(user)
    page = client.get("/notices/").content.decode()
    found = re.search(r'rel="next" href="([^"]+)"', page)
    assert found is not None
    older = client.get("/notices/" + found[1].replace("&amp;", "&")).content.decode()
    assert "number 0 &amp; Sons" in older
    assert "number 25 &amp; Sons" not in older


@pytest.mark.parametrize("count", [1, 3])
def test_notices_cost_the_same_however_many(
    client: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    user = make_user()
    tell(user, count)
    client.force_login(user)
    with django_assert_num_queries(5):
        client.get("/notices/")


def test_the_account_page_wants_somebody_signed_in(client: Client) -> None:
    for path in ("/account/", "/notices/", "/password/change/", "/join/"):
        assert client.get(path)["Location"] == f"/login/?next={path}"
    assert CustomerUser.objects.count() == 0


def test_signing_out_everywhere_ends_all_sessions_and_is_recorded(client: Client) -> None:
    user, other = make_user(), Client()
    for browser in (client, other):
        browser.force_login(user)
    assert client.post("/account/sign-out-everywhere/").status_code == 303
    assert other.get("/account/").status_code == 302
    assert AuditEntry.objects.get().verb == "user.signed_out_everywhere"
