"""``create_test_data --size fleet``: ten fleets and nine months of work, told day by day.

Everything happens by the use cases, at the time at which it is said to have happened, so that
prices, approvals, counters, workloads and the audit chain are those of real work. It is the same
at every making, all of it or nothing.
"""

import datetime as dt
import random
from zoneinfo import ZoneInfo

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import F

from apps.audit.recorder import record
from apps.audit.use_case import use_case
from apps.notifications.models import Notification
from apps.notifications.services import send_nothing
from apps.people.services.accounts import save_new_user
from apps.people.services.customers import create_customer
from apps.people.services.preferences import update_preference
from apps.people.services.sites import add_site
from apps.people.services.team import add_member
from apps.queue_management.use_cases.imports import import_units
from apps.repairs.fleet_file import ListedRow
from apps.repairs.fleet_import import gather
from apps.technicians.models import Technician
from core.clock import now, pretending
from core.enums import CustomerKind, Role
from core.models import ShopSettings, User
from rs_systems.demo.cast import ADMIN, NOT_SENT, PARTS, PASSWORD
from rs_systems.demo.fleet_cast import FLEETS, TECHNICIANS, Fleet
from rs_systems.demo.fleet_months import Company, Months, Progress
from rs_systems.demo.fleet_story import KINDS, Break, ask, find, find_several

DAYS = 270
MAIL_DOMAIN = "@fleet.example"
# How often a vehicle's glass is hit in the whole time.
BREAKS_PER_VEHICLE = 1.7
# Below one: more towards today.
MORE_LATELY = 0.6
READ_AFTER = dt.timedelta(days=3)


def is_fleet_made() -> bool:
    """Whether the fleets stand."""
    return User.objects.filter(username_key=FLEETS[-1].username).exists()


def make_fleet(progress: Progress) -> int:
    """Make the fleets and let their months happen.

    Args:
        progress: Told the part that is done and the day that it is.

    Returns:
        How many fleets were made.

    Raises:
        Conflict: A user name or a company's name is taken.
    """
    end = now()
    begin = (end - dt.timedelta(days=DAYS)).replace(hour=12, minute=0, second=0, microsecond=0)
    with transaction.atomic():
        with pretending(begin):
            months = assemble(begin, end)
        for company in months.companies:
            _plan(months, company)
        months.run(progress)
        _settle(end)
    return len(months.companies)


@use_case
def assemble(begin: dt.datetime, end: dt.datetime) -> Months:
    """Make the technicians and the companies with their vehicles."""
    password = make_password(PASSWORD)
    admin = User.objects.get(username=ADMIN)
    made = [_technician(admin, *each, password) for each in TECHNICIANS]
    months = Months(
        dice=random.Random(2026),  # noqa: S311 - dice, no secret
        admin=admin,
        technicians=made,
        begin=begin,
        end=end,
        zone=ZoneInfo(ShopSettings.objects.current().time_zone),
    )
    months.companies = [_company(months, plan, password) for plan in FLEETS]
    return months


def _technician(admin: User, username: str, zip_code: str, password: str) -> Technician:
    last_name = username.removeprefix("tech")
    user = _user(username, Role.TECHNICIAN, "Technician", last_name, password)
    technician = Technician.objects.create(user=user, home_zip=zip_code)
    record(actor=admin, verb="technician.created", target=technician)
    return technician


def _user(username: str, role: Role, first: str, last: str, password: str) -> User:
    user = User(
        username=username,
        role=role,
        first_name=first,
        last_name=last,
        email=f"{username}{MAIL_DOMAIN}",
        password=password,
    )
    return save_new_user(actor=User.objects.system(), user=user)


def _company(months: Months, plan: Fleet, password: str) -> Company:
    admin = months.admin
    customer = create_customer(actor=admin, kind=CustomerKind.COMPANY, name=plan.name)
    contact = _user(plan.username, Role.CUSTOMER, plan.name, "manager", password)
    add_member(actor=admin, user=contact, customer=customer, is_primary_contact=True)
    sites = [
        add_site(
            actor=admin, customer_id=customer.pk, values={"name": name, "zip_code": zip_code}
        ).pk
        for name, zip_code in plan.yards
    ]
    changes = {"approval_policy": plan.policy, "price_per_repair": plan.price_per_repair}
    update_preference(actor=admin, customer_id=customer.pk, version=None, changes=changes)
    rows = [_vehicle(months, plan, place) for place in range(plan.vehicles)]
    import_units(actor=admin, customer_id=customer.pk, fleet=gather(rows))
    return Company(plan, customer, contact, sites, [row.texts["number"] for row in rows])


def _vehicle(months: Months, plan: Fleet, place: int) -> ListedRow:
    number = plan.kind.first + place * 3
    make, model = months.dice.choice(plan.kind.vehicles)
    texts = {
        "number": f"{plan.kind.prefix}{number}",
        "year": str(months.dice.randint(2014, 2026)),
        "make": make,
        "model": model,
        "plate": f"{months.dice.randint(10, 99)}-{number:04d}",
    }
    return ListedRow(place + 2, texts)


def _settle(end: dt.datetime) -> None:
    """No mail goes to addresses that nobody reads, and older notices were read."""
    users = User.objects.filter(email__endswith=MAIL_DOMAIN).values_list("pk", flat=True)
    send_nothing([*users, *_first_technicians()], why=NOT_SENT)
    old = Notification.objects.filter(read_at=None, created_at__lt=end - READ_AFTER)
    old.update(read_at=F("created_at"))


def _first_technicians() -> list[int]:
    """Those of the small demonstration, to whom work of the fleets was given too."""
    names = [part.username for part in PARTS]
    return list(User.objects.filter(username__in=names).values_list("pk", flat=True))


def _plan(months: Months, company: Company) -> None:
    """Spread the company's breaks over the months, more of them towards today."""
    breaks = round(company.plan.vehicles * BREAKS_PER_VEHICLE)
    span = (months.end - months.begin).total_seconds()
    for _ in range(breaks):
        part = months.dice.uniform(0.01, 1) ** MORE_LATELY
        when = months.in_hours(months.begin + dt.timedelta(seconds=span * part))
        chosen = months.dice.choices((ask, find, find_several), weights=KINDS)[0]
        months.at(when, Break(months, company, chosen))
