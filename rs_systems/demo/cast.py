"""Who plays in the demonstration: people, customers, places, vehicles."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib.auth.hashers import make_password

from apps.audit.recorder import record
from apps.people.services.accounts import save_new_user
from apps.people.services.customers import create_customer
from apps.people.services.sites import add_site
from apps.people.services.team import add_member
from apps.queue_management.use_cases import edit_unit
from apps.repairs.models import Unit
from apps.repairs.services import find_or_create_unit
from apps.technicians.models import Technician
from core.enums import CustomerKind, Role
from core.errors import Conflict
from core.models import Customer, Site, User

NOT_SENT = "Demo data: not sent"
PASSWORD = "demo123"  # noqa: S105 - known to everybody, and refused outside development
ADMIN = "admin"
DEMO_FLEET, OTHER_FLEET, PERSON = "Demo Fleet", "Other Fleet", "Jamie Rivera"


@dataclass(frozen=True)
class Part:
    """One sign-in of the demonstration."""

    username: str
    role: Role
    first_name: str
    last_name: str
    about: str


PARTS = (
    Part(ADMIN, Role.ADMIN, "Alex", "Admin", "the office, with people and prices"),
    Part("tech1", Role.TECHNICIAN, "Terry", "One", "technician"),
    Part("tech2", Role.TECHNICIAN, "Toni", "Two", "technician"),
    Part("tech3", Role.TECHNICIAN, "Tracy", "Three", "technician"),
    Part("sales1", Role.SALES_AGENT, "Sam", "Sales", f"sales agent of {DEMO_FLEET}"),
    Part("democustomer", Role.CUSTOMER, "Devon", "Demo", f"primary contact of {DEMO_FLEET}"),
    Part("otherfleet", Role.CUSTOMER, "Oakley", "Other", f"primary contact of {OTHER_FLEET}"),
)
HOME_ZIPS = {"tech1": "37402", "tech2": "37421", "tech3": "37343"}
VEHICLE_FIELDS = ("year", "make", "model", "plate")
VEHICLES: tuple[tuple[str, int, str, str, str], ...] = (
    ("4127", 2021, "FREIGHTLINER", "CASCADIA", "TN 10-4127"),
    ("4128", 2021, "FREIGHTLINER", "CASCADIA", "TN 10-4128"),
    ("4131", 2020, "KENWORTH", "T680", "TN 10-4131"),
    ("4135", 2019, "VOLVO", "VNL 760", "TN 10-4135"),
    ("4139", 2022, "PETERBILT", "579", "TN 10-4139"),
    ("4142", 2018, "FORD", "TRANSIT 250", "TN 20-4142"),
    ("4150", 2023, "MERCEDES-BENZ", "SPRINTER 2500", "TN 20-4150"),
    ("4151", 2023, "MERCEDES-BENZ", "SPRINTER 2500", "TN 20-4151"),
    ("4160", 2017, "ISUZU", "NPR-HD", "TN 20-4160"),
    ("4163", 2016, "INTERNATIONAL", "4300", "TN 20-4163"),
    ("4166", 2024, "FORD", "F-150", "TN 30-4166"),
    ("0470", 2015, "CHEVROLET", "EXPRESS 2500", "TN 30-0470"),
)


@dataclass(frozen=True)
class Cast:
    """Everybody and everything that the story is told of."""

    people: dict[str, User]
    fleet: Customer
    other: Customer
    person: Customer
    yard: Site
    depot: Site


def assemble() -> Cast:
    """Make people, customers, places and vehicles; part of a running use case.

    Raises:
        Conflict: ``name_taken``: a user name belongs to somebody who is not of the demonstration.
    """
    password = make_password(PASSWORD)
    people = {part.username: _person(part, password) for part in PARTS}
    admin = people[ADMIN]
    for username, zip_code in HOME_ZIPS.items():
        _technician(admin, people[username], zip_code)
    fleet = _company(admin, DEMO_FLEET, people["democustomer"], owner=people["sales1"])
    other = _company(admin, OTHER_FLEET, people["otherfleet"])
    person = create_customer(
        actor=admin, kind=CustomerKind.PERSON, name=PERSON, phone="423-555-0142"
    )
    yard = _site(admin, fleet, name="Main yard", address="600 Market St", zip_code="37402")
    depot = _site(admin, fleet, name="East depot", address="2000 Gunbarrel Rd", zip_code="37421")
    for number, *facts in VEHICLES:
        _vehicle(admin, fleet, number, dict(zip(VEHICLE_FIELDS, facts, strict=True)))
    return Cast(people, fleet, other, person, yard, depot)


def _person(part: Part, password: str) -> User:
    known = User.objects.filter(username_key=part.username).first()
    # The first admin may stand already: setup_db makes one.
    if known is not None and part.username == ADMIN and known.manages_people:
        return known
    if known is not None:
        raise Conflict(
            f"There is a user “{part.username}” already, who is not of the demo data.",
            code="name_taken",
        )
    user = User(
        username=part.username,
        role=part.role,
        first_name=part.first_name,
        last_name=part.last_name,
        email=f"{part.username}@demo.example",
        password=password,
        manages_people=part.role == Role.ADMIN,
        manages_prices=part.role == Role.ADMIN,
        is_superuser=part.role == Role.ADMIN,
    )
    return save_new_user(actor=User.objects.system(), user=user)


def _technician(admin: User, user: User, zip_code: str) -> None:
    technician = Technician.objects.create(user=user, home_zip=zip_code)
    record(actor=admin, verb="technician.created", target=technician)


def _company(admin: User, name: str, contact: User, owner: User | None = None) -> Customer:
    customer = create_customer(
        actor=admin,
        kind=CustomerKind.COMPANY,
        name=name,
        email=contact.email,
        owner_id=owner.pk if owner else None,
    )
    add_member(actor=admin, user=contact, customer=customer, is_primary_contact=True)
    return customer


def _site(admin: User, customer: Customer, **values: str) -> Site:
    return add_site(actor=admin, customer_id=customer.pk, values=values)


def _vehicle(admin: User, fleet: Customer, number: str, values: Mapping[str, object]) -> Unit:
    unit = find_or_create_unit(actor=admin, customer=fleet, number=number)
    return edit_unit(actor=admin, unit_id=unit.pk, version=unit.version, values=values)
