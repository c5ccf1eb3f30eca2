"""The browsers and programs that people sign in from, so that they hear of a new one.

A device is known by a token: a browser gets a random one in a cookie, and so does a program that
keeps cookies; another program's is made of its network and its name. Kept is only a keyed hash of
it for each person, and when it was last used: no address, no history.
"""

import datetime as dt
import secrets
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.crypto import salted_hmac

from apps.audit.recorder import change, record, snapshot
from apps.security.addresses import client_address, client_network
from apps.security.agents import in_words
from apps.security.models import KnownDevice
from core.clock import now
from core.mails import address, promise_mail
from core.models import User

COOKIE = "rs_device"
KEPT_FOR = dt.timedelta(days=365)
_SALT = "security.device"
_HANDED_OUT = "device_token"


class DeviceMiddleware:
    """Gives the device of a sign-in the cookie that it is known by."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, and where somebody has signed in, set the cookie."""
        response = self.get_response(request)
        if token := getattr(request, _HANDED_OUT, ""):
            response.set_signed_cookie(
                COOKIE,
                token,
                salt=_SALT,
                max_age=int(KEPT_FOR.total_seconds()),
                httponly=True,
                samesite="Strict",
                secure=settings.SESSION_COOKIE_SECURE,
            )
        return response


def note_sign_in(*, request: HttpRequest, user: User, is_program: bool) -> None:
    """Know the device from now on; where it was not known, promise its person a mail.

    To be called before the sign-in is noted at the person, inside its use case. The first of all
    sign-ins of an account tells nobody: whoever made the account is there.
    """
    device = remember(request=request, user=user, is_program=is_program)
    if device is None or user.last_login is None:
        return
    words = in_words(request.headers.get("User-Agent", ""))
    record(
        actor=user,
        verb="user.new_device",
        target=user,
        before=snapshot(user),
        changes=[change("device", None, words)],
    )
    promise_mail(
        to=user.email,
        kind="new_sign_in",
        fields={
            "device": words,
            "network": client_address(request),
            "address": address(f"{reverse('account')}#safety"),
        },
        key=f"new_sign_in:{device.pk}",
        reader=user,
        moments={"when": now()},
    )


def remember(*, request: HttpRequest, user: User, is_program: bool) -> KnownDevice | None:
    """Know the device of this request from now on; it is returned where it was not known."""
    token = _sent_token(request) or (
        _token_of_program(request, user) if is_program else secrets.token_hex(16)
    )
    setattr(request, _HANDED_OUT, token)
    mark = salted_hmac(f"{_SALT}.mark", f"{user.pk}:{token}", algorithm="sha256").hexdigest()
    if KnownDevice.objects.filter(user=user, mark=mark).update(last_used_at=now()):
        return None
    # Of two sign-ins at the same moment one makes it.
    device, is_new = KnownDevice.objects.get_or_create(user=user, mark=mark)
    return device if is_new else None


def forget_devices(*, user: User) -> None:
    """Know none of a person's any more: who has ended all sessions hears of each that comes."""
    KnownDevice.objects.filter(user=user).delete()


def purge_unused() -> int:
    """Forget devices that nobody has signed in from for a year; returns how many."""
    return KnownDevice.objects.filter(last_used_at__lt=now() - KEPT_FOR).delete()[0]


def _sent_token(request: HttpRequest) -> str:
    found = request.get_signed_cookie(COOKIE, default="", salt=_SALT, max_age=KEPT_FOR)
    return str(found)


def _token_of_program(request: HttpRequest, user: User) -> str:
    # Without its version: a program that was updated is none that was never seen.
    words = in_words(request.headers.get("User-Agent", ""))
    told = f"{user.pk}:{client_network(request)}:{words}"
    return salted_hmac(f"{_SALT}.program", told, algorithm="sha256").hexdigest()[:32]
