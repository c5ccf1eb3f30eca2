"""What a request of the API proves: a bearer token, a key, or the session cookie."""

from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware

from apps.security.errors import NotSignedIn
from apps.security.identity import Identity, Proof, nobody
from apps.security.keys import find_key
from apps.security.sessions import find_session
from core.errors import Forbidden
from core.models import User

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def identify(request: HttpRequest) -> Identity:
    """Who sent this request; what does not hold makes them nobody, with the reason kept."""
    scheme, value = _sent(request)
    if not scheme and not value:
        return _by_cookie(request)
    if scheme == "bearer":
        return _by_bearer(value)
    if scheme == "token":
        return _by_key(value)
    return nobody(NotSignedIn("Send Authorization: Bearer or Token."))


def bearer_token(request: HttpRequest) -> str | None:
    """The token that this request carries, whether it holds or not."""
    scheme, value = _sent(request)
    return value if scheme == "bearer" else None


def _sent(request: HttpRequest) -> tuple[str, str]:
    scheme, _, value = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    return scheme.lower(), value.strip()


def _by_bearer(value: str) -> Identity:
    session = find_session(value)
    if session is None:
        detail = "This token is not valid, or no longer."
        return nobody(NotSignedIn(detail, code="token_not_valid"))
    return Identity(session.user, Proof.BEARER, session=session)


def _by_key(value: str) -> Identity:
    key = find_key(value)
    if key is None:
        return nobody(NotSignedIn("This key is not valid, or no longer.", code="key_not_valid"))
    return Identity(key.user, Proof.KEY, key=key)


def _by_cookie(request: HttpRequest) -> Identity:
    user = get_user(request) if settings.SESSION_COOKIE_NAME in request.COOKIES else None
    if not isinstance(user, User):
        return nobody()
    if request.method not in SAFE_METHODS and not _has_csrf_token(request):
        return nobody(Forbidden("The CSRF token is missing or wrong.", code="csrf_failed"))
    return Identity(user, Proof.COOKIE)


class _CsrfCheck(CsrfViewMiddleware):
    def _reject(self, _request: HttpRequest, reason: str) -> HttpResponse:
        return HttpResponse(reason)


def _has_csrf_token(request: HttpRequest) -> bool:
    check = _CsrfCheck(lambda _request: HttpResponse())
    check.process_request(request)
    return check.process_view(request, lambda _request: HttpResponse(), (), {}) is None
