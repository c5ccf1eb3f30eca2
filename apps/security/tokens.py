"""The two tokens of a session, in SimpleJWT's format.

Each names its session (``sid``) and the person's ``session_version`` (``ver``); the look-up of
that session, not the signature alone, decides whether it still holds.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken

from core.clock import now
from core.models import User

MOST_KNOWN = 10_000


@dataclass(frozen=True)
class Claims:
    """What a valid token says."""

    session_id: int
    user_id: int
    version: int
    jti: str
    expires_at: int


@dataclass(frozen=True)
class TokenPair:
    """What signing in and refreshing answer."""

    access: str
    refresh: str


def issue(user: User, *, session_id: int, refresh_jti: str) -> TokenPair:
    """A fresh pair for a session; the refresh token carries the given ``jti``."""
    claims: dict[str, Any] = {
        "user_id": user.pk,
        "sid": session_id,
        "ver": user.session_version,
    }
    access, refresh = AccessToken(), RefreshToken()
    access.payload.update(claims)
    refresh.payload.update(claims | {"jti": refresh_jti})
    return TokenPair(access=str(access), refresh=str(refresh))


def read_access(token: str) -> Claims | None:
    """What an access token says; ``None`` when it is forged, expired or of another type."""
    try:
        claims = _known_access(token)
    except (TokenError, KeyError):
        return None
    return claims if claims.expires_at > now().timestamp() else None


def read_refresh(token: str) -> Claims | None:
    """What a refresh token says; ``None`` when it is forged, expired or of another type."""
    try:
        return _verified(RefreshToken, token)
    except (TokenError, KeyError):
        return None


@lru_cache(maxsize=MOST_KNOWN)
def _known_access(token: str) -> Claims:
    # Of a good token nothing but its age ever changes; what does not hold raises, and is not kept.
    return _verified(AccessToken, token)


def _verified(kind: type[AccessToken | RefreshToken], token: str) -> Claims:
    payload = kind(token).payload  # type: ignore[arg-type]  # typed as a token, takes text
    return Claims(
        session_id=payload["sid"],
        user_id=payload["user_id"],
        version=payload["ver"],
        jti=payload["jti"],
        expires_at=payload["exp"],
    )
