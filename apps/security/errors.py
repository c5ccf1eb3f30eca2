"""Faults of knocking, before anything is done."""

from core.errors import DomainError


class NotSignedIn(DomainError):
    """Nobody is signed in, or what was sent to prove it does not hold."""

    status = 401
    default_code = "not_signed_in"
    default_detail = "Sign in first."


class MethodNotAllowed(DomainError):
    """No role may use this method here."""

    status = 405
    default_code = "method_not_allowed"
    default_detail = "This address does not take that method."


class TooManyRequests(DomainError):
    """A limit was reached; ``extra`` tells in ``retry_after`` how many seconds to wait."""

    status = 429
    default_code = "too_many_requests"
    default_detail = "Too many requests. Wait a moment, then try again."
