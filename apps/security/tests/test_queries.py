"""Our own SQL answers exactly as the ORM does."""

import pytest
from django.db import connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext

from apps.security import queries
from apps.security.keys import create_key
from apps.security.models import ApiKey, AuthSession
from apps.security.queries import OpenSession, expect_reader, find_reader, find_with_person
from apps.security.sessions import open_session
from core.models import Customer, CustomerUser, User
from core.prepared import Room, fetch, riding


def stored(instance: Model) -> dict[str, object]:
    return {
        field.attname: getattr(instance, field.attname) for field in instance._meta.concrete_fields
    }


@pytest.fixture
def member(person: User) -> CustomerUser:
    customer = Customer.objects.create(name="Acme")
    return CustomerUser.objects.create(user=person, customer=customer, can_approve=True)


@pytest.fixture
def session(person: User) -> AuthSession:
    open_session(user=person, address="2001:db8::7", user_agent="test")
    return AuthSession.objects.get()


def test_a_session_comes_with_its_person_and_their_company(
    session: AuthSession, member: CustomerUser
) -> None:
    expected = AuthSession.objects.select_related("user__customer_user").get()

    with CaptureQueriesContext(connection) as statements:
        found = find_with_person(AuthSession, "id", session.pk)
        assert found
        assert stored(found) == stored(expected)
        assert stored(found.user) == stored(expected.user)
        assert stored(found.user.customer_user) == stored(member)
        assert found.user.customer_user.user is found.user
    assert len(statements) == 1


def test_a_person_without_a_company_is_known_to_have_none(session: AuthSession) -> None:
    with CaptureQueriesContext(connection) as statements:
        found = find_with_person(AuthSession, "id", session.pk)
        assert found
        assert not hasattr(found.user, "customer_user")
    assert len(statements) == 1


def test_a_key_comes_the_same_way(person: User) -> None:
    key, _ = create_key(actor=person, name="k", scopes=["read", "approve"])
    found = find_with_person(ApiKey, "key_hash", key.key_hash)

    assert found
    assert stored(found) == stored(ApiKey.objects.get())
    assert stored(found.user) == stored(User.objects.get(pk=person.pk))


def test_what_is_not_there_is_none(db: None) -> None:
    assert find_with_person(AuthSession, "id", 1) is None
    assert find_with_person(ApiKey, "key_hash", "x") is None


def test_what_was_loaded_can_be_saved(session: AuthSession) -> None:
    found = find_with_person(AuthSession, "id", session.pk)
    assert found
    found.user.first_name = "Anna"
    found.user.save()

    assert User.objects.get(pk=found.user.pk).first_name == "Anna"


def claimed(session: AuthSession) -> OpenSession:
    return OpenSession(session.pk, session.user_id, 0)


@pytest.mark.postgresql
def test_a_reader_is_the_same_one_until_something_of_them_changes(
    session: AuthSession, member: CustomerUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def reader() -> User | None:
        return find_reader(claimed(session), used_since=session.last_used_at)

    monkeypatch.setattr(queries, "MOST_READERS", 1)
    first = reader()
    assert first is not None
    assert first is reader()
    assert first.customer_user.has_right("can_approve")

    CustomerUser.objects.update(can_approve=False)
    second = reader()
    assert second is not None
    assert not second.customer_user.has_right("can_approve")
    assert len(queries._readers) == 1

    AuthSession.objects.update(ended_at=session.created_at)
    assert reader() is None


@pytest.mark.postgresql
def test_an_expected_reader_is_confirmed_by_another_statement_until_something_of_them_changes(
    session: AuthSession, member: CustomerUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "_last", {})

    def is_confirmed() -> bool:
        expected = expect_reader(claimed(session), used_since=session.last_used_at)
        assert expected
        with riding(expected.rider), CaptureQueriesContext(connection) as statements:
            assert fetch(b"SELECT 1", ()) == [(1,)], "there is no room"
            assert fetch(b"SELECT 1, %s", (2,), Room(12, 1)) == [(1, 2)]
            assert fetch(b"SELECT 3", (), Room(8, 0)) == [(3,)], "a rider rides once"
        assert len(statements) == 3
        return expected.is_confirmed

    assert expect_reader(claimed(session), used_since=session.last_used_at) is None
    found = find_reader(claimed(session), used_since=session.last_used_at)
    assert is_confirmed()
    CustomerUser.objects.update(can_approve=False)
    assert not is_confirmed()
    assert find_reader(claimed(session), used_since=session.last_used_at) is not found
    assert is_confirmed()
    AuthSession.objects.update(ended_at=session.created_at)
    assert not is_confirmed()
    assert find_reader(claimed(session), used_since=session.last_used_at) is None
    assert expect_reader(claimed(session), used_since=session.last_used_at) is None
