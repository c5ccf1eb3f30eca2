"""Sixteen people at one door: accounts, invitations, passwords, the last who manages people."""

from collections.abc import Callable
from functools import partial

import pytest
from django.contrib.auth.tokens import default_token_generator

from apps.people.lifecycle import deactivate
from apps.people.services.accounts import Newcomer
from apps.people.services.invitations import accept_signed_in, invite
from apps.people.services.passwords import encoded, reset_password
from apps.people.services.registration import register_customer
from core.errors import Conflict, NotFound
from core.invariants import invariant_violations
from core.models import Customer, CustomerUser, Invitation, User
from tests import factories
from tests.races.harness import CROWD, at_once, failed, happens, succeeded, without_locks_on

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

STRANGER = Newcomer(first_name="Ana", email="ana@example.com")


def crowd(call: Callable[[], User]) -> list[User | Exception]:
    return at_once([call] * CROWD)


def test_one_address_gets_one_account_and_everybody_the_same_answer() -> None:
    call = partial(register_customer, person=STRANGER, kind="company", company_name="Harbor")
    outcomes = at_once([call] * CROWD)
    assert failed(outcomes) == []
    assert len([user for user in outcomes if user is not None]) == 1
    assert (User.objects.people().count(), Customer.objects.count()) == (1, 1)
    assert invariant_violations() == []


def accept_together() -> list[User | Exception]:
    user = factories.make_user()
    _, token = invite(
        actor=factories.make_owner(),
        email=user.email,
        customer_id=factories.make_customer().pk,
    )
    return crowd(partial(accept_signed_in, actor=user, token=token))


def test_an_invitation_is_used_once() -> None:
    outcomes = accept_together()
    assert len(succeeded(outcomes)) == 1
    assert all(isinstance(error, NotFound) for error in failed(outcomes)), failed(outcomes)
    assert CustomerUser.objects.count() == 1


def test_control_without_locks_several_get_past_the_check(monkeypatch: pytest.MonkeyPatch) -> None:
    without_locks_on(monkeypatch, Invitation, User)
    # The next guard, one membership a person, stops them instead.
    assert happens(lambda: any(isinstance(error, Conflict) for error in failed(accept_together())))


def reset_together() -> list[User | Exception]:
    user = factories.make_user()
    call = partial(
        reset_password,
        encoded_id=encoded(user),
        token=default_token_generator.make_token(user),
        new_password="quite-another-phrase-3",
    )
    return crowd(call)


def test_a_mailed_address_sets_one_password() -> None:
    outcomes = reset_together()
    assert len(succeeded(outcomes)) == 1
    assert all(isinstance(error, NotFound) for error in failed(outcomes)), failed(outcomes)


def test_control_without_the_lock_it_sets_several(monkeypatch: pytest.MonkeyPatch) -> None:
    without_locks_on(monkeypatch, User)
    assert happens(lambda: len(succeeded(reset_together())) > 1)


def deactivate_each_other() -> list[User | Exception]:
    User.objects.update(manages_people=False)
    one, other = factories.make_owner(), factories.make_owner()
    return at_once(
        [
            partial(deactivate, actor=one, user_id=other.pk),
            partial(deactivate, actor=other, user_id=one.pk),
        ]
    )


def test_two_managers_cannot_be_each_others_last() -> None:
    (refusal,) = failed(deactivate_each_other())
    assert isinstance(refusal, Conflict)
    assert refusal.code == "last_admin"


def test_control_without_locks_nobody_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    without_locks_on(monkeypatch, User)
    assert happens(lambda: failed(deactivate_each_other()) == [])
