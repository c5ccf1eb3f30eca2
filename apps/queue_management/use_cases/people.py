"""What a change of people means for work: roles, deactivation, joining the shop."""

from apps.audit.recorder import record, snapshot
from apps.audit.use_case import use_case
from apps.jobs.services import unassign_jobs
from apps.people import lifecycle
from apps.people.services import invitations, staff
from apps.people.services.accounts import NewPerson
from apps.queue_management.use_cases.dispatch import release_work
from apps.scheduling.services import lock_calendars, visits_of
from apps.technicians.models import Technician
from core.enums import Role
from core.models import User


@use_case
def deactivate_person(
    *, actor: User, user_id: int, reason: str = "", version: int | None = None
) -> User:
    """Let a person in no more; their open repairs go to others, everything done stays theirs.

    Work in progress goes back to approved, their open jobs wait in the office. Who has no
    technician's record only loses access.

    Raises:
        NotFound, Forbidden, PreconditionFailed, Conflict: As ``lifecycle.deactivate``.
    """
    user = lifecycle.deactivate(actor=actor, user_id=user_id, reason=reason, version=version)
    _release(actor, user, reason or "Deactivated")
    return user


@use_case
def reactivate_person(*, actor: User, user_id: int, version: int | None = None) -> User:
    """Let a person in again.

    Raises:
        NotFound, Forbidden, PreconditionFailed: As ``lifecycle.reactivate``.
    """
    return lifecycle.reactivate(actor=actor, user_id=user_id, version=version)


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
    """Give a person another role.

    Who becomes a technician gets the record; who ceases to be one gives the open work back.

    Raises:
        NotFound, Forbidden, Invalid, PreconditionFailed, Conflict: As ``lifecycle.change_role``.
    """
    user = lifecycle.change_role(
        actor=actor,
        user_id=user_id,
        role=role,
        manages_prices=manages_prices,
        manages_people=manages_people,
        version=version,
    )
    _fit_record(actor, user)
    return user


@use_case
def create_user(
    *,
    actor: User,
    person: NewPerson,
    role: str,
    username: str = "",
    customer_id: int | None = None,
    is_primary_contact: bool = False,
) -> User:
    """Make an account for somebody; inviting them is the better way.

    Raises:
        NotFound, Forbidden, Conflict, Invalid: As ``staff.create_user``.
    """
    user = staff.create_user(
        actor=actor,
        person=person,
        role=role,
        username=username,
        customer_id=customer_id,
        is_primary_contact=is_primary_contact,
    )
    _fit_record(actor, user)
    return user


@use_case
def accept_invitation_as_new(*, token: str, person: NewPerson) -> User:
    """Come into the shop or a customer's team with a new account.

    Raises:
        NotFound, Conflict, Invalid: As ``invitations.accept_as_new``.
    """
    user = invitations.accept_as_new(token=token, person=person)
    _fit_record(user, user)
    return user


@use_case
def accept_invitation(*, actor: User, token: str) -> User:
    """Come into the shop or a customer's team with the account one is signed in with.

    Raises:
        NotFound, Conflict: As ``invitations.accept_signed_in``.
    """
    user = invitations.accept_signed_in(actor=actor, token=token)
    _fit_record(user, user)
    return user


def _fit_record(actor: User, user: User) -> None:
    """Let the technician's record follow the role: made, woken, or put to sleep without work."""
    technician = Technician.objects.filter(user=user).first()
    if user.role == Role.TECHNICIAN and technician is None:
        made = Technician.objects.create(user=user)
        record(actor=actor, verb="technician.created", target=made)
    elif technician is not None:
        _set_active(actor, technician, is_active=user.role in (Role.TECHNICIAN, Role.ADMIN))
        if not technician.is_active:
            _release(actor, user, "No technician any more")


def _set_active(actor: User, technician: Technician, *, is_active: bool) -> None:
    before = snapshot(technician)
    technician.is_active = is_active
    if snapshot(technician) != before:
        technician.version += 1
        technician.save()
        record(actor=actor, verb="technician.changed", target=technician, before=before)


def _release(actor: User, user: User, reason: str) -> None:
    technician = Technician.objects.filter(user=user).select_related("user").first()
    if technician is not None:
        lock_calendars([technician.pk])
        visits = visits_of(technician)
        release_work(
            actor=actor, technician=technician, reason=reason, visits=visits, also_started=True
        )
        unassign_jobs(actor=actor, user=user, reason=reason)
