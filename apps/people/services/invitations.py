"""Inviting people into the shop or into a customer's team (DOMAIN, section 1)."""

import datetime as dt
import secrets
from collections.abc import Mapping

from django.urls import reverse

from apps.audit.recorder import record, snapshot
from apps.audit.use_case import use_case
from apps.people.editing import apply, found, locked, refuse_others
from apps.people.queries import open_invitation, token_hash, user_by_email
from apps.people.rules import (
    RIGHTS,
    customers_visible_to,
    invitations_visible_to,
    may_give,
    may_invite,
)
from apps.people.services.accounts import NewPerson, build_user, save_new_user
from apps.people.services.team import (
    add_member,
    check_first_primary_contact,
    has_primary_contact,
)
from core.clock import local_date, now
from core.enums import Role
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.keys import fold_key
from core.mails import address, promise_mail
from core.models import Customer, CustomerUser, Invitation, User
from core.rules import manages_people
from core.shop import shop_zone

LIFETIME = dt.timedelta(days=7)


@use_case
def invite(
    *,
    actor: User,
    email: str,
    role: str = Role.CUSTOMER,
    customer_id: int | None = None,
    rights: Mapping[str, bool] | None = None,
    is_primary_contact: bool = False,
) -> tuple[Invitation, str]:
    """Send a way in that works once, for seven days; an older one to that address ends.

    Args:
        actor: Who manages people; a team manager for their own company.
        email: Who is invited.
        role: What they will be.
        customer_id: Whose people they will belong to, for the role customer.
        rights: In that company; no more than the inviter's own.
        is_primary_contact: Of a customer that has none yet; the office only.

    Returns:
        The invitation and its token, which is kept nowhere but in the mail on its way.

    Raises:
        NotFound: The customer is none that they see.
        Forbidden: Not theirs to invite, or to give these rights.
        Invalid: With the messages by field.
        Conflict: ``has_primary_contact``.
    """
    customer = _customer(actor, role, customer_id)
    if not may_invite(actor, role, customer_id):
        raise Forbidden
    given = dict(rights or {})
    refuse_others(given, RIGHTS)
    _check_rights(actor, customer, given, is_primary_contact=is_primary_contact)
    token = secrets.token_urlsafe(32)
    invitation = Invitation(invited_by=actor, customer=customer, token_hash=token_hash(token))
    invitation.expires_at = now() + LIFETIME
    values = {"email": email, "role": role, "is_primary_contact": is_primary_contact, **given}
    apply(invitation, values)
    _end_older(actor, invitation)
    invitation.save()
    record(actor=actor, verb="invitation.sent", target=invitation)
    _send(invitation, token)
    return invitation, token


@use_case
def revoke_invitation(*, actor: User, invitation_id: int) -> Invitation:
    """Take an unused invitation back; again changes nothing.

    Raises:
        NotFound: Not one that they see.
        Conflict: ``already_used``.
    """
    invitation = locked(invitations_visible_to(actor), invitation_id)
    if invitation.used_at is not None:
        raise Conflict("This invitation has been used already.", code="already_used")
    if invitation.revoked_at is None:
        _revoke(actor, invitation)
    return invitation


@use_case
def accept_as_new(*, token: str, person: NewPerson) -> User:
    """Come in with a new account; the address is the invited one, whatever is posted.

    Raises:
        NotFound: The invitation does not hold, or no longer.
        Conflict: ``sign_in_first``: the address has an account; only its owner may join.
        Invalid: With the messages by field.
    """
    invitation = _locked(token)
    if user_by_email(invitation.email) is not None:
        raise Conflict(
            "There is an account with this address already. Sign in, then open the invitation.",
            code="sign_in_first",
        )
    invited = NewPerson(**{**vars(person), "email": invitation.email})
    user = save_new_user(actor=None, user=build_user(invited, role=Role(invitation.role)))
    _join(user, invitation)
    return user


@use_case
def accept_signed_in(*, actor: User, token: str) -> User:
    """Come in with the account that one is signed in with.

    Raises:
        NotFound: The invitation does not hold, or is for another address.
        Conflict: ``already_member`` of a customer; ``has_role``: one of the shop's people.
    """
    invitation = _locked(token)
    if actor.email_key != fold_key(invitation.email):
        raise NotFound("This invitation is for another address.", code="other_address")
    user = locked(User.objects.people().filter(is_active=True), actor.pk)
    if user.role != Role.CUSTOMER:
        raise Conflict("You work for the shop already.", code="has_role")
    if invitation.role != Role.CUSTOMER:
        _take_role(user, invitation.role)
    _join(user, invitation)
    return user


def _customer(actor: User, role: str, customer_id: int | None) -> Customer | None:
    if (role == Role.CUSTOMER) != (customer_id is not None):
        message = "A customer's person belongs to a customer, the shop's people to none."
        raise Invalid(message, errors={"customer": [message]})
    return None if customer_id is None else found(customers_visible_to(actor), customer_id)


def _check_rights(
    actor: User, customer: Customer | None, rights: Mapping[str, bool], *, is_primary_contact: bool
) -> None:
    if customer is None:
        return
    asked = [right for right, value in ({"can_request": True} | dict(rights)).items() if value]
    if not may_give(actor, customer.pk, asked):
        raise Forbidden("You may not give these rights.")
    if is_primary_contact and not manages_people(actor):
        raise Forbidden("Only the office names a primary contact.")
    if is_primary_contact:
        check_first_primary_contact(customer)


def _end_older(actor: User, invitation: Invitation) -> None:
    same = Invitation.objects.filter(
        email__iexact=invitation.email,
        customer=invitation.customer,
        used_at=None,
        revoked_at=None,
    )
    for older in same:
        _revoke(actor, older)


def _revoke(actor: User, invitation: Invitation) -> None:
    before = snapshot(invitation)
    invitation.revoked_at = now()
    invitation.save()
    record(actor=actor, verb="invitation.revoked", target=invitation, before=before)


def _send(invitation: Invitation, token: str) -> None:
    last_day = local_date(shop_zone(), invitation.expires_at)
    promise_mail(
        to=invitation.email,
        kind="invitation",
        fields={
            "inviter": str(invitation.invited_by),
            "company": invitation.customer.name if invitation.customer else "RS Systems",
            "address": address(reverse("invitation", args=[token])),
            "expires": f"{last_day:%B} {last_day.day}",
        },
        key=f"invitation:{invitation.pk}",
    )


def _locked(token: str) -> Invitation:
    invitation = locked(Invitation.objects.all(), open_invitation(token).pk)
    if invitation.used_at is not None or invitation.revoked_at is not None:
        return open_invitation(token)  # used while we waited for the lock: refused like any other
    return invitation


def _take_role(user: User, role: str) -> None:
    if CustomerUser.objects.filter(user=user).exists():
        raise Conflict("You belong to a customer already.", code="already_member")
    before = snapshot(user)
    user.role = role
    user.version += 1
    user.save()
    record(actor=user, verb="user.role_changed", target=user, before=before)


def _join(user: User, invitation: Invitation) -> None:
    """Use the invitation up and let the person belong where it says."""
    before = snapshot(invitation)
    invitation.used_at, invitation.used_by = now(), user
    invitation.save()
    record(actor=user, verb="invitation.accepted", target=invitation, before=before)
    if invitation.customer is not None:
        first = invitation.is_primary_contact and not has_primary_contact(invitation.customer)
        add_member(
            actor=user,
            user=user,
            customer=invitation.customer,
            is_primary_contact=first,
            rights={right: getattr(invitation, right) for right in RIGHTS},
        )
