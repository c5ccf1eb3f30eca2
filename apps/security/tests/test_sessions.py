"""Sessions of the API: opened, refreshed once, ended."""

import datetime as dt
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import jwt
import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.audit.models import AuditEntry
from apps.security import sessions
from apps.security.errors import NotSignedIn
from apps.security.models import AuthSession
from apps.security.sessions import (
    end_session,
    end_sessions,
    find_session,
    open_session,
    purge_old,
    refresh_session,
    sign_out_everywhere,
)
from apps.security.tokens import TokenPair
from core.clock import now
from core.models import User


@pytest.fixture
def pair(person: User) -> TokenPair:
    return open_session(user=person, address="192.0.2.1", user_agent="x" * 500)


def the_session() -> AuthSession:
    return AuthSession.objects.get()


def age(**fields: int) -> None:
    AuthSession.objects.update(rotated_at=now() - dt.timedelta(**fields))


def test_an_access_token_finds_its_session_and_person_by_one_statement(
    pair: TokenPair, person: User
) -> None:
    with CaptureQueriesContext(connection) as statements:
        session = find_session(pair.access)

    assert session is not None
    assert session.user == person
    assert len(statements) == 1


def test_the_session_remembers_where_it_was_opened(pair: TokenPair) -> None:
    assert (the_session().address, len(the_session().user_agent)) == ("192.0.2.1", 200)


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "\x00", "é"])
def test_what_is_no_token_finds_nothing(db: None, token: str) -> None:
    assert find_session(token) is None


def test_a_refresh_token_is_no_access_token(pair: TokenPair) -> None:
    assert find_session(pair.refresh) is None


def test_a_token_signed_by_somebody_else_finds_nothing(pair: TokenPair) -> None:
    claims = jwt.decode(pair.access, options={"verify_signature": False})

    assert find_session(jwt.encode(claims, "k" * 32, "HS256")) is None


def test_an_unsigned_token_finds_nothing(pair: TokenPair) -> None:
    claims = jwt.decode(pair.access, options={"verify_signature": False})

    assert find_session(jwt.encode(claims, "", "none")) is None


def test_tokens_live_for_an_hour_and_a_day(pair: TokenPair) -> None:
    def life(token: str) -> int:
        claims = jwt.decode(token, settings.SECRET_KEY, ["HS256"])
        return int(claims["exp"] - claims["iat"])

    assert (life(pair.access), life(pair.refresh)) == (3600, 24 * 3600)


def test_an_expired_access_token_finds_nothing(pair: TokenPair) -> None:
    claims = jwt.decode(pair.access, settings.SECRET_KEY, ["HS256"])
    claims["exp"] = claims["iat"] - 1

    assert find_session(jwt.encode(claims, settings.SECRET_KEY, "HS256")) is None


def test_a_token_that_was_used_before_expires_all_the_same(pair: TokenPair) -> None:
    claims = jwt.decode(pair.access, settings.SECRET_KEY, ["HS256"])
    claims["exp"] = int(time.time()) + 2
    token = jwt.encode(claims, settings.SECRET_KEY, "HS256")
    assert find_session(token)

    time.sleep(claims["exp"] - time.time())

    assert find_session(token) is None


def test_refreshing_gives_a_working_pair_and_uses_the_old_one_up(pair: TokenPair) -> None:
    fresh = refresh_session(pair.refresh)

    assert find_session(fresh.access)
    with pytest.raises(NotSignedIn):
        refresh_session(pair.refresh)


def test_a_simultaneous_second_use_leaves_the_winner_alone(pair: TokenPair) -> None:
    fresh = refresh_session(pair.refresh)
    with pytest.raises(NotSignedIn):
        refresh_session(pair.refresh)

    refresh_session(fresh.refresh)


def test_a_late_second_use_ends_the_family(pair: TokenPair) -> None:
    fresh = refresh_session(pair.refresh)
    age(seconds=11)
    with pytest.raises(NotSignedIn):
        refresh_session(pair.refresh)

    assert find_session(fresh.access) is None
    with pytest.raises(NotSignedIn):
        refresh_session(fresh.refresh)


def test_the_last_refresh_token_works_however_old_the_rotation(pair: TokenPair) -> None:
    age(hours=20)

    refresh_session(pair.refresh)


@pytest.mark.parametrize("token", ["", "x", "a.b.c"])
def test_what_is_no_refresh_token_is_refused(db: None, token: str) -> None:
    with pytest.raises(NotSignedIn) as fault:
        refresh_session(token)

    assert fault.value.code == "token_not_valid"


def test_signing_out_ends_this_session_only(pair: TokenPair, person: User) -> None:
    other = open_session(user=person, address="192.0.2.1", user_agent="")
    session = find_session(pair.access)
    assert session
    end_session(session)

    assert find_session(pair.access) is None
    assert find_session(other.access)


def test_ending_all_sessions_ends_access_and_refresh(pair: TokenPair, person: User) -> None:
    end_sessions(user=person)

    assert person.session_version == 1
    assert find_session(pair.access) is None
    with pytest.raises(NotSignedIn):
        refresh_session(pair.refresh)


def test_signing_out_everywhere_is_audited(pair: TokenPair, person: User) -> None:
    sign_out_everywhere(actor=person)

    assert find_session(pair.access) is None
    assert AuditEntry.objects.get().verb == "user.signed_out_everywhere"


def test_a_deactivated_persons_tokens_stop_working(pair: TokenPair, person: User) -> None:
    User.objects.filter(pk=person.pk).update(is_active=False)

    assert find_session(pair.access) is None


def test_use_is_noted_now_and_then(pair: TokenPair) -> None:
    AuthSession.objects.update(last_used_at=now() - dt.timedelta(minutes=6))
    find_session(pair.access)

    assert the_session().last_used_at > now() - dt.timedelta(minutes=1)


def test_sessions_that_nobody_uses_are_forgotten(pair: TokenPair) -> None:
    AuthSession.objects.update(last_used_at=now() - dt.timedelta(days=31))

    assert purge_old() == 1


def _refresh_eight_times(refresh: str) -> list[TokenPair]:
    barrier = Barrier(8)

    def use(_number: int) -> TokenPair | None:
        barrier.wait()
        try:
            return refresh_session(refresh)
        except NotSignedIn:
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        return [won for won in pool.map(use, range(8)) if won]


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_of_eight_simultaneous_refreshes_one_wins_and_stays_valid(pair: TokenPair) -> None:
    winners = _refresh_eight_times(pair.refresh)

    assert len(winners) == 1
    assert find_session(winners[0].access)
    refresh_session(winners[0].refresh)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_without_compare_and_set_several_would_win(
    pair: TokenPair, monkeypatch: pytest.MonkeyPatch
) -> None:
    together = Barrier(8)

    def check_then_write(session_id: int, *, old: str, new: str) -> bool:
        is_current = AuthSession.objects.filter(pk=session_id, refresh_jti=old).exists()
        together.wait()
        AuthSession.objects.filter(pk=session_id).update(refresh_jti=new)
        return is_current

    monkeypatch.setattr(sessions, "_swap_refresh", check_then_write)

    assert len(_refresh_eight_times(pair.refresh)) > 1


def test_a_session_is_shown_with_its_person(person: User) -> None:
    pair = open_session(user=person, address="127.0.0.1", user_agent="test")
    session = AuthSession.objects.get(user=person)

    assert pair.access
    assert str(session) == f"Session {session.pk} of {person}"
