"""Problem details (RFC 9457): the one shape of every fault of the API."""

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
    response = HttpResponse(
        orjson.dumps(members, default=str), status=error.status, content_type=CONTENT_TYPE
    )
    if "retry_after" in error.extra:
        response["Retry-After"] = str(error.extra["retry_after"])
    if error.status == HTTPStatus.UNAUTHORIZED:
        response["WWW-Authenticate"] = "Bearer"
    return response
