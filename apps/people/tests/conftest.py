from collections.abc import Callable
from typing import Any

import pytest

from core.enums import Role
from core.models import Customer, CustomerPreference, CustomerUser, User
from tests.factories import make_technician

MakeUser = Callable[..., User]
MakeMember = Callable[..., CustomerUser]


@pytest.fixture
def make_user(db: None) -> MakeUser:
    def make(name: str, **fields: Any) -> User:
        values = {"first_name": name.title(), **fields}
        return User.objects.create_user(name, f"{name}@example.com", "old-pass-word-9", **values)

    return make


@pytest.fixture
def admin(make_user: MakeUser) -> User:
    return make_user("admin", role=Role.ADMIN, manages_people=True, manages_prices=True)


@pytest.fixture
def dispatcher(make_user: MakeUser) -> User:
    return make_user("dispatcher", role=Role.ADMIN)


@pytest.fixture
def technician(make_user: MakeUser) -> User:
    return make_technician(user=make_user("tech", role=Role.TECHNICIAN)).user


@pytest.fixture
def sales(make_user: MakeUser) -> User:
    return make_user("sales", role=Role.SALES_AGENT)


@pytest.fixture
def fleet(db: None) -> Customer:
    customer = Customer.objects.create(name="Harbor Freight Lines", is_confirmed=True)
    CustomerPreference.objects.create(customer=customer)
    return customer


@pytest.fixture
def make_member(make_user: MakeUser) -> MakeMember:
    def make(name: str, customer: Customer, **rights: bool) -> CustomerUser:
        return CustomerUser.objects.create(user=make_user(name), customer=customer, **rights)

    return make


@pytest.fixture
def owner(make_member: MakeMember, fleet: Customer) -> User:
    return make_member("owner", fleet, is_primary_contact=True).user


@pytest.fixture
def mate(make_member: MakeMember, fleet: Customer) -> User:
    return make_member("mate", fleet).user


@pytest.fixture
def stranger(make_member: MakeMember) -> User:
    other = Customer.objects.create(name="Other Fleet", is_confirmed=True)
    return make_member("stranger", other, is_primary_contact=True).user
