"""Django's test client over the wire: what it would hand to Django goes to a running server."""

import http.client
from collections.abc import Iterable
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlsplit

from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse
from django.test import Client
from django.utils.crypto import get_random_string

TIMEOUT_SECONDS = 60
# A browser gets these from a page and its cookie; whoever makes up both is as good a visitor.
CSRF_LENGTH = 32
OF_THE_WIRE = {"connection", "transfer-encoding", "content-length", "set-cookie", "date", "server"}
Environ = dict[str, Any]


class Wire:
    """Answers a WSGI environment as the server behind an address does."""

    def __init__(self, address: str) -> None:
        self.address = urlsplit(address)

    def __call__(self, environ: Environ) -> HttpResponse:
        """One request and its answer."""
        body = environ["wsgi.input"].read()
        connection = http.client.HTTPConnection(self.address.netloc, timeout=TIMEOUT_SECONDS)
        try:
            connection.request(
                environ["REQUEST_METHOD"], path_of(environ), body, dict(headers_of(environ))
            )
            answer = connection.getresponse()
            response = HttpResponse(answer.read(), status=answer.status)
        finally:
            connection.close()
        for name, value in answer.getheaders():
            if name.lower() not in OF_THE_WIRE:
                response.headers[name] = value
        response.cookies = SimpleCookie()
        for cookie in answer.headers.get_all("set-cookie") or []:
            response.cookies.load(cookie)
        # Where the client looks for what it has asked.
        vars(response)["wsgi_request"] = WSGIRequest(environ)
        return response


class RemoteClient(Client):
    """A client of a running server, signed in by nobody but that server."""

    def __init__(self, address: str, **options: Any) -> None:
        super().__init__(**options)
        vars(self)["handler"] = Wire(address)
        self.cookies["csrftoken"] = get_random_string(CSRF_LENGTH)


def path_of(environ: Environ) -> str:
    """What is asked for."""
    query = environ.get("QUERY_STRING", "")
    return f"{environ['PATH_INFO']}?{query}" if query else str(environ["PATH_INFO"])


def headers_of(environ: Environ) -> Iterable[tuple[str, str]]:
    """The headers that an environment stands for, with the proof that a form came from us."""
    for name, value in environ.items():
        if name.startswith("HTTP_"):
            yield name.removeprefix("HTTP_").replace("_", "-"), value
    if environ.get("CONTENT_TYPE"):
        yield "Content-Type", environ["CONTENT_TYPE"]
    cookies = SimpleCookie(environ.get("HTTP_COOKIE", ""))
    if "csrftoken" in cookies:
        yield "X-CSRFToken", cookies["csrftoken"].value
    if environ.get("HTTP_X_FORWARDED_PROTO") == "https":
        yield "Referer", f"https://{environ['HTTP_HOST']}/"
