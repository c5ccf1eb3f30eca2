"""Errors that a use case raises and every door understands.

A door turns one into its own form: the API into ``application/problem+json``, a page into a
message beside the kept input, a command into a line and a non-zero exit.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

FieldErrors = Mapping[str, Sequence[str]]


class DomainError(Exception):
    """What went wrong, for people (``detail``) and programs (``code``).

    Attributes:
        status: The HTTP status that a door answers with.
        code: Stable name of the fault.
        detail: One or two plain sentences.
        errors: Messages by field name, when single fields are at fault.
        extra: Further members of the answer, such as ``allowed_moves``.
    """

    status: ClassVar[int] = 400
    default_code: ClassVar[str] = "invalid"
    default_detail: ClassVar[str] = "The request is not valid."

    def __init__(
        self,
        detail: str | None = None,
        *,
        code: str | None = None,
        errors: FieldErrors | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        self.detail = detail or self.default_detail
        self.code = code or self.default_code
        self.errors = {name: list(messages) for name, messages in (errors or {}).items()}
        self.extra = dict(extra or {})
        super().__init__(self.detail)


class Invalid(DomainError):
    """The input breaks a rule, whatever the state of things."""


class Forbidden(DomainError):
    """The actor may read this, but may not do that with it."""

    status = 403
    default_code = "forbidden"
    default_detail = "You may not do this."


class NotFound(DomainError):
    """There is no such thing, or the actor may not see it: always the same words."""

    status = 404
    default_code = "not_found"
    default_detail = "Not found."


class Conflict(DomainError):
    """The state of things does not allow it now."""

    status = 409
    default_code = "conflict"
    default_detail = "This is not possible now."


class PreconditionFailed(DomainError):
    """The object has changed since the caller read it."""

    status = 412
    default_code = "stale"
    default_detail = "This was changed by somebody else since you opened it. Nothing was saved."


class Unprocessable(DomainError):
    """Well formed, but it contradicts an earlier call."""

    status = 422
    default_code = "unprocessable"
    default_detail = "The request contradicts an earlier one."


class PreconditionRequired(DomainError):
    """A write of fields came without the version that it was based on."""

    status = 428
    default_code = "version_required"
    default_detail = "Send the version you have read, in If-Match."


class Unavailable(DomainError):
    """What the work needs is away or too busy; nothing was done."""

    status = 503
    default_code = "unavailable"
    default_detail = "The service is busy. Nothing was changed; try again in a moment."
