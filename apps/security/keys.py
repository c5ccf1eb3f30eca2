"""Keys for programs: made, looked up, revoked (API, "keys")."""

import datetime as dt
import hashlib
import secrets
from collections.abc import Collection

from apps.audit.recorder import record, snapshot
from apps.audit.use_case import use_case
from apps.security.enums import KeyScope
from apps.security.models import ApiKey
from apps.security.queries import find_with_person
from core.clock import now
from core.errors import Invalid, NotFound
from core.keys import is_printable
from core.models import User

USE_IS_NOTED_EVERY = dt.timedelta(minutes=10)
MOST_KEYS = 50


@use_case
def create_key(
    *,
    actor: User,
    name: str,
    scopes: Collection[str],
    expires_at: dt.datetime | None = None,
) -> tuple[ApiKey, str]:
    """Make a key that acts as ``actor`` within ``scopes``.

    Returns:
        The key's record and the key itself, which is shown this once and never stored.

    Raises:
        Invalid: No scope or an unknown one, an expiry in the past, too many keys.
    """
    _check(actor, name, scopes, expires_at)
    secret = f"rs_{secrets.token_urlsafe(32)}"
    key = ApiKey.objects.create(
        user=actor,
        name=name,
        prefix=secret[:11],
        key_hash=_hash(secret),
        scopes=[scope for scope in KeyScope.values if scope in scopes],
        expires_at=expires_at,
    )
    record(actor=actor, verb="key.created", target=key)
    return key, secret


@use_case
def revoke_key(*, actor: User, key_id: int) -> None:
    """End a key at once; a revoked one stays as it is.

    Raises:
        NotFound: There is no such key, or it is somebody else's.
    """
    visible = ApiKey.objects.visible_to(actor).select_for_update(of=("self",), no_key=True)
    key = visible.filter(pk=key_id).first()
    if key is None:
        raise NotFound
    if key.revoked_at is None:
        before = snapshot(key)
        key.revoked_at = now()
        key.save(update_fields=["revoked_at"])
        record(actor=actor, verb="key.revoked", target=key, before=before)


def find_key(secret: str) -> ApiKey | None:
    """The working key that was sent, its person loaded with it: one indexed read."""
    key = find_with_person(ApiKey, "key_hash", _hash(secret))
    if key is None or not key.works_at(now()):
        return None
    if key.last_used_at is None or key.last_used_at < now() - USE_IS_NOTED_EVERY:
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=now())
    return key


def _check(actor: User, name: str, scopes: Collection[str], expires_at: dt.datetime | None) -> None:
    errors: dict[str, list[str]] = {}
    if not name.strip() or not is_printable(name) or len(name) > ApiKey.NAME_LENGTH:
        errors["name"] = ["Write a name of 1 to 100 printable characters."]
    if not scopes or not set(scopes) <= set(KeyScope.values):
        errors["scopes"] = [f"Choose at least one of: {', '.join(KeyScope.values)}."]
    if expires_at is not None and expires_at <= now():
        errors["expires_at"] = ["This moment has passed."]
    if errors:
        raise Invalid(errors=errors)
    if ApiKey.objects.filter(user=actor, revoked_at=None).count() >= MOST_KEYS:
        raise Invalid(f"You have {MOST_KEYS} keys already. Revoke one first.", code="too_many_keys")


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
