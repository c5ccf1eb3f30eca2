"""Roles and deactivation; ``queue_management`` wraps these and releases the person's work."""

from apps.audit.recorder import snapshot
from apps.audit.use_case import use_case
from apps.people.editing import check_version, locked, save_next
from apps.people.rules import may_deactivate, may_reactivate, users_visible_to
from apps.security.sessions import end_sessions
from core import rules
from core.clock import now
from core.enums import Role
from core.errors import Conflict, Forbidden, Invalid
from core.models import CustomerUser, User


@use_case
def change_role(
    *,
    actor: User,
    user_id: int,
    role: str,
    manages_prices: bool = False,
    manages_people: bool = False,
    version: int | None = None,
) -> User:
    """Give a person another role, or an admin other flags. Staff rights go with the role.

    Raises:
        NotFound: Not a person whom they see.
        Forbidden: Only who manages people, and never for oneself.
        PreconditionFailed: The person was changed since.
        Conflict: ``last_admin``; ``belongs_to_customer``.
        Invalid: Flags are for admins; there is no such role.
    """
    user = _locked(actor, user_id)
    if not rules.manages_people(actor) or user.pk == actor.pk:
        raise Forbidden("Nobody changes their own role or flags.")
    check_version(user, version)
    _check_role(user, role, has_flags=manages_prices or manages_people)
    if not (role == Role.ADMIN and manages_people):
        _refuse_last_manager(user)
    before = snapshot(user)
    user.role, user.manages_prices, user.manages_people = role, manages_prices, manages_people
    user.is_superuser = user.is_superuser and manages_people
    return save_next(actor=actor, instance=user, before=before, verb="role_changed")


@use_case
def deactivate(*, actor: User, user_id: int, reason: str = "", version: int | None = None) -> User:
    """Let a person in no more: all sessions end, the history stays. Again changes nothing.

    Raises:
        NotFound, PreconditionFailed.
        Forbidden: Who manages people, or a team manager for a colleague; never for oneself.
        Conflict: ``last_admin``.
    """
    user = _locked(actor, user_id)
    if not may_deactivate(actor, user):
        raise Forbidden
    check_version(user, version)
    if not user.is_active:
        return user
    _refuse_last_manager(user)
    before = snapshot(user)
    user.is_active, user.deactivated_at = False, now()
    save_next(actor=actor, instance=user, before=before, verb="deactivated", note=reason)
    end_sessions(user=user)
    return user


@use_case
def reactivate(*, actor: User, user_id: int, version: int | None = None) -> User:
    """Let a person in again. Again changes nothing.

    Raises:
        NotFound, PreconditionFailed, Forbidden.
    """
    user = _locked(actor, user_id)
    if not may_reactivate(actor, user):
        raise Forbidden
    check_version(user, version)
    before = snapshot(user)
    user.is_active, user.deactivated_at = True, None
    return save_next(actor=actor, instance=user, before=before, verb="reactivated")


def _locked(actor: User, user_id: int) -> User:
    """The person, locked behind the managers: two of them cannot each be the other's last."""
    _active_managers()
    return locked(User.objects.filter(pk__in=users_visible_to(actor).values("pk")), user_id)


def _active_managers() -> list[int]:
    managers = User.objects.people().filter(role=Role.ADMIN, manages_people=True, is_active=True)
    return [row.pk for row in managers.select_for_update(no_key=True).order_by("pk")]


def _refuse_last_manager(user: User) -> None:
    if _active_managers() == [user.pk]:
        raise Conflict(
            "This is the last active admin who manages people. Name another one first.",
            code="last_admin",
        )


def _check_role(user: User, role: str, *, has_flags: bool) -> None:
    if role not in Role.values:
        raise Invalid("There is no such role.", errors={"role": ["Choose one of the roles."]})
    if has_flags and role != Role.ADMIN:
        raise Invalid("Only admins have these rights.", errors={"role": ["Choose admin."]})
    if role != Role.CUSTOMER and CustomerUser.objects.filter(user=user).exists():
        raise Conflict("This person belongs to a customer.", code="belongs_to_customer")
