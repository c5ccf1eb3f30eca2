"""Reads of people and customers."""

import hashlib
from typing import TypedDict

from django.db.models import OuterRef, QuerySet, Subquery
from django_stubs_ext import WithAnnotations

from apps.people.rules import customers_known_by_name
from core.clock import now
from core.enums import CustomerKind, Decision
from core.errors import NotFound
from core.keys import fold_key, name_key
from core.models import Customer, CustomerUser, Invitation, JoinRequest, Site, User


class Town(TypedDict):
    """What a search tells beside the name."""

    town: str | None


def token_hash(token: str) -> str:
    """What is kept of an invitation's token."""
    return hashlib.sha256(token.encode()).hexdigest()


def open_invitation(token: str) -> Invitation:
    """The invitation that this token still opens.

    Raises:
        NotFound: Used, expired, revoked or never there: always the same.
    """
    invitation = (
        Invitation.objects.filter(
            token_hash=token_hash(token), used_at=None, revoked_at=None, expires_at__gt=now()
        )
        .select_related("customer", "invited_by")
        .first()
    )
    if invitation is None:
        raise NotFound("This invitation is not valid any more. Ask for a new one.")
    return invitation


def user_by_email(email: str) -> User | None:
    """Whose address this is, ignoring case."""
    return User.objects.filter(email_key=fold_key(email)).first()


def search_customers(user: User, text: str) -> "QuerySet[WithAnnotations[Customer, Town]]":
    """Customers whose name begins so, with ``town``, of those that this person may find."""
    town = Site.objects.filter(customer=OuterRef("pk"), is_default=True).values("city")[:1]
    return (
        customers_known_by_name(user)
        .filter(name_key__startswith=name_key(text))
        .annotate(town=Subquery(town))
        .order_by("name", "id")
    )


def persons_with_phone(phone: str) -> QuerySet[Customer]:
    """Persons who have that number (E.164) already."""
    same = Customer.objects.filter(kind=CustomerKind.PERSON, phone=phone, merged_into=None)
    return same if phone else same.none()


def confirmed_company(name: str) -> Customer | None:
    """The confirmed company of that name, ignoring case and blanks."""
    return Customer.objects.filter(
        kind=CustomerKind.COMPANY, is_confirmed=True, merged_into=None, name_key=name_key(name)
    ).first()


def team_of(customer: Customer) -> QuerySet[CustomerUser]:
    """A customer's people, the primary contact first."""
    members = CustomerUser.objects.filter(customer=customer).select_related("user")
    return members.order_by("-is_primary_contact", "id")


def team_managers(customer: Customer) -> list[User]:
    """The active people who may decide about the customer's team."""
    members = team_of(customer).filter(user__is_active=True)
    return [member.user for member in members if member.has_right("can_manage_team")]


def waiting(requests: QuerySet[JoinRequest]) -> QuerySet[JoinRequest]:
    """Those that nobody has decided, oldest first."""
    undecided = requests.filter(decision=Decision.WAITING)
    return undecided.select_related("user", "customer").order_by("id")
