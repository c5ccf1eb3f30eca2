"""The steps that every edit shares: lock, compare the version, apply, check, save, record."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, TypeVar

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction

from apps.audit.recorder import record, snapshot
from core.errors import Conflict, Invalid, NotFound, PreconditionFailed
from core.keys import fold_key, is_printable, name_key, serial_key
from core.models import Customer, CustomerPreference, Site, User

M = TypeVar("M", bound=models.Model)
V = TypeVar("V", User, Customer, CustomerPreference, Site)
Changes = Mapping[str, Any]
# How the keys are made that stand beside these columns.
KEYS = {
    "name": name_key,
    "username": fold_key,
    "email": fold_key,
    "serial_number": serial_key,
}
CORRECT = "Please correct what is marked."


def locked(rows: models.QuerySet[M], pk: int) -> M:
    """One of the visible rows, locked until commit.

    Raises:
        NotFound: It is not among them.
    """
    row = rows.select_for_update(no_key=True, of=("self",)).filter(pk=pk).first()
    if row is None:
        raise NotFound
    return row


def found(rows: models.QuerySet[M], pk: int) -> M:
    """One of the visible rows; ``NotFound`` when it is not among them."""
    row = rows.filter(pk=pk).first()
    if row is None:
        raise NotFound
    return row


def check_version(instance: V, version: int | None) -> None:
    """Refuse an edit that is based on an older version.

    Raises:
        PreconditionFailed: Somebody has changed it since; ``extra`` tells the present version.
    """
    if version is not None and version != instance.version:
        raise PreconditionFailed(extra={"version": instance.version})


def edit(
    *, actor: User, instance: V, version: int | None, changes: Changes, allowed: Collection[str]
) -> V:
    """Apply the changes to a locked object, save its next version, record the difference.

    Raises:
        PreconditionFailed: The version is old.
        Invalid: A field is unknown, not theirs to change, or has an impossible value.
    """
    check_version(instance, version)
    refuse_others(changes, allowed)
    before = snapshot(instance)
    apply(instance, changes)
    return save_next(actor=actor, instance=instance, before=before, verb="changed")


def save_next(*, actor: User, instance: V, before: dict[str, Any], verb: str, note: str = "") -> V:
    """Save the next version and record the difference; without one, nothing is written."""
    if snapshot(instance) != before:
        instance.version += 1
        save_or_conflict(instance)
        name = instance._meta.model_name
        record(actor=actor, verb=f"{name}.{verb}", target=instance, before=before, note=note)
    return instance


def save_or_conflict(instance: models.Model) -> None:
    """Save what was checked before; the database settles who was first.

    Raises:
        Conflict: ``taken``: somebody else took the name or place a moment ago.
    """
    try:
        with transaction.atomic():
            instance.save()
    except IntegrityError as error:
        message = "Somebody else has just taken this name, address or place."
        raise Conflict(message, code="taken") from error


def refuse_others(changes: Changes, allowed: Collection[str]) -> None:
    """Refuse fields that are not to be changed here, each by name."""
    message = "This cannot be changed here."
    others = {name: [message] for name in changes if name not in allowed}
    if others:
        raise Invalid(message, errors=others)


def apply(instance: models.Model, changes: Changes) -> None:
    """Set the fields, texts trimmed, and check them.

    Raises:
        Invalid: With the messages by field.
    """
    for name, value in changes.items():
        setattr(instance, name, value.strip() if isinstance(value, str) else value)
    check_fields(instance, changes)


def check_fields(instance: models.Model, names: Collection[str]) -> None:
    """Check single fields as their models define them, and that texts are printable.

    Raises:
        Invalid: With the messages by field.
    """
    others = {field.name for field in instance._meta.fields} - set(names)
    errors: dict[str, list[str]] = {}
    try:
        instance.clean_fields(exclude=others)
    except ValidationError as error:
        errors = error.message_dict
    for name in names:
        if faults := list(_text_faults(instance, name)):
            errors[name] = faults
    if errors:
        raise Invalid(CORRECT, errors=errors)


def _text_faults(instance: models.Model, name: str) -> Iterator[str]:
    """What models let pass: invisible characters, and texts that are too long for their box."""
    value = getattr(instance, name)
    if not isinstance(value, str):
        return
    if not is_printable(" ".join(value.split())):
        yield "Please leave out invisible characters."
    if _is_key_too_long(instance, name):
        yield "Please write this shorter: some of its signs stand for many letters."
    field = instance._meta.get_field(name)
    if isinstance(field, models.TextField) and len(value) > (field.max_length or len(value)):
        yield f"Please write at most {field.max_length} characters."


def _is_key_too_long(instance: models.Model, name: str) -> bool:
    """Whether the stored key of this text, in which a sign may become many, has no room."""
    key = next((field for field in instance._meta.fields if field.name == f"{name}_key"), None)
    if key is None or name not in KEYS:
        return False
    return len(KEYS[name](str(getattr(instance, name)))) > (key.max_length or 0)


def check_new_password(password: str, user: User, *, field: str = "password") -> None:
    """Refuse a password that is too weak for this person.

    Raises:
        Invalid: With the reasons under the field's name.
    """
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Invalid(CORRECT, code="password_too_weak", errors={field: error.messages}) from error
