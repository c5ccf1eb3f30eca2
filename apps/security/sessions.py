"""Sessions of the API: opened, looked up, refreshed once, ended (API, "Sign-in")."""

import datetime as dt
from uuid import uuid4

from django.db import transaction
from django.db.models import F

from apps.audit.recorder import record, snapshot
from apps.audit.use_case import use_case
from apps.security import tokens
from apps.security.devices import forget_devices
from apps.security.errors import NotSignedIn
from apps.security.models import AuthSession
from apps.security.queries import (
    ExpectedReader,
    OpenSession,
    expect_reader,
    find_reader,
    find_with_person,
)
from apps.security.tokens import Claims, TokenPair
from core.clock import now
from core.models import User

USE_IS_NOTED_EVERY = dt.timedelta(minutes=5)
# Tabs of one browser refresh together; later, an old refresh token means that it was stolen.
SIMULTANEOUS = dt.timedelta(seconds=10)


def open_session(*, user: User, address: str, user_agent: str) -> TokenPair:
    """Begin a session and hand out its first pair of tokens."""
    session = AuthSession.objects.create(
        user=user, refresh_jti=uuid4().hex, address=address, user_agent=user_agent[:200]
    )
    return tokens.issue(user, session_id=session.pk, refresh_jti=session.refresh_jti)


def find_session(access: str) -> AuthSession | None:
    """The open session of an access token, its person loaded with it: one indexed read."""
    claims = tokens.read_access(access)
    session = claims and _open_session(claims)
    if session and session.last_used_at < now() - USE_IS_NOTED_EVERY:
        AuthSession.objects.filter(pk=session.pk).update(last_used_at=now())
    return session or None


def find_reader_of(access: str) -> User | None:
    """Who reads with an access token: ``find_session`` for the few hottest reads, PostgreSQL only.

    Nobody also where the session's use has to be noted again, which ``find_session`` does. The
    person is known only as far as ``apps.security.queries.find_reader`` says.
    """
    session = _claimed(access)
    return find_reader(session, used_since=_used_since()) if session else None


def expect_reader_of(access: str) -> ExpectedReader | None:
    """Who ``find_reader_of`` found last for this token, to be confirmed by what they read."""
    session = _claimed(access)
    return expect_reader(session, used_since=_used_since()) if session else None


def _claimed(access: str) -> OpenSession | None:
    claims = tokens.read_access(access)
    return OpenSession(claims.session_id, claims.user_id, claims.version) if claims else None


def _used_since() -> dt.datetime:
    return now() - USE_IS_NOTED_EVERY


def refresh_session(refresh: str) -> TokenPair:
    """Exchange a refresh token, which works once, for a new pair.

    Of several simultaneous uses one wins. A use of an old one later than ``SIMULTANEOUS`` after
    the last exchange ends the session, for either its owner or a thief holds a copy.

    Raises:
        NotSignedIn: The token does not hold, or somebody else was first.
    """
    claims = tokens.read_refresh(refresh)
    session = claims and _open_session(claims)
    if not claims or not session:
        raise _not_valid()
    successor = uuid4().hex
    if not _swap_refresh(session.pk, old=claims.jti, new=successor):
        _end_if_stolen(session.pk)
        raise _not_valid()
    return tokens.issue(session.user, session_id=session.pk, refresh_jti=successor)


def end_session(session: AuthSession) -> None:
    """Sign out: this session's tokens stop working at once."""
    AuthSession.objects.filter(pk=session.pk, ended_at=None).update(ended_at=now())


def end_sessions(*, user: User) -> None:
    """End every session of a person, of API and pages alike, and know no device; keys go on.

    Called by "sign out everywhere", by a change of password and by deactivation, inside their
    transaction. ``user`` carries the new version afterwards.
    """
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(session_version=F("session_version") + 1)
        AuthSession.objects.filter(user=user, ended_at=None).update(ended_at=now())
        forget_devices(user=user)
    user.refresh_from_db(fields=["session_version"])


@use_case
def sign_out_everywhere(*, actor: User) -> None:
    """End every session of the person who asks."""
    user = User.objects.get(pk=actor.pk)
    before = snapshot(user)
    end_sessions(user=user)
    record(actor=user, verb="user.signed_out_everywhere", target=user, before=before)


def purge_old(*, days: int = 30) -> int:
    """Forget sessions that nobody has used for so long; returns how many."""
    unused = AuthSession.objects.filter(last_used_at__lt=now() - dt.timedelta(days=days))
    return unused.delete()[0]


def _open_session(claims: Claims) -> AuthSession | None:
    session = find_with_person(AuthSession, "id", claims.session_id)
    holds = (
        session is not None
        and session.ended_at is None
        and session.user.pk == claims.user_id
        and session.user.is_active
        and session.user.session_version == claims.version
    )
    return session if holds else None


def _swap_refresh(session_id: int, *, old: str, new: str) -> bool:
    # Compare and set: the database lets exactly one of many find the old value.
    return bool(
        AuthSession.objects.filter(pk=session_id, refresh_jti=old, ended_at=None).update(
            refresh_jti=new, rotated_at=now(), last_used_at=now()
        )
    )


def _end_if_stolen(session_id: int) -> None:
    AuthSession.objects.filter(
        pk=session_id, ended_at=None, rotated_at__lt=now() - SIMULTANEOUS
    ).update(ended_at=now())


def _not_valid() -> NotSignedIn:
    return NotSignedIn("This token is not valid, or no longer.", code="token_not_valid")
