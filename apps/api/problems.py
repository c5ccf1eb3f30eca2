"""Every fault of the API as a problem (RFC 9457), whoever raised it."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.core.exceptions import (
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    ValidationError,
)
from django.http import Http404, HttpResponse
from rest_framework import exceptions

from apps.security.errors import MethodNotAllowed, NotSignedIn, TooManyRequests
from core.away import away
from core.errors import DomainError, Forbidden, Invalid, NotFound
from core.problems import problem_response


class TooLarge(DomainError):
    """The body is larger than is read here."""

    status = 413
    default_code = "too_large"
    default_detail = "This is too large."


class NotAcceptable(DomainError):
    """Nothing that is answered here suits the caller's Accept header."""

    status = 406
    default_code = "not_acceptable"
    default_detail = "This address answers application/json."


class UnsupportedMediaType(DomainError):
    """The body is of a type that is not read here."""

    status = 415
    default_code = "unsupported_media_type"
    default_detail = "This address does not read bodies of that type."


SIMPLE: Mapping[type[Exception], type[DomainError]] = {
    Http404: NotFound,
    exceptions.NotFound: NotFound,
    PermissionDenied: Forbidden,
    exceptions.PermissionDenied: Forbidden,
    exceptions.NotAuthenticated: NotSignedIn,
    exceptions.AuthenticationFailed: NotSignedIn,
    exceptions.MethodNotAllowed: MethodNotAllowed,
    exceptions.NotAcceptable: NotAcceptable,
    exceptions.UnsupportedMediaType: UnsupportedMediaType,
    RequestDataTooBig: TooLarge,
}


def handle(error: Exception, _context: Mapping[str, Any]) -> HttpResponse | None:
    """DRF's exception handler; ``None`` for a bug, which the middleware logs and answers."""
    fault = as_domain_error(error)
    return problem_response(fault) if fault else None


def as_domain_error(error: Exception) -> DomainError | None:
    """What the error means to the caller; ``None`` for a bug."""
    if isinstance(error, DomainError):
        return error
    for kind, meaning in SIMPLE.items():
        if isinstance(error, kind):
            return meaning()
    return _of_input(error) or _of_state(error)


def _of_input(error: Exception) -> DomainError | None:
    if isinstance(error, exceptions.ValidationError):
        return Invalid(errors=dict(flatten(error.detail)))
    if isinstance(error, ValidationError):
        return Invalid(errors=_by_field(error))
    if isinstance(error, exceptions.ParseError | SuspiciousOperation):
        return Invalid("The body cannot be read.", code="malformed")
    return None


def _of_state(error: Exception) -> DomainError | None:
    if isinstance(error, exceptions.Throttled):
        return TooManyRequests(extra={"retry_after": int(getattr(error, "wait", 0) or 1)})
    return away(error)


def flatten(detail: Any, name: str = "") -> Iterator[tuple[str, list[str]]]:
    """Messages by field; a field inside another is named ``rows.2.unit_number``."""
    if isinstance(detail, Mapping):
        for key, inner in detail.items():
            own = "" if key == "non_field_errors" else str(key)
            yield from flatten(inner, ".".join(part for part in (name, own) if part))
    else:
        yield name, [str(item) for item in (detail if isinstance(detail, list) else [detail])]


def _by_field(error: ValidationError) -> dict[str, list[str]]:
    if hasattr(error, "error_dict"):
        found: dict[str, list[str]] = error.message_dict
        return {("" if name == "__all__" else name): texts for name, texts in found.items()}
    return {"": list(error.messages)}
