import pytest

from apps.people.rules import (
    customers_known_by_name,
    customers_visible_to,
    invitations_visible_to,
    members_visible_to,
    sees_details_of,
    users_visible_to,
)
from apps.people.services.invitations import invite
from core.models import Customer, User
from tests.factories import approved_repair, make_technician


@pytest.fixture
def cast_of(  # noqa: PLR0917 - fixtures, one a part
    admin: User, technician: User, sales: User, owner: User, mate: User, stranger: User
) -> dict[str, User]:
    return {
        "admin": admin,
        "technician": technician,
        "sales": sales,
        "owner": owner,
        "mate": mate,
        "stranger": stranger,
    }


@pytest.mark.parametrize(
    ("who", "customers"),
    [
        ("admin", ["Harbor Freight Lines", "Other Fleet"]),
        ("technician", []),
        ("sales", []),
        ("owner", ["Harbor Freight Lines"]),
        ("mate", ["Harbor Freight Lines"]),
        ("stranger", ["Other Fleet"]),
    ],
)
def test_customers(cast_of: dict[str, User], who: str, customers: list[str]) -> None:
    assert [str(customer) for customer in customers_visible_to(cast_of[who])] == customers


@pytest.mark.parametrize(
    ("who", "people"),
    [
        ("admin", ["admin", "mate", "owner", "sales", "stranger", "tech"]),
        ("technician", ["admin", "mate", "owner", "sales", "stranger", "tech"]),
        ("sales", ["admin", "mate", "owner", "sales", "stranger", "tech"]),
        ("owner", ["mate", "owner"]),
        ("mate", ["mate", "owner"]),
        ("stranger", ["stranger"]),
    ],
)
def test_people(cast_of: dict[str, User], who: str, people: list[str]) -> None:
    assert [user.username for user in users_visible_to(cast_of[who])] == people


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("admin", True),
        ("technician", False),
        ("sales", False),
        ("owner", True),
        ("mate", True),
        ("stranger", False),
    ],
)
def test_details_of_a_mate(cast_of: dict[str, User], who: str, seen: bool) -> None:  # noqa: FBT001 - a table's column
    assert sees_details_of(cast_of[who], cast_of["mate"]) is seen


def test_inactive_people_see_nothing(cast_of: dict[str, User]) -> None:
    User.objects.update(is_active=False)
    for user in User.objects.all():
        assert list(customers_visible_to(user)) == []
        assert list(users_visible_to(user)) == []
        assert list(members_visible_to(user)) == []


def test_who_belongs_nowhere_sees_themselves(stranger: User) -> None:
    stranger.customer_user.delete()
    lone = User.objects.get(pk=stranger.pk)
    assert list(users_visible_to(lone)) == [lone]
    assert list(customers_visible_to(lone)) == []


def test_a_technician_sees_the_customers_of_own_repairs(fleet: Customer) -> None:
    worker, idle = make_technician(), make_technician("Ida Idle")
    approved_repair(customer=fleet, technician=worker)
    assert list(customers_visible_to(worker.user)) == [fleet]
    assert list(customers_visible_to(idle.user)) == []
    assert list(customers_known_by_name(idle.user)) == [fleet]


def test_a_sales_agent_sees_what_they_own(sales: User, fleet: Customer) -> None:
    Customer.objects.update(owner=sales)
    assert list(customers_visible_to(sales)) == [fleet]


def test_invitations(cast_of: dict[str, User], fleet: Customer) -> None:
    invitation, _ = invite(actor=cast_of["owner"], email="n@example.com", customer_id=fleet.pk)
    seen = {who: list(invitations_visible_to(user)) for who, user in cast_of.items()}
    assert seen == {
        "admin": [invitation],
        "technician": [],
        "sales": [],
        "owner": [invitation],
        "mate": [],
        "stranger": [],
    }
