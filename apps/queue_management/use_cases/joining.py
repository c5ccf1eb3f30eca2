"""People who begin to work for the shop: their account and, for technicians, their record."""

from apps.audit.recorder import record
from apps.audit.use_case import use_case
from apps.people.services import invitations, staff
from apps.people.services.accounts import NewPerson
from apps.technicians.models import Technician
from core.enums import Role
from core.models import User


@use_case
def accept_invitation_as_new(*, token: str, person: NewPerson) -> User:
    """Come in with a new account; see ``invitations.accept_as_new`` for what it raises."""
    return _with_record(invitations.accept_as_new(token=token, person=person))


@use_case
def accept_invitation(*, actor: User, token: str) -> User:
    """Come in with one's own account; see ``invitations.accept_signed_in`` for what it raises."""
    return _with_record(invitations.accept_signed_in(actor=actor, token=token))


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
    """Make an account for somebody; see ``staff.create_user`` for what it raises."""
    user = staff.create_user(
        actor=actor,
        person=person,
        role=role,
        username=username,
        customer_id=customer_id,
        is_primary_contact=is_primary_contact,
    )
    return _with_record(user)


def _with_record(user: User) -> User:
    if user.role == Role.TECHNICIAN and not Technician.objects.filter(user=user).exists():
        technician = Technician.objects.create(user=user, phone=user.phone)
        record(actor=user, verb="technician.created", target=technician)
    return user
