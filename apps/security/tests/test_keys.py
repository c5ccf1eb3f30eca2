"""Keys for programs."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.audit.models import AuditEntry
from apps.security import keys
from apps.security.keys import create_key, find_key, revoke_key
from apps.security.models import ApiKey
from apps.security.sessions import end_sessions
from core.clock import now
from core.errors import Invalid, NotFound
from core.models import User


def make(user: User, **fields: object) -> tuple[ApiKey, str]:
    return create_key(actor=user, **({"name": "n", "scopes": ["read"]} | fields))  # type: ignore[arg-type]  # of several types


def test_a_key_is_found_by_its_secret_by_one_statement(person: User) -> None:
    key, secret = make(person)
    find_key(secret)

    with CaptureQueriesContext(connection) as statements:
        found = find_key(secret)

    assert found == key
    assert found.user == person
    assert len(statements) == 1


def test_the_secret_is_not_stored(person: User) -> None:
    key, secret = make(person)

    assert secret.startswith(key.prefix)
    assert secret not in str(ApiKey.objects.values_list().get())
    assert secret not in str(AuditEntry.objects.values_list().get())


def test_scopes_are_kept_in_one_order(person: User) -> None:
    assert make(person, scopes=["approve", "read"])[0].scopes == ["read", "approve"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "  "),
        ("name", "a\x00b"),
        ("name", "a" * 101),
        ("scopes", []),
        ("scopes", ["write"]),
        ("expires_at", now() - dt.timedelta(seconds=1)),
    ],
)
def test_a_key_that_makes_no_sense_is_refused(person: User, field: str, value: object) -> None:
    with pytest.raises(Invalid) as fault:
        make(person, **{field: value})

    assert list(fault.value.errors) == [field]


def test_nobody_collects_keys_without_end(person: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "MOST_KEYS", 1)
    make(person)

    with pytest.raises(Invalid) as fault:
        make(person)
    assert fault.value.code == "too_many_keys"


def test_a_revoked_key_stops_working_and_the_trail_says_so(person: User) -> None:
    key, secret = make(person)
    revoke_key(actor=person, key_id=key.pk)

    assert find_key(secret) is None
    assert [entry.verb for entry in AuditEntry.objects.order_by("position")] == [
        "key.created",
        "key.revoked",
    ]


def test_revoking_again_changes_nothing(person: User) -> None:
    key, _ = make(person)
    revoke_key(actor=person, key_id=key.pk)
    revoke_key(actor=person, key_id=key.pk)

    assert AuditEntry.objects.count() == 2


def test_an_expired_key_stops_working(person: User) -> None:
    key, secret = make(person, expires_at=now() + dt.timedelta(hours=1))
    assert find_key(secret)

    ApiKey.objects.filter(pk=key.pk).update(expires_at=now() - dt.timedelta(seconds=1))
    assert find_key(secret) is None


def test_a_deactivated_persons_key_stops_working(person: User) -> None:
    _, secret = make(person)
    User.objects.filter(pk=person.pk).update(is_active=False)

    assert find_key(secret) is None


def test_ending_all_sessions_leaves_keys_alone(person: User) -> None:
    _, secret = make(person)
    end_sessions(user=person)

    assert find_key(secret)


def test_somebody_elses_key_is_not_there(person: User, technician: User) -> None:
    key, secret = make(person)

    with pytest.raises(NotFound):
        revoke_key(actor=technician, key_id=key.pk)
    assert find_key(secret)


def test_admins_see_and_revoke_everybodys_keys(person: User, admin: User) -> None:
    key, secret = make(person)
    assert list(ApiKey.objects.visible_to(admin)) == [key]

    revoke_key(actor=admin, key_id=key.pk)
    assert find_key(secret) is None


def test_use_is_noted_now_and_then(person: User) -> None:
    key, secret = make(person)
    find_key(secret)
    key.refresh_from_db()

    assert key.last_used_at is not None
