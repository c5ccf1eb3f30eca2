"""Signing in and out, the same for every door."""

from typing import Any

from axes.utils import reset
from django.contrib.auth import authenticate, login, update_session_auth_hash
from django.http import HttpRequest, HttpResponse

from apps.audit.use_case import use_case
from apps.security.addresses import client_address, client_network
from apps.security.backends import is_plausible
from apps.security.devices import note_sign_in, remember
from apps.security.errors import NotSignedIn, TooManyRequests
from apps.security.rates import limit_sign_ins
from apps.security.sessions import open_session
from apps.security.tokens import TokenPair
from core.clock import now
from core.keys import fold_key
from core.models import User

LOCKED_SECONDS = 15 * 60


def check_credentials(request: HttpRequest, *, username: str, password: str) -> User:
    """The person who may sign in with this name (or e-mail) and password.

    Raises:
        NotSignedIn: The two do not belong together; it is never said which is wrong.
        TooManyRequests: This machine has tried too often, or for this name too often.
    """
    limit_sign_ins(request)
    user = None
    if is_plausible(username, password):
        user = authenticate(request, username=username, password=password)
    if getattr(request, "axes_locked_out", False):
        raise TooManyRequests(
            "Too many wrong passwords. Wait a quarter of an hour, then try again.",
            code="locked_out",
            extra={"retry_after": LOCKED_SECONDS},
        )
    if user is None:
        raise NotSignedIn("The user name or the password is wrong.", code="wrong_credentials")
    # The API opens no session of Django, after which axes would forget the failures itself.
    reset(username=attempted_name(request, {"username": username}), ip=client_network(request))
    return user


def sign_in_page(request: HttpRequest, *, username: str, password: str) -> User:
    """Sign a person in on the pages; see ``check_credentials`` for what it raises."""
    user = check_credentials(request, username=username, password=password)
    let_in(request, user)
    return user


@use_case
def let_in(request: HttpRequest, user: User) -> None:
    """Begin a session of the pages for somebody who has shown who they are."""
    note_sign_in(request=request, user=user, is_program=False)
    login(request, user, backend="apps.security.backends.PersonBackend")


def sign_in_program(request: HttpRequest, *, username: str, password: str) -> TokenPair:
    """Sign a person in to the API; see ``check_credentials`` for what it raises."""
    return let_program_in(request, check_credentials(request, username=username, password=password))


@use_case
def let_program_in(request: HttpRequest, user: User) -> TokenPair:
    """Begin a session of the API for somebody who has shown who they are."""
    note_sign_in(request=request, user=user, is_program=True)
    User.objects.filter(pk=user.pk).update(last_login=now())
    return open_session(
        user=user,
        address=client_address(request),
        user_agent=request.headers.get("User-Agent", ""),
    )


def stay_signed_in(request: HttpRequest, user: User) -> None:
    """Go on with this session of the pages, the only one left after a change of password."""
    remember(request=request, user=user, is_program=False)
    update_session_auth_hash(request, user)


def attempted_name(_request: HttpRequest, credentials: dict[str, Any] | None) -> str:
    """Under which name failures are counted: one for all ways of writing it."""
    return fold_key(str((credentials or {}).get("username", "")))[:255]


def keep_answer(
    _request: HttpRequest,
    response: HttpResponse,
    _credentials: dict[str, Any] | None,
) -> HttpResponse:
    """What axes answers while locked: the door has said it already, in its own form."""
    return response
