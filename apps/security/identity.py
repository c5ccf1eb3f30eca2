"""Who a request of the API comes from, and by what proof."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser

from core.errors import DomainError
from core.models import User

if TYPE_CHECKING:
    from apps.security.models import ApiKey, AuthSession


class Proof(StrEnum):
    """How somebody showed who they are."""

    NONE = "none"
    BEARER = "bearer"
    KEY = "token"
    COOKIE = "session"


@dataclass(frozen=True)
class Identity:
    """The outcome of looking at what a request carries.

    Attributes:
        user: The person, or the anonymous user.
        proof: What they sent.
        session: The session of a bearer token.
        key: The key of a ``Token`` header.
        fault: Why what they sent does not hold; told where a signed-in person is wanted.
    """

    user: User | AnonymousUser
    proof: Proof = Proof.NONE
    session: "AuthSession | None" = None
    key: "ApiKey | None" = None
    fault: DomainError | None = None

    @property
    def principal(self) -> str:
        """Whom repeated calls belong to: a person, or one of their keys."""
        return f"key:{self.key.pk}" if self.key else f"user:{self.user.pk}"


def nobody(fault: DomainError | None = None) -> Identity:
    """A request that proves nothing."""
    return Identity(user=AnonymousUser(), fault=fault)
