"""How a fault is answered: by problem details (RFC 9457) in the API, or on a page."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import orjson
from django.http import HttpResponse

from core.errors import DomainError

CONTENT_TYPE = "application/problem+json"


def problem(
    status: int,
    code: str,
    detail: str,
    *,
    errors: Mapping[str, Any] | None = None,
    extra: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The members of one fault; ``extra`` adds its own, such as ``allowed_moves``."""
    return {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
        "errors": dict(errors or {}),
    } | dict(extra or {})


def problem_response(error: DomainError) -> HttpResponse:
    """The answer that tells ``error``; its ``retry_after`` becomes the header as well."""
    members = problem(
        error.status, error.code, error.detail, errors=error.errors, extra=error.extra
    )
    response = HttpResponse(orjson.dumps(members, default=str), content_type=CONTENT_TYPE)
    if error.status == HTTPStatus.UNAUTHORIZED:
        response["WWW-Authenticate"] = "Bearer"
    return marked(response, error)


def marked(response: HttpResponse, error: DomainError) -> HttpResponse:
    """The answer, whatever it shows, with the fault's status and when to try again."""
    response.status_code = error.status
    if "retry_after" in error.extra:
        response["Retry-After"] = str(error.extra["retry_after"])
    return response
