"""Accounts that the office makes, and the first admin."""

from apps.audit.use_case import use_case
from apps.people.editing import check_new_password, found
from apps.people.rules import customers_visible_to
from apps.people.services.accounts import NewPerson, build_user, save_new_user
from apps.people.services.team import add_member
from core.enums import Role
from core.errors import Forbidden, Invalid
from core.models import User
from core.rules import manages_people


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
    """Make an account for somebody, as the office may; inviting them is the better way.

    A technician's record is made by ``queue_management.use_cases``, which calls this.

    Raises:
        Forbidden: Only who manages people may.
        Invalid: With the messages by field; also an address that has an account.
        NotFound: No such customer.
        Conflict: ``has_primary_contact``.
    """
    if not manages_people(actor):
        raise Forbidden
    if role != Role.CUSTOMER and customer_id is not None:
        message = "The shop's people belong to no customer."
        raise Invalid(message, errors={"customer": [message]})
    user = build_user(person, role=Role(role), username=username)
    if User.objects.filter(email_key=user.email.casefold()).exists():
        message = "There is an account with this address already."
        raise Invalid(message, errors={"email": [message]})
    save_new_user(actor=actor, user=user)
    if customer_id is not None:
        add_member(
            actor=actor,
            user=user,
            customer=found(customers_visible_to(actor), customer_id),
            is_primary_contact=is_primary_contact,
        )
    return user


@use_case
def create_first_admin(*, username: str, email: str, password: str) -> User | None:
    """Make the admin of a new shop; ``None`` when there is somebody who manages people.

    Raises:
        Invalid: The password is too weak.
        Conflict: ``taken``: the name or address belongs to somebody who is no such admin.
    """
    if User.objects.filter(role=Role.ADMIN, manages_people=True, is_active=True).exists():
        return None
    candidate = User(username=username, email=email, role=Role.ADMIN)
    check_new_password(password, candidate)
    candidate.manages_people = candidate.manages_prices = candidate.is_superuser = True
    candidate.set_password(password)
    return save_new_user(actor=User.objects.system(), user=candidate)
