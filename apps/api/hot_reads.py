"""The reads that most calls are, answered before Django's and DRF's machinery.

``HotReads`` stands around the WSGI application. It answers only what is ordinary in every respect:
GET of a known address, a bearer token that holds, a role that may, parameters that are valid, a
minute that is not used up. The view that answers otherwise makes the answer here too, and the
headers around it are those of an answer that went the ordinary way. Whatever is not so goes that
way, which finds it out again and says so: refusals have one home.
"""

import logging
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any, cast
from uuid import uuid4

from django.core.exceptions import SuspiciousOperation
from django.core.handlers.wsgi import WSGIRequest
from django.db import DatabaseError
from django.http import HttpRequest, QueryDict
from rest_framework.request import Request

from apps.api.authentication import count_call
from apps.api.base import ApiView, ListView
from apps.api.jobs import JobList
from apps.api.parsers import to_json
from apps.api.repairs import RepairDetail, RepairList
from apps.security.access import find_row
from apps.security.authentication import bearer_token
from apps.security.sessions import expect_reader_of, find_reader_of
from core.connections import ready_for_request
from core.errors import DomainError
from core.metrics import observe
from core.models import User
from core.prepared import riding

Environ = dict[str, Any]
Headers = list[tuple[str, str]]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]
logger = logging.getLogger(__name__)

HOT = re.compile("/api/(?:(?P<list>repairs|jobs)|repairs/(?P<number>[0-9]{1,18}))/")
# The ways to say "JSON, please" of browsers' fetch, curl, axios and most clients.
ACCEPTED = {None, "*/*", "application/json", "application/json, text/plain, */*"}
# What decides about the headers of an answer and the addresses inside it.
FRAMED_BY = ("HTTP_HOST", "wsgi.url_scheme", "HTTP_X_FORWARDED_PROTO", "SCRIPT_NAME")
OF_ONE_ANSWER = {"content-length", "etag", "x-request-id"}
MOST_FRAMES = 100
LISTS: Mapping[str, tuple[str, type[ListView]]] = {
    "repairs": ("api:repair-list", RepairList),
    "jobs": ("api:job-list", JobList),
}
DETAIL = "api:repair-detail"
NOTHING_ASKED = QueryDict("")


@dataclass(frozen=True)
class Frame:
    """What is the same in all answers of a view under one address of ours."""

    headers: tuple[tuple[str, str], ...]
    origin: str


@dataclass(slots=True)
class HotRequest:
    """As much of a request as is looked at by a view that reads, and before it."""

    META: Environ
    path: str
    query_params: QueryDict
    origin: str
    user: User | None = None
    method: str = "GET"

    def build_absolute_uri(self, location: str) -> str:
        """An address of ours as the caller writes it."""
        return self.origin + location


@dataclass(frozen=True, slots=True)
class Answer:
    """The bytes of an answer, and the headers that it alone has."""

    headers: Headers
    body: bytes


@dataclass
class HotReads:
    """Answers what is hot and ordinary, and passes on the rest.

    Attributes:
        ordinary: The application that answers everything.
        begin: What is done to the connection as a request begins; false where it is none of those
            whose statements we prepare.
        frames: What was learned of ordinary answers.
    """

    ordinary: Application
    begin: Callable[[], bool] = ready_for_request
    frames: dict[tuple[Any, ...], Frame] = field(default_factory=dict)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer or pass on."""
        begun = perf_counter()
        found = self.finds(environ)
        if not found or is_unusual(environ):
            return self.ordinary(environ, start_response)
        key = (found["list"], *map(environ.get, FRAMED_BY))
        frame = self.frames.get(key)
        if frame is None or not self.begin():
            return self.ordinary(environ, self._learning(key, environ, start_response))
        answer = read(environ, frame, found)
        if answer is None:
            return self.ordinary(environ, start_response)
        start_response("200 OK", [*frame.headers, *answer.headers])
        observe(_view(found), "GET", 200, perf_counter() - begun)
        return [answer.body]

    @staticmethod
    def finds(environ: Environ) -> "re.Match[str] | None":
        """Whether this is a read that is answered here; with the name of a list, or a number."""
        if environ["REQUEST_METHOD"] != "GET":
            return None
        return HOT.fullmatch(environ["PATH_INFO"])

    def _learning(
        self, key: tuple[Any, ...], environ: Environ, start_response: StartResponse
    ) -> StartResponse:
        """Keeps the frame of an answer on its way out."""

        def start(status: str, headers: Headers, *fault: Any) -> Any:
            names = {name.lower() for name, _ in headers}
            if status.startswith("200") and "set-cookie" not in names:
                if len(self.frames) >= MOST_FRAMES:
                    self.frames.clear()
                self.frames[key] = _frame(environ, headers)
            return start_response(status, headers, *fault)

        return start


def _view(found: "re.Match[str]") -> str:
    return LISTS[found["list"]][0] if found["list"] else DETAIL


def is_unusual(environ: Environ) -> bool:
    """Whether an answer has more to say than usual, or is wanted in another form."""
    return "HTTP_ORIGIN" in environ or environ.get("HTTP_ACCEPT") not in ACCEPTED


def read(environ: Environ, frame: Frame, found: "re.Match[str]") -> Answer | None:
    """What the view answers; nothing where it would refuse, or anything is not as usual."""
    try:
        return _read(environ, frame, found)
    except (DomainError, SuspiciousOperation, DatabaseError):
        return None
    except Exception:  # the ordinary way answers what this one stumbles over
        logger.exception("hot read of %s", environ["PATH_INFO"])
        return None


def _read(environ: Environ, frame: Frame, found: "re.Match[str]") -> Answer | None:
    request = _request(environ, frame)
    token = bearer_token(cast("HttpRequest", request))
    if not token:
        return None
    expected = expect_reader_of(token)
    if expected is None:
        return _told(request, found, find_reader_of(token))
    # Read for whom the token was last, and told only if the same statement says they still are.
    with riding(expected.rider):
        answer = _told(request, found, expected.user)
    if answer is None or expected.is_confirmed:
        return answer
    # Nothing was found that the proof could come with, or they are another reader by now.
    user = find_reader_of(token)
    return answer if user is expected.user else _told(request, found, user, is_counted=True)


def _told(
    request: HotRequest, found: "re.Match[str]", user: User | None, *, is_counted: bool = False
) -> Answer | None:
    name, view = LISTS.get(found["list"], (DETAIL, None))
    if user is None or not _is_open_to(user, name):
        return None
    if not is_counted and count_call(cast("HttpRequest", request), f"user:{user.pk}"):
        return None
    request.user = user
    return _list(request, view()) if view else _detail(request, int(found["number"]))


def _is_open_to(user: User, name: str) -> bool:
    row = find_row(name)
    return row is not None and row.allows("GET", user.role)


def _list(request: HotRequest, view: ListView) -> Answer:
    return _answer(view.told_page(_asked(view, request)))


def _detail(request: HotRequest, number: int) -> Answer:
    view = RepairDetail()
    _asked(view, request)
    told = view.told_one(number)
    return _answer(told, ("ETag", f'"{told["version"]}"'))


def _asked(view: ApiView, request: HotRequest) -> Request:
    view.request = cast("Request", request)
    view.read_query(view.request)
    return view.request


def _answer(told: Any, *headers: tuple[str, str]) -> Answer:
    body = to_json(told)
    own = [("Content-Length", str(len(body))), ("X-Request-ID", uuid4().hex)]
    return Answer([*headers, *own], body)


def _request(environ: Environ, frame: Frame) -> HotRequest:
    query = environ.get("QUERY_STRING")
    return HotRequest(
        META=environ,
        path=environ.get("SCRIPT_NAME", "").rstrip("/") + environ["PATH_INFO"],
        query_params=QueryDict(query.encode("iso-8859-1")) if query else NOTHING_ASKED,
        origin=frame.origin,
    )


def _frame(environ: Environ, headers: Headers) -> Frame:
    kept = tuple(each for each in headers if each[0].lower() not in OF_ONE_ANSWER)
    return Frame(kept, WSGIRequest(environ).build_absolute_uri("/").removesuffix("/"))
