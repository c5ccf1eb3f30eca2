"""Changing a password, and choosing a new one by mail."""

from django.contrib.auth.tokens import default_token_generator
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode

from apps.audit.recorder import snapshot
from apps.audit.use_case import use_case
from apps.people.editing import check_new_password, locked, save_next
from apps.people.queries import user_by_email
from apps.security.sessions import end_sessions
from core.clock import now
from core.errors import Invalid, NotFound
from core.mails import address, promise_mail
from core.models import User


@use_case
def change_password(*, actor: User, current_password: str, new_password: str) -> User:
    """Choose a new password, knowing the present one; ends all sessions of the person.

    Raises:
        Invalid: The present one is wrong, or the new one too weak.
    """
    user = locked(User.objects.people().filter(is_active=True), actor.pk)
    if not user.check_password(current_password):
        message = "This is not your present password."
        raise Invalid(message, errors={"current_password": [message]})
    return _set(user, new_password, verb="password_changed")


@use_case
def request_password_reset(*, email: str) -> None:
    """Mail a way to choose a new password, if the address is somebody's; never says whether.

    At most one mail a minute goes to an address.
    """
    user = user_by_email(email)
    if user is None or not user.is_active:
        return
    minute = now().strftime("%Y%m%d%H%M")
    promise_mail(
        to=user.email,
        kind="password_reset",
        fields={"address": way_in(user)},
        key=f"password_reset:{user.pk}:{minute}",
    )


@use_case
def reset_password(*, encoded_id: str, token: str, new_password: str) -> User:
    """Set the password by a mailed token, which dies on use; ends all sessions of the person.

    Raises:
        NotFound: The token does not hold, or no longer.
        Invalid: The password is too weak.
    """
    holder = holder_of(encoded_id, token)
    user = locked(User.objects.people().filter(is_active=True), holder.pk)
    if not default_token_generator.check_token(user, token):  # used while we waited for the lock
        raise _not_valid()
    return _set(user, new_password, verb="password_reset")


def way_in(user: User) -> str:
    """The address to mail: whoever opens it within an hour chooses the password, once."""
    path = reverse(
        "password_reset_confirm", args=[encoded(user), default_token_generator.make_token(user)]
    )
    return address(path)


def holder_of(encoded_id: str, token: str) -> User:
    """Whom a mailed token belongs to.

    Raises:
        NotFound: It does not hold, or no longer.
    """
    user = User.objects.people().filter(pk=_decoded(encoded_id), is_active=True).first()
    if user is None or not default_token_generator.check_token(user, token):
        raise _not_valid()
    return user


def encoded(user: User) -> str:
    """The person's id as links carry it."""
    return urlsafe_base64_encode(force_bytes(user.pk))


def _decoded(text: str) -> int:
    try:
        number = int(urlsafe_base64_decode(text))
    except ValueError:
        return 0
    return number if 0 < number < 2**63 else 0


def _not_valid() -> NotFound:
    return NotFound("This address is not valid any more. Ask for a new one.")


def _set(user: User, password: str, *, verb: str) -> User:
    check_new_password(password, user, field="new_password")
    before, is_first = snapshot(user), not user.has_usable_password()
    user.set_password(password)
    save_next(actor=user, instance=user, before=before, verb=verb)
    end_sessions(user=user)
    if is_first:  # nothing was changed that a mail could tell of
        return user
    promise_mail(
        to=user.email,
        kind="password_changed",
        fields={},
        key=f"password_changed:{user.pk}:{user.version}",
    )
    return user
