"""Who somebody is, in words that the other rules use."""

from typing import TYPE_CHECKING, TypeGuard

from django.contrib.auth.models import AnonymousUser

from core.enums import Role
from core.models import Customer, CustomerUser, User

if TYPE_CHECKING:
    from django.db.models import QuerySet

Visitor = User | AnonymousUser


def is_signed_in(visitor: Visitor) -> TypeGuard[User]:
    """Whether this is a person who may act."""
    return isinstance(visitor, User) and visitor.is_active


def is_admin(user: User) -> bool:
    """An admin who may act; background work counts as one."""
    return user.role == Role.ADMIN and (user.is_active or user.is_system)


def manages_people(user: User) -> bool:
    """An admin who invites, changes roles and deactivates."""
    return is_admin(user) and (user.manages_people or user.is_system)


def manages_prices(user: User) -> bool:
    """An admin who changes tiers and price lists."""
    return is_admin(user) and (user.manages_prices or user.is_system)


def is_technician(user: User) -> bool:
    """Whether their role is technician and they may act."""
    return user.role == Role.TECHNICIAN and user.is_active


def is_sales_agent(user: User) -> bool:
    """Whether their role is sales agent and they may act."""
    return user.role == Role.SALES_AGENT and user.is_active


def membership(user: User) -> CustomerUser | None:
    """The customer user of a person with the role customer, if they belong to one."""
    if user.role != Role.CUSTOMER or not user.is_active:
        return None
    try:
        return user.customer_user
    except CustomerUser.DoesNotExist:
        return None


def has_customer_right(user: User, customer_id: int | None, right: str) -> bool:
    """Whether the person belongs to that customer and has that right."""
    member = membership(user)
    return member is not None and member.customer_id == customer_id and member.has_right(right)


def owned_customers(user: User) -> "QuerySet[Customer]":
    """The customers a sales agent looks after."""
    return Customer.objects.filter(owner=user)
