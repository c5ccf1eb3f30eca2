"""What every request passes on its way in: a name for it, who it is, whether they may knock."""

import datetime as dt
import logging
from collections.abc import Callable, Mapping
from typing import Any, cast
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils import timezone

from apps.security.access import Access, find_row
from apps.security.authentication import identify
from apps.security.errors import MethodNotAllowed, NotSignedIn
from apps.security.identity import Identity, Proof
from core import idempotency
from core.away import away
from core.clock import now
from core.errors import DomainError, Forbidden, NotFound
from core.problems import problem_response
from core.request_context import request_id
from core.rules import is_signed_in
from core.shop import shop_zone

logger = logging.getLogger(__name__)

GetResponse = Callable[[HttpRequest], HttpResponseBase]
API = "/api/"
NOT_KEPT = "no-store, private"
COMPRESSED = ("text/", "application/json")
TECHNICIANS_PORTAL = "/tech/"
MONTH = int(dt.timedelta(days=30).total_seconds())


class KnownRequest(HttpRequest):
    """A request of the API after ``IdentityMiddleware``."""

    identity: Identity


def is_api(request: HttpRequest) -> bool:
    """Whether the REST API answers here, in JSON whatever happens."""
    return request.path_info.startswith(API)


def identity_of(request: HttpRequest) -> Identity:
    """Who this request is from, on a page or in the API."""
    known = getattr(request, "identity", None)
    return known if isinstance(known, Identity) else Identity(request.user, Proof.COOKIE)


class RequestIdMiddleware:
    """Gives each request a name of our making, for logs, audit entries and the caller."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Name the request while it runs, and tell the name in the answer."""
        name = uuid4().hex
        token = request_id.set(name)
        try:
            response = self.get_response(request)
        finally:
            request_id.reset(token)
        response.headers["X-Request-ID"] = name
        return response


class CompressionMiddleware(GZipMiddleware):
    """Sends pages and their data compressed, where no proxy does.

    Not the API's answers, whose ETags would become weak, and not pictures, which are small already.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> Any:
        """As Django's, which also hides how long a secret on the page is."""
        kind = response.headers.get("Content-Type", "")
        if is_api(request) or not kind.startswith(COMPRESSED):
            return response
        return super().process_response(request, response)


class IdentityMiddleware:
    """Looks once at who calls the API; keeps its answers out of caches and its faults in JSON."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Put a known person on every request of the API."""
        if not is_api(request):
            return _private(request, self.get_response(request))
        identity = identify(request)
        cast("KnownRequest", request).identity = identity
        request.user = identity.user
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", NOT_KEPT)
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Tell what went wrong as a problem; of a bug, nothing but that it happened."""
        if not is_api(request):
            return None
        if isinstance(error, Http404):
            return problem_response(NotFound())
        if isinstance(error, DomainError):
            return problem_response(error)
        if unavailable := away(error):
            return problem_response(unavailable)
        logger.error("unhandled fault at %s", request.path_info, exc_info=error)
        return problem_response(ServerFault())


def _private(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Keep what a signed-in person sees out of caches; the back button shows none of it later."""
    # Asked last: who is signed in is read from the session, which makes an answer vary by cookie.
    if "Cache-Control" not in response.headers and is_signed_in(request.user):
        response.headers["Cache-Control"] = NOT_KEPT
    return response


class ServerFault(DomainError):
    """A bug: the log has the details, the caller the request id."""

    status = 500
    default_code = "server_error"
    default_detail = "Something went wrong on our side. Nothing was changed."


class ZoneMiddleware:
    """Shows the pages' times in the shop's zone."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Set the zone for a page."""
        if request.path_info.startswith((API, "/health/")):
            return self.get_response(request)
        with timezone.override(ZoneInfo(shop_zone())):
            return self.get_response(request)


class AccessMiddleware:
    """Lets through what the access table allows (API, "Order of answers").

    In order: a URL without a row is missing; nobody signed in is asked to; a role without a row
    is told the same as of a missing object; a method that nobody has is 405; a method of others
    is 403, or 404 where the URL names an object, for whether that exists is not said here.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass on; ``process_view`` does the work."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, _view: object, _args: object, kwargs: Mapping[str, Any]
    ) -> HttpResponseBase | None:
        """Answer in the view's place when the caller may not knock here."""
        match = request.resolver_match
        row = find_row(match.view_name) if match else None
        try:
            check_access(request, row, names_object=bool(kwargs))
        except DomainError as fault:
            return _refusal(request, row, fault)
        if request.path_info.startswith(TECHNICIANS_PORTAL):
            _keep_signed_in(request)
        return None


def check_access(request: HttpRequest, row: Access | None, *, names_object: bool) -> None:
    """Raise what stands between this caller and this view.

    Raises:
        NotSignedIn, NotFound, MethodNotAllowed, Forbidden: See ``AccessMiddleware``.
    """
    method = request.method or "GET"
    if row is None:
        raise NotFound
    if row.is_public(method):
        return
    if row.is_open and not row.roles_for(method):
        raise MethodNotAllowed
    user = request.user
    if not is_signed_in(user):
        raise identity_of(request).fault or NotSignedIn()
    if not row.knows(user.role):
        raise NotFound
    if not row.roles_for(method):
        raise MethodNotAllowed
    if not row.allows(method, user.role):
        raise NotFound if names_object else Forbidden


def _refusal(request: HttpRequest, row: Access | None, fault: DomainError) -> HttpResponseBase:
    if is_api(request):
        return _replay(request, fault) or _api_refusal(request, row, fault)
    if row and row.is_data:
        return _api_refusal(request, row, fault)
    if isinstance(fault, MethodNotAllowed) and row:
        return HttpResponseNotAllowed(row.allow_header().split(", "))
    if isinstance(fault, NotSignedIn) and row:
        is_page = bool(row.roles_for("GET"))
        return redirect_to_login(request.get_full_path() if is_page else "/")
    if isinstance(fault, Forbidden):
        raise PermissionDenied
    raise Http404


def _replay(request: HttpRequest, fault: DomainError) -> HttpResponse | None:
    # What was answered once is answered again, even if the caller's role has changed since.
    key = request.headers.get(idempotency.HEADER)
    if key is None or not isinstance(fault, NotFound | Forbidden):
        return None
    try:
        principal = identity_of(request).principal
        return idempotency.stored_answer(idempotency.call_of(request, principal, key))
    except (DomainError, RequestDataTooBig):
        return None


def _api_refusal(request: HttpRequest, row: Access | None, fault: DomainError) -> HttpResponse:
    if not isinstance(fault, MethodNotAllowed) or row is None:
        return problem_response(fault)
    is_question = request.method == "OPTIONS"
    response = HttpResponse(status=204) if is_question else problem_response(fault)
    response["Allow"] = row.allow_header()
    return response


def _keep_signed_in(request: HttpRequest) -> None:
    today = now().date().isoformat()
    if is_signed_in(request.user) and request.session.get("renewed_on") != today:
        request.session["renewed_on"] = today
        request.session.set_expiry(MONTH)
