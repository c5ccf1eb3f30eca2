"""What always holds for people and customers; each query finds what breaks it."""

from collections.abc import Iterable

from django.db.models import Count, Exists, F, OuterRef, Q

from core.enums import Decision, Role
from core.invariants import invariant
from core.models import CustomerUser, Invitation, JoinRequest, User


@invariant("every technician has a technician's record")
def _technicians_without_record() -> Iterable[object]:
    return User.objects.filter(role=Role.TECHNICIAN, technician=None)


@invariant("only technicians and admins have an active technician's record")
def _records_of_others() -> Iterable[object]:
    having = User.objects.filter(technician__is_active=True)  # one asleep stays with its work
    return having.exclude(role__in=[Role.TECHNICIAN, Role.ADMIN])


@invariant("a customer's people have the role customer")
def _members_of_other_roles() -> Iterable[object]:
    return CustomerUser.objects.exclude(user__role=Role.CUSTOMER).select_related("user", "customer")


@invariant("a customer has at most one primary contact")
def _several_primary_contacts() -> Iterable[object]:
    primary = CustomerUser.objects.filter(is_primary_contact=True).order_by().values("customer")
    return primary.annotate(count=Count("pk")).filter(count__gt=1)


@invariant("nobody's user name is somebody else's e-mail")
def _names_that_are_addresses_of_others() -> Iterable[object]:
    others = User.objects.filter(email_key=OuterRef("username_key")).exclude(pk=OuterRef("pk"))
    return User.objects.filter(Exists(others))


@invariant("a used invitation says by whom, and only a used one")
def _invitations_half_used() -> Iterable[object]:
    return Invitation.objects.filter(
        Q(used_at=None, used_by__isnull=False) | Q(used_at__isnull=False, used_by=None)
    )


@invariant("a decided request to join says by whom and when, and only a decided one")
def _requests_half_decided() -> Iterable[object]:
    decided = Q(decided_by__isnull=False, decided_at__isnull=False)
    waiting = Q(decision=Decision.WAITING)
    return JoinRequest.objects.filter(waiting & decided | ~waiting & ~decided)


@invariant("an invitation is used before it expires")
def _accepted_after_expiry() -> Iterable[object]:
    return Invitation.objects.filter(used_at__gt=F("expires_at"))
