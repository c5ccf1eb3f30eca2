"""A customer's people and their rights."""

from collections.abc import Mapping

from apps.audit.recorder import record, snapshot
from apps.audit.use_case import use_case
from apps.people.editing import found, locked, refuse_others
from apps.people.rules import (
    RIGHTS,
    is_primary_contact,
    may_give,
    members_visible_to,
)
from core.enums import Role
from core.errors import Conflict, Forbidden
from core.models import Customer, CustomerUser, User
from core.rules import manages_people


def add_member(
    *,
    actor: User,
    user: User,
    customer: Customer,
    is_primary_contact: bool = False,
    rights: Mapping[str, bool] | None = None,
) -> CustomerUser:
    """Let a person belong to a customer; part of a running use case.

    Raises:
        Conflict: ``has_role``: one of the shop's people, or deactivated; ``already_member`` of a
            customer, this or another; ``has_primary_contact``.
    """
    if user.role != Role.CUSTOMER or not user.is_active:
        raise Conflict("Only a customer's person joins a customer.", code="has_role")
    if CustomerUser.objects.filter(user=user).exists():
        raise Conflict("This person belongs to a customer already.", code="already_member")
    if is_primary_contact:
        check_first_primary_contact(customer)
    member = CustomerUser(
        user=user, customer=customer, is_primary_contact=is_primary_contact, **(rights or {})
    )
    member.save()
    record(actor=actor, verb="team.joined", target=member)
    return member


def check_first_primary_contact(customer: Customer) -> None:
    """Refuse a second primary contact.

    Raises:
        Conflict: ``has_primary_contact``.
    """
    if has_primary_contact(customer):
        raise Conflict("This customer has a primary contact.", code="has_primary_contact")


def has_primary_contact(customer: Customer) -> bool:
    """Whether somebody is the customer's first place to ask."""
    return CustomerUser.objects.filter(customer=customer, is_primary_contact=True).exists()


@use_case
def set_rights(*, actor: User, member_id: int, rights: Mapping[str, bool]) -> CustomerUser:
    """Give and take rights of a colleague; nobody their own, nobody what they do not have.

    Raises:
        NotFound: Not a person whom they see.
        Forbidden: Not theirs to give.
        Conflict: ``primary_contact``, who has all rights anyway.
    """
    member = locked(members_visible_to(actor), member_id)
    refuse_others(rights, RIGHTS)
    changed = [right for right, value in rights.items() if getattr(member, right) != value]
    if member.user_id == actor.pk or not may_give(actor, member.customer_id, changed):
        raise Forbidden("You may not give these rights.")
    if member.is_primary_contact:
        raise Conflict("The primary contact has all rights.", code="primary_contact")
    before = snapshot(member)
    for right in changed:
        setattr(member, right, rights[right])
    member.save()
    record(actor=actor, verb="team.rights_changed", target=member, before=before)
    return member


@use_case
def make_primary_contact(*, actor: User, member_id: int) -> CustomerUser:
    """Hand the customer's first place to a colleague; the former one keeps all single rights.

    Raises:
        NotFound: Not a person whom they see.
        Forbidden: Only the primary contact and who manages people may.
        Conflict: ``inactive``: the colleague cannot sign in.
    """
    members = members_visible_to(actor).select_related("user")
    customer = locked(Customer.objects.all(), found(members, member_id).customer_id)
    successor = found(members, member_id)
    if not (manages_people(actor) or is_primary_contact(actor, customer.pk)):
        raise Forbidden
    if not successor.user.is_active:
        raise Conflict("This person is not active.", code="inactive")
    for former in CustomerUser.objects.filter(customer=customer, is_primary_contact=True):
        if former.pk == successor.pk:
            return successor
        _demote(actor, former)
    before = snapshot(successor)
    successor.is_primary_contact = True
    successor.save()
    record(actor=actor, verb="team.primary_contact", target=successor, before=before)
    return successor


def _demote(actor: User, member: CustomerUser) -> None:
    before = snapshot(member)
    member.is_primary_contact = False
    for right in RIGHTS:
        setattr(member, right, True)
    member.save()
    record(actor=actor, verb="team.rights_changed", target=member, before=before)
