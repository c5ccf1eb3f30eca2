"""Names, passwords, lockout."""

import datetime as dt
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.http import HttpRequest
from django.test import RequestFactory

from apps.security.backends import PersonBackend, find_person
from apps.security.errors import NotSignedIn, TooManyRequests
from apps.security.rates import seconds_to_wait
from apps.security.sign_in import check_credentials
from apps.security.tests.conftest import PASSWORD
from core.clock import now
from core.models import User


def request(address: str = "192.0.2.1", **headers: str) -> HttpRequest:
    return RequestFactory().post("/login/", headers=headers, REMOTE_ADDR=address)


def sign_in(name: str, password: str = PASSWORD, address: str = "192.0.2.1") -> User:
    return check_credentials(request(address), username=name, password=password)


def fail(name: str, times: int = 1, address: str = "192.0.2.1") -> None:
    for _ in range(times):
        with pytest.raises((NotSignedIn, TooManyRequests)):
            sign_in(name, "wrong", address)


@pytest.mark.parametrize("name", ["Ann.Fleet", "ann.fleet", "ANN@FLEET.EXAMPLE", " ann.fleet "])
def test_name_and_e_mail_work_ignoring_case(person: User, name: str) -> None:
    assert sign_in(name) == person


@pytest.mark.parametrize("name", ["ann", "nobody", "", "a\x00b", "a" * 300, "é"])
def test_an_unknown_name_is_refused_without_saying_so(person: User, name: str) -> None:
    with pytest.raises(NotSignedIn) as fault:
        sign_in(name)

    assert fault.value.detail == "The user name or the password is wrong."


@pytest.mark.parametrize("password", ["", "wrong", PASSWORD.upper(), "a" * 5000])
def test_a_wrong_password_gets_the_same_answer(person: User, password: str) -> None:
    with pytest.raises(NotSignedIn) as fault:
        sign_in("ann.fleet", password)

    assert fault.value.detail == "The user name or the password is wrong."


def test_the_inactive_do_not_get_in(person: User) -> None:
    User.objects.filter(pk=person.pk).update(is_active=False)

    with pytest.raises(NotSignedIn):
        sign_in("ann.fleet")


def test_the_systems_user_does_not_get_in_whatever_its_password(db: None) -> None:
    system = User.objects.system()
    system.set_password(PASSWORD)
    User.objects.filter(pk=system.pk).update(password=system.password, is_active=True)

    with pytest.raises(NotSignedIn):
        sign_in("system")


def test_an_e_mail_is_its_owners_whatever_somebody_calls_themselves(person: User) -> None:
    User.objects.create_user("ann@fleet.example", "other@x.example", PASSWORD)

    assert find_person("ann@fleet.example") == person


def test_an_unknown_name_costs_a_hash_like_a_known_one(
    person: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed = []
    monkeypatch.setattr(User, "set_password", lambda _user, password: hashed.append(password))

    assert PersonBackend().authenticate(None, username="nobody", password="x") is None
    assert hashed == ["x"]


def test_ten_failures_lock_this_name_from_this_address(person: User) -> None:
    fail("ann.fleet", times=10)

    with pytest.raises(TooManyRequests) as fault:
        sign_in("ann.fleet")
    assert (fault.value.code, fault.value.extra) == ("locked_out", {"retry_after": 900})


def test_writing_the_name_differently_does_not_dodge_the_lock(person: User) -> None:
    fail("ann.fleet", times=5)
    fail(" ANN.FLEET ", times=5)

    with pytest.raises(TooManyRequests):
        sign_in("Ann.Fleet")


def test_a_forged_forwarding_header_does_not_dodge_the_lock(person: User) -> None:
    for number in range(10):
        forged = request(**{"X-Forwarded-For": f"198.51.100.{number}"})
        with pytest.raises((NotSignedIn, TooManyRequests)):
            check_credentials(forged, username="ann.fleet", password="wrong")

    with pytest.raises(TooManyRequests):
        sign_in("ann.fleet")


def test_nobody_is_locked_out_from_elsewhere(person: User) -> None:
    fail("ann.fleet", times=10, address="203.0.113.66")

    assert sign_in("ann.fleet", address="192.0.2.1") == person


def test_the_lock_ends_after_a_quarter_of_an_hour_however_often_it_is_tried(person: User) -> None:
    fail("ann.fleet", times=15)
    AccessAttempt.objects.update(attempt_time=now() - dt.timedelta(minutes=16))

    assert sign_in("ann.fleet") == person


def test_trying_on_while_locked_does_not_lengthen_the_lock(person: User) -> None:
    fail("ann.fleet", times=10)
    before = AccessAttempt.objects.get().attempt_time
    fail("ann.fleet", times=3)

    assert AccessAttempt.objects.get().attempt_time == before


def test_success_forgets_the_failures(person: User) -> None:
    fail("ann.fleet", times=9)
    sign_in("ann.fleet")
    fail("ann.fleet", times=9)

    assert sign_in("ann.fleet") == person


def test_no_password_is_kept_with_the_failures(person: User) -> None:
    fail("ann.fleet")

    assert "wrong" not in str(AccessAttempt.objects.values_list().get())


def test_one_address_trying_many_names_is_slowed_down(db: None, settings: Any) -> None:
    settings.CALLS_PER_MINUTE = {"sign_in": 3}
    for number in range(3):
        with pytest.raises(NotSignedIn):
            sign_in(f"name{number}")

    with pytest.raises(TooManyRequests) as fault:
        sign_in("name4")
    assert 1 <= fault.value.extra["retry_after"] <= 60


def test_a_limit_of_zero_is_no_limit(settings: Any) -> None:
    settings.CALLS_PER_MINUTE = {"user": 0}

    assert seconds_to_wait("user", "user:1") == 0


def test_callers_are_counted_apart(settings: Any) -> None:
    settings.CALLS_PER_MINUTE = {"user": 1}

    assert seconds_to_wait("user", "user:1") == 0
    assert seconds_to_wait("user", "user:1") > 0
    assert seconds_to_wait("user", "user:2") == 0


def test_changing_the_address_inside_one_network_does_not_dodge_the_lock(person: User) -> None:
    for number in range(10):
        fail("ann.fleet", address=f"2001:db8::{number + 1}")

    with pytest.raises(TooManyRequests):
        sign_in("ann.fleet", address="2001:db8::ffff")
    assert sign_in("ann.fleet", address="2001:db8:0:1::1") == person
