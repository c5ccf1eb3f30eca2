import datetime as dt
from collections.abc import Callable

import pytest

from core.clock import now
from core.enums import Decision, Role
from core.invariants import invariant_violations
from core.models import Customer, CustomerUser, Invitation, JoinRequest, User
from tests.factories import make_customer, make_member, make_technician, make_user


def no_record() -> None:
    make_user(role=Role.TECHNICIAN)


def record_of_a_sales_agent() -> None:
    User.objects.filter(pk=make_technician().user.pk).update(role=Role.SALES_AGENT)


def member_with_a_role() -> None:
    User.objects.filter(pk=make_member(make_customer()).pk).update(role=Role.SALES_AGENT)


def name_of_another() -> None:
    address = make_user().email
    User.objects.filter(pk=make_user().pk).update(username_key=address)


def half_used() -> None:
    _invitation(used_at=now())


def used_late() -> None:
    invitation = _invitation(used_at=now(), used_by=make_user())
    Invitation.objects.filter(pk=invitation.pk).update(expires_at=now() - dt.timedelta(days=1))


def half_decided() -> None:
    JoinRequest.objects.create(user=make_user(), company_name="X", decision=Decision.ACCEPTED)


def _invitation(**fields: object) -> Invitation:
    return Invitation.objects.create(
        email="n@example.com",
        role=Role.ADMIN,
        token_hash="0",
        invited_by=make_user(),
        expires_at=now(),
        **fields,
    )


@pytest.mark.parametrize(
    ("breaks", "name"),
    [
        (no_record, "every technician has a technician's record"),
        (record_of_a_sales_agent, "only technicians and admins have an active technician's record"),
        (member_with_a_role, "a customer's people have the role customer"),
        (name_of_another, "nobody's user name is somebody else's e-mail"),
        (half_used, "a used invitation says by whom, and only a used one"),
        (used_late, "an invitation is used before it expires"),
        (half_decided, "a decided request to join says by whom and when, and only a decided one"),
    ],
)
@pytest.mark.django_db
def test_each_invariant_finds_what_breaks_it(breaks: Callable[[], None], name: str) -> None:
    assert name not in [violation.name for violation in invariant_violations()]
    breaks()
    assert name in [violation.name for violation in invariant_violations()]


@pytest.mark.django_db
def test_the_database_itself_refuses_a_second_primary_contact() -> None:
    customer: Customer = make_customer()
    make_member(customer, is_primary_contact=True)
    with pytest.raises(Exception, match=r"(?i)unique"):
        CustomerUser.objects.create(user=make_user(), customer=customer, is_primary_contact=True)
