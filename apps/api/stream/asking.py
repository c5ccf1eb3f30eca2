"""The way from the stream's process into Django: one request, in a thread of the pool."""

import io
from collections.abc import Callable, Mapping
from typing import Any, cast

from django.http import HttpResponse
from django.http.response import HttpResponseBase

Scope = Mapping[str, Any]
Handler = Callable[..., HttpResponseBase]


def ask(handler: Handler, scope: Scope, *, last_event_id: int | None = None) -> HttpResponse:
    """What the pages' and API's machinery answers to this request, without its body.

    Args:
        handler: Django's WSGI handler.
        scope: The request, as ASGI tells it.
        last_event_id: Asked again: behind which position now.
    """
    environ = _environ(scope)
    if last_event_id is not None:
        environ["HTTP_LAST_EVENT_ID"] = str(last_event_id)
        environ["QUERY_STRING"] = ""
    answer = cast("HttpResponse", handler(environ, _ignore_start))
    answer.close()  # gives the connection back, as after any request
    return answer


def _ignore_start(_status: str, _headers: list[tuple[str, str]]) -> None:
    """The answer itself carries both."""


def _environ(scope: Scope) -> dict[str, Any]:
    host, port = scope.get("server") or ("localhost", 80)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        # As PEP 3333 wants it: bytes, written as latin-1.
        "PATH_INFO": scope["path"].encode().decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": host,
        "SERVER_PORT": str(port),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": (scope.get("client") or ("127.0.0.1", 0))[0],
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": io.StringIO(),
        "CONTENT_LENGTH": "0",
    }
    return environ | dict(map(_variable, scope["headers"]))


def _variable(header: tuple[bytes, bytes]) -> tuple[str, str]:
    name, value = (part.decode("latin-1") for part in header)
    key = name.upper().replace("-", "_")
    # A body is never read here.
    return ("HTTP_UNREAD" if key.startswith("CONTENT_") else f"HTTP_{key}"), value
