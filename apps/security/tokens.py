"""The two tokens of a session, in SimpleJWT's format.

Each names its session (``sid``) and the person's ``session_version`` (``ver``); the look-up of
that session, not the signature alone, decides whether it still holds.
"""

from dataclasses import dataclass
from typing import Any

from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken

from core.models import User


@dataclass(frozen=True)
class Claims:
    """What a valid token says."""

    session_id: int
    user_id: int
    version: int
    jti: str


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
    return _read(AccessToken, token)


def read_refresh(token: str) -> Claims | None:
    """What a refresh token says; ``None`` when it is forged, expired or of another type."""
    return _read(RefreshToken, token)


def _read(kind: type[AccessToken | RefreshToken], token: str) -> Claims | None:
    try:
        payload = kind(token).payload  # type: ignore[arg-type]  # typed as a token, takes text
        return Claims(payload["sid"], payload["user_id"], payload["ver"], payload["jti"])
    except (TokenError, KeyError):
        return None
