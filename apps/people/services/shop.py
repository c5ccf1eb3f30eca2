"""The shop's settings: every change is a new version."""

from django.forms.models import model_to_dict

from apps.audit.recorder import record, snapshot
from apps.audit.use_case import use_case
from apps.people.editing import Changes, apply, refuse_others
from core.errors import Forbidden, PreconditionFailed
from core.models import ShopSettings, User
from core.rules import is_admin

FIELDS = (
    *("time_zone", "require_after_photo", "assignment_mode", "redo_months", "on_the_spot"),
    *("holiday_region", "closing_days"),
)


@use_case
def update_shop_settings(*, actor: User, version: int | None, changes: Changes) -> ShopSettings:
    """Put a new version of the settings in force; the same values write nothing.

    Args:
        actor: An admin.
        version: Id of the version that the caller has read; ``None`` for the defaults, or when
            it does not matter.
        changes: The fields that differ.

    Raises:
        Forbidden, PreconditionFailed, Invalid.
    """
    if not is_admin(actor):
        raise Forbidden
    present = ShopSettings.objects.current()
    if version is not None and version != present.pk:
        raise PreconditionFailed(extra={"version": present.pk})
    refuse_others(changes, FIELDS)
    successor = ShopSettings(**model_to_dict(present, FIELDS), created_by=actor)
    apply(successor, changes)
    if model_to_dict(successor, FIELDS) == model_to_dict(present, FIELDS):
        return present
    successor.save()
    before = snapshot(present)
    record(actor=actor, verb="shopsettings.changed", target=successor, before=before)
    return successor
