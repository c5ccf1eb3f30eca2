"""Browsers that show messages: subscribed by their owner, ended by them or by the push service."""

import base64
import binascii
import hashlib
import re
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from py_vapid import Vapid

from apps.audit.recorder import record, snapshot
from apps.audit.use_case import use_case
from apps.notifications.models import PushSubscription
from core.errors import Invalid, NotFound
from core.models import User

MOST_BROWSERS = 10
BASE64URL = re.compile(r"[A-Za-z0-9_-]{1,100}", re.ASCII)
LONGEST_ENDPOINT = 1000
SECRET_BYTES = 16


@use_case
def subscribe(*, actor: User, endpoint: str, p256dh: str, auth: str) -> PushSubscription:
    """Show the person's messages in this browser from now on; again changes nothing.

    A browser that somebody else used before is theirs no more. Of more than ten the oldest goes.

    Args:
        actor: Whose messages.
        endpoint: The address that the browser's push service gave it.
        p256dh: Public key of the browser, base64url.
        auth: Its secret, base64url.

    Raises:
        Invalid: It is the address of no push service that we know, or a key is none.
    """
    _check(endpoint, {"p256dh": p256dh, "auth": auth})
    # Whoever subscribes twice at once finds the first one.
    User.objects.select_for_update(no_key=True).get(pk=actor.pk)
    found = PushSubscription.objects.select_for_update(no_key=True)
    present = found.filter(endpoint_hash=hash_of(endpoint)).first()
    before = snapshot(present) if present else None
    row = present or PushSubscription(endpoint_hash=hash_of(endpoint))
    row.user, row.endpoint, row.p256dh, row.auth = actor, endpoint, p256dh, auth
    row.service = (urlsplit(endpoint).hostname or "")[:100]
    if before is not None and snapshot(row) == before:
        return row
    row.save()
    record(actor=actor, verb="pushsubscription.added", target=row, before=before)
    for old in PushSubscription.objects.filter(user=actor).order_by("-pk")[MOST_BROWSERS:]:
        _end(actor, old)
    return row


@use_case
def unsubscribe(*, actor: User, endpoint: str = "", subscription_id: int | None = None) -> None:
    """Show nothing more in a browser of one's own.

    Raises:
        NotFound: It is none of theirs.
    """
    rows = PushSubscription.objects.select_for_update(no_key=True).filter(user=actor)
    if subscription_id is None:
        row = rows.filter(endpoint_hash=hash_of(endpoint)).first()
    else:
        row = rows.filter(pk=subscription_id).first()
    if row is None:
        raise NotFound
    _end(actor, row)


@use_case
def end_subscription(*, subscription_id: int) -> None:
    """The push service says that the browser is gone."""
    row = PushSubscription.objects.filter(pk=subscription_id).first()
    if row is not None:
        _end(User.objects.system(), row)


def public_key() -> str:
    """What browsers are told of our key, base64url; empty where the shop has none."""
    if not settings.VAPID_PRIVATE_KEY:
        return ""
    ours = Vapid.from_raw(settings.VAPID_PRIVATE_KEY.encode()).public_key
    point = ours.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(point).decode().rstrip("=")


def hash_of(endpoint: str) -> str:
    """What an endpoint is found by."""
    return hashlib.sha256(endpoint.encode()).hexdigest()


def _end(actor: User, row: PushSubscription) -> None:
    record(actor=actor, verb="pushsubscription.ended", target=row, force=True)
    row.delete()


def _check(endpoint: str, keys: dict[str, str]) -> None:
    errors: dict[str, list[str]] = {}
    if len(endpoint) > LONGEST_ENDPOINT or not _is_known(endpoint):
        errors["endpoint"] = ["This is no push service that we know."]
    if not _is_point(_bytes(keys["p256dh"])):
        errors["p256dh"] = ["This is no key of a browser."]
    if len(_bytes(keys["auth"])) != SECRET_BYTES:
        errors["auth"] = ["This is no secret of a browser."]
    if errors:
        raise Invalid(errors=errors)


def _is_known(endpoint: str) -> bool:
    """We post there, so it must be a push service and not, say, a machine of our own network."""
    try:
        parts = urlsplit(endpoint)
        port = parts.port
    except ValueError:
        return False
    if f"{parts.scheme}://{parts.netloc}" in settings.PUSH_SERVICES:
        return True
    host = parts.hostname or ""
    is_plain = parts.scheme == "https" and port is None and "@" not in parts.netloc
    return is_plain and any(
        host == each or host.endswith(f".{each}") for each in settings.PUSH_SERVICES
    )


def _bytes(text: str) -> bytes:
    """What base64url text stands for; nothing for what is none."""
    if not BASE64URL.fullmatch(text):
        return b""
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error:
        return b""


def _is_point(data: bytes) -> bool:
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), data)
    except ValueError:
        return False
    return True
