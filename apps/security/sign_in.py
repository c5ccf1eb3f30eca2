"""Signing in and out, the same for every door."""

from typing import Any

from axes.utils import reset
from django.contrib.auth import authenticate, login
from django.http import HttpRequest, HttpResponse

from apps.security.addresses import client_network
from apps.security.backends import is_plausible
from apps.security.errors import NotSignedIn, TooManyRequests
from apps.security.rates import limit_sign_ins
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


def let_in(request: HttpRequest, user: User) -> None:
    """Begin a session of the pages for somebody who has shown who they are."""
    login(request, user, backend="apps.security.backends.PersonBackend")


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
