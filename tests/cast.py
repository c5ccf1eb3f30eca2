"""The named cast: who they are to Demo Fleet and to one repair of it."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from apps.technicians.models import Technician
from core.models import Customer, User
from tests.factories import (
    make_admin,
    make_customer,
    make_member,
    make_owner,
    make_primary,
    make_sales_agent,
    make_technician,
    make_user,
)
from tests.replay import Replay


@dataclass(frozen=True)
class Cast:
    """Everybody a rule may tell apart.

    Attributes:
        primary: Demo Fleet's primary contact, who has every right.
        approver: Of Demo Fleet, may approve and request.
        requester: Of Demo Fleet, may request only.
        mate: Of Demo Fleet, without any right.
        stranger: Primary contact of another company.
        nobody: Signed in, of no company.
        technician: The one whose work it is.
        other_technician: Another one.
        sales_agent: Owns Demo Fleet.
        other_sales_agent: Owns nobody here.
        admin: A dispatcher, without flags.
        owner: The first admin, with both flags.
    """

    fleet: Customer
    other_fleet: Customer
    primary: User
    approver: User
    requester: User
    mate: User
    stranger: User
    nobody: User
    technician: User
    other_technician: User
    sales_agent: User
    other_sales_agent: User
    admin: User
    owner: User

    def member(self, name: str) -> User:
        """The person by their part in the cast."""
        person = getattr(self, name)
        assert isinstance(person, User)
        return person

    @property
    def technician_record(self) -> Technician:
        """The technician's own record."""
        return self.technician.technician

    @property
    def other_technician_record(self) -> Technician:
        """The other technician's record."""
        return self.other_technician.technician


PARTS = (
    "primary",
    "approver",
    "requester",
    "mate",
    "stranger",
    "nobody",
    "technician",
    "other_technician",
    "sales_agent",
    "other_sales_agent",
    "admin",
    "owner",
)


def make_cast() -> Cast:
    """Make them all."""
    sales_agent = make_sales_agent("Sally Owns")
    fleet = make_customer("Demo Fleet", owner=sales_agent)
    other_fleet = make_customer("Other Fleet")
    return Cast(
        fleet=fleet,
        other_fleet=other_fleet,
        primary=make_primary(fleet, "Petra Primary"),
        approver=make_member(fleet, "Abel Approver", can_approve=True),
        requester=make_member(fleet, "Rita Requester"),
        mate=make_member(fleet, "Moe Mate", can_request=False),
        stranger=make_primary(other_fleet, "Steve Stranger"),
        nobody=make_user(name="Nora Nobody"),
        technician=make_technician("Tom Becker").user,
        other_technician=make_technician("Uma Other").user,
        sales_agent=sales_agent,
        other_sales_agent=make_sales_agent("Otto Agent"),
        admin=make_admin("Ada Office"),
        owner=make_owner("Olga Owner"),
    )


_cast = Replay(make_cast)


@pytest.fixture
def cast(db: None) -> Cast:
    """The whole cast, in the database."""
    return _cast()
