"""Who may see and change which people and customers (DOMAIN, "Who sees what")."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from core.enums import CustomerKind, Role
from core.models import Customer, CustomerUser, Invitation, JoinRequest, User
from core.rules import (
    has_customer_right,
    is_admin,
    is_sales_agent,
    is_technician,
    manages_people,
    membership,
    owned_customers,
)

RIGHTS = ("can_request", "can_approve", "can_redeem", "can_manage_team")


def is_staff(user: User) -> bool:
    """Somebody of the shop who may act."""
    return is_admin(user) or is_technician(user) or is_sales_agent(user)


def customers_visible_to(user: User) -> QuerySet[Customer]:
    """Admins: all; technicians: of their repairs; sales agents: owned; a customer's people: own."""
    if is_admin(user):
        return Customer.objects.all()
    if is_technician(user):
        # Their repairs are found by name: this package stands below repairs.
        theirs = Customer.objects.filter(repairs__technician__user=user)
        return Customer.objects.filter(pk__in=theirs.values("pk"))
    if is_sales_agent(user):
        return owned_customers(user)
    member = membership(user)
    return Customer.objects.filter(pk=member.customer_id) if member else Customer.objects.none()


def customers_known_by_name(user: User) -> QuerySet[Customer]:
    """Whose name and town, and no more, somebody may find by searching."""
    if is_staff(user):
        return Customer.objects.filter(is_active=True, merged_into=None)
    return customers_visible_to(user)


def users_visible_to(user: User) -> QuerySet[User]:
    """The shop's people see everybody (names and roles), others their own company's users."""
    if is_staff(user):
        return User.objects.people()
    if not user.is_active:
        return User.objects.none()
    member = membership(user)
    company = Q(customer_user__customer=member.customer_id) if member else Q()
    return User.objects.people().filter(company | Q(pk=user.pk) if member else Q(pk=user.pk))


def sees_details_of(user: User, person: User) -> bool:
    """Whether e-mail and phone are shown too: to admins, themselves and their own company."""
    if is_admin(user) or user.pk == person.pk:
        return True
    own, other = membership(user), _belonging(person)
    return own is not None and other is not None and own.customer_id == other.customer_id


def _belonging(person: User) -> CustomerUser | None:
    """Where somebody belongs, whether or not they may act."""
    return CustomerUser.objects.filter(user=person).first()


def members_visible_to(user: User) -> QuerySet[CustomerUser]:
    """The customer users of the customers that one sees."""
    return CustomerUser.objects.filter(customer__in=customers_visible_to(user))


def invitations_visible_to(user: User) -> QuerySet[Invitation]:
    """Who manages people sees all; a team manager those to the own company."""
    if manages_people(user):
        return Invitation.objects.all()
    return Invitation.objects.filter(customer__in=_managed_company(user))


def join_requests_visible_to(user: User) -> QuerySet[JoinRequest]:
    """The office sees all; a team manager those that matched the own company."""
    if manages_people(user):
        return JoinRequest.objects.all()
    return JoinRequest.objects.filter(customer__in=_managed_company(user))


def _managed_company(user: User) -> list[int]:
    member = membership(user)
    return [member.customer_id] if member and member.has_right("can_manage_team") else []


def may_create_customer(user: User, kind: str) -> bool:
    """Admins and sales agents any; technicians a person whom they meet."""
    return (
        is_admin(user)
        or is_sales_agent(user)
        or (is_technician(user) and kind == CustomerKind.PERSON)
    )


def may_edit_customer(user: User, customer: Customer) -> bool:
    """The office, the sales agent who owns it, its own primary contact."""
    return (
        is_admin(user)
        or (is_sales_agent(user) and customer.owner_id == user.pk)
        or is_primary_contact(user, customer.pk)
    )


def is_primary_contact(user: User, customer_id: int) -> bool:
    """Whether this is the active primary contact of that customer."""
    member = membership(user)
    return member is not None and member.customer_id == customer_id and member.is_primary_contact


def manages_team(user: User, customer_id: int) -> bool:
    """Invite, accept and give rights in that company: its team managers, and the office."""
    return manages_people(user) or has_customer_right(user, customer_id, "can_manage_team")


def may_give(user: User, customer_id: int, rights: Iterable[str]) -> bool:
    """Nobody gives what they do not have."""
    if not manages_team(user, customer_id):
        return False
    return manages_people(user) or all(
        has_customer_right(user, customer_id, right) for right in rights
    )


def may_invite(user: User, role: str, customer_id: int | None) -> bool:
    """Staff is invited by who manages people; a customer's people also by its team managers."""
    if role != Role.CUSTOMER or customer_id is None:
        return manages_people(user)
    return manages_team(user, customer_id)


def may_deactivate(user: User, person: User) -> bool:
    """Who manages people; a team manager a colleague who is not the primary contact. Never self."""
    if user.pk == person.pk:
        return False
    member = _belonging(person)
    of_team = (
        member is not None
        and not member.is_primary_contact
        and has_customer_right(user, member.customer_id, "can_manage_team")
    )
    return manages_people(user) or of_team


def may_reactivate(user: User, person: User) -> bool:
    """Who manages people: a team manager cannot undo what the office decided. Never oneself."""
    return manages_people(user) and user.pk != person.pk
