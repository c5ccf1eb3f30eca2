"""DRF's view of who calls: what the middleware has found out already."""

from django.http import HttpRequest
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from apps.security.addresses import client_network
from apps.security.identity import Identity
from apps.security.middleware import identity_of
from apps.security.rates import seconds_to_wait
from core.models import User

COUNTED = "rs_systems.seconds_to_wait"


def plain(request: Request) -> HttpRequest:
    """Django's request inside DRF's."""
    inner: HttpRequest = request._request  # noqa: SLF001  # DRF offers no other way
    return inner


def count_call(request: HttpRequest, principal: str | None) -> int:
    """Count this request, once; how many seconds the caller is to wait, 0 within both limits."""
    counted = request.META
    if COUNTED not in counted:
        waits = [seconds_to_wait("address", client_network(request))]
        if principal:
            waits.append(seconds_to_wait("user", principal))
        counted[COUNTED] = max(waits)
    found: int = counted[COUNTED]
    return found


class CarriedIdentity(BaseAuthentication):
    """Takes the identity that ``IdentityMiddleware`` put on the request."""

    def authenticate(self, request: Request) -> tuple[User, Identity] | None:
        """The person and their proof, if the request has one."""
        identity = identity_of(plain(request))
        return (identity.user, identity) if isinstance(identity.user, User) else None

    def authenticate_header(self, request: Request) -> str:
        """How to prove it."""
        return "Bearer"


class CallRate(BaseThrottle):
    """Limits calls by person and by address (``settings.CALLS_PER_MINUTE``)."""

    def allow_request(self, request: Request, view: APIView) -> bool:
        """Count the call; whether it is within both limits."""
        sent = plain(request)
        waits = [seconds_to_wait("address", client_network(sent))]
        if request.user.pk:
            waits.append(seconds_to_wait("user", identity_of(sent).principal))
        self._wait = max(waits)
        return self._wait == 0

    def wait(self) -> float:
        """How many seconds the caller is to wait."""
        return self._wait
