"""Making user accounts; the one home of how a person comes to be."""

import re
import secrets
from dataclasses import dataclass

from apps.audit.recorder import record
from apps.people.editing import CORRECT, check_fields, check_new_password, save_or_conflict
from core.enums import Role
from core.errors import Invalid
from core.keys import fold_key
from core.models import User
from core.phones import normalise_phone

_NOT_IN_NAMES = re.compile(r"[^a-z0-9._-]+")
_FIELDS = ("first_name", "last_name", "email", "phone")


@dataclass(frozen=True, kw_only=True)
class Newcomer:
    """What a stranger tells about themselves; nobody knows yet whether the address is theirs."""

    first_name: str
    email: str
    last_name: str = ""
    phone: str = ""


@dataclass(frozen=True, kw_only=True)
class NewPerson(Newcomer):
    """Somebody known, who gets an account with a password."""

    password: str


def build_user(person: NewPerson, *, role: Role = Role.CUSTOMER, username: str = "") -> User:
    """A checked, unsaved user with a password; see ``build_newcomer``.

    Raises:
        Invalid: With the messages by field.
    """
    user = build_newcomer(person, role=role, username=username)
    check_new_password(person.password, user)
    user.set_password(person.password)
    return user


def build_newcomer(person: Newcomer, *, role: Role = Role.CUSTOMER, username: str = "") -> User:
    """A checked, unsaved user whom no password lets in yet.

    Without a user name given, one is made from the address.

    Raises:
        Invalid: With the messages by field.
    """
    user = User(
        first_name=person.first_name.strip(),
        last_name=person.last_name.strip(),
        email=person.email.strip(),
        phone=normalise_phone(person.phone),
        role=role,
    )
    missing = [name for name in ("first_name", "email") if not getattr(user, name)]
    if missing:
        raise Invalid(CORRECT, errors={name: ["Please fill this in."] for name in missing})
    check_fields(user, _FIELDS)
    user.username = checked_username(username) if username else free_username(user.email)
    user.set_unusable_password()
    return user


def save_new_user(*, actor: User | None, user: User) -> User:
    """Store a new user and record who made the account: somebody, or the person themselves.

    Raises:
        Conflict: ``taken``: somebody else took the address or the name a moment ago.
    """
    save_or_conflict(user)
    record(actor=actor or user, verb="user.created", target=user)
    return user


def checked_username(username: str) -> str:
    """A name that somebody chose.

    Raises:
        Invalid: Not a name, or taken. A name with “@” could be somebody else's address.
    """
    user = User(username=username.strip())
    check_fields(user, ["username"])
    message = ""
    if "@" in user.username:
        message = "Please choose a user name without @."
    elif User.objects.filter(username_key=fold_key(user.username)).exists():
        message = "This user name is taken."
    if message:
        raise Invalid(message, errors={"username": [message]})
    return user.username


def free_username(email: str) -> str:
    """A user name from the address; with a random end where the plain one is taken."""
    stem = _NOT_IN_NAMES.sub("", fold_key(email.partition("@")[0]))[:100] or "user"
    taken = User.objects.filter(username_key=stem).exists()
    return f"{stem}-{secrets.token_hex(4)}" if taken else stem
