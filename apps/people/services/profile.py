"""What people change about themselves: never their role, flags or limits."""

from apps.audit.recorder import snapshot
from apps.audit.use_case import use_case
from apps.people.editing import (
    CORRECT,
    Changes,
    apply,
    check_version,
    locked,
    refuse_others,
    save_next,
)
from apps.people.queries import user_by_email
from core.errors import Invalid
from core.models import User
from core.phones import normalise_phone

FIELDS = ("first_name", "last_name", "phone", "email")


@use_case
def update_profile(
    *, actor: User, version: int | None, changes: Changes, current_password: str = ""
) -> User:
    """Change one's own name, phone or e-mail; a new e-mail needs the password.

    Raises:
        PreconditionFailed: The profile was changed elsewhere.
        Invalid: A field is unknown, not theirs to change, or has an impossible value.
    """
    user = locked(User.objects.people().filter(is_active=True), actor.pk)
    check_version(user, version)
    refuse_others(changes, FIELDS)
    before = snapshot(user)
    changes = dict(changes)
    if "phone" in changes:
        changes["phone"] = normalise_phone(str(changes["phone"]))
    apply(user, changes)
    _check_name(user)
    if user.email != before["email"]:
        _check_new_email(user, current_password)
    return save_next(actor=user, instance=user, before=before, verb="profile_changed")


def _check_name(user: User) -> None:
    if not user.first_name:
        raise Invalid(CORRECT, errors={"first_name": ["Please fill this in."]})


def _check_new_email(user: User, password: str) -> None:
    if not user.email:
        raise Invalid(CORRECT, errors={"email": ["Please fill this in."]})
    if not user.check_password(password):
        message = "Enter your password to change your e-mail."
        raise Invalid(message, errors={"current_password": [message]})
    other = user_by_email(user.email)
    if other is not None and other.pk != user.pk:
        raise Invalid(CORRECT, errors={"email": ["This address cannot be used."]})
