"""``create_test_data --size fleet``: ten fleets and nine months of work, told day by day.

Everything happens by the use cases, at the time at which it is said to have happened, so that
prices, approvals, counters, workloads and the audit chain are those of real work. It is the same
at every making, all of it or nothing.
"""

import datetime as dt
import heapq
import itertools
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import F

from apps.audit.recorder import record
from apps.audit.use_case import use_case
from apps.notifications.models import Notification
from apps.notifications.services import EMAIL
from apps.people.services.accounts import save_new_user
from apps.people.services.customers import create_customer
from apps.people.services.preferences import update_preference
from apps.people.services.sites import add_site
from apps.people.services.team import add_member
from apps.queue_management import use_cases
from apps.queue_management.use_cases import RequestDetails
from apps.queue_management.use_cases.imports import import_units
from apps.repairs.enums import OPEN_STATUSES, DamageType, QueueStatus, ReasonCode
from apps.repairs.fleet_file import ListedRow
from apps.repairs.fleet_import import gather
from apps.repairs.models import Repair
from apps.repairs.services import Reason
from apps.technicians.models import Technician
from core.clock import now, pretending
from core.enums import CustomerKind, Role
from core.models import Customer, OutboxMessage, ShopSettings, User
from rs_systems.demo.cast import ADMIN, PARTS, PASSWORD
from rs_systems.demo.fleet_cast import FLEETS, TECHNICIANS, Fleet

DAYS = 270
MAIL_DOMAIN = "@fleet.example"
# How often a vehicle's glass is hit in the whole time.
BREAKS_PER_VEHICLE = 1.7
# Below one: more towards today.
MORE_LATELY = 0.6
READ_AFTER = dt.timedelta(days=3)
OPENS, CLOSES = 7, 17
SUNDAY = 6
Progress = Callable[[float, str], None]
Event = Callable[[], None]

DAMAGE = {
    DamageType.CHIP: 40,
    DamageType.STAR_BREAK: 18,
    DamageType.BULLS_EYE: 14,
    DamageType.CRACK: 12,
    DamageType.COMBINATION_BREAK: 8,
    DamageType.HALF_MOON: 5,
    DamageType.UNKNOWN: 3,
}
WHERE = ("on the driver's side", "on the passenger's side", "below the mirror", "low in the middle")
HOW = ("gravel on the interstate", "seen at the morning check", "a stone from a dump truck", "hail")
# How often: asked for, found, found several; done or refused; nothing, voided, back, new glass.
KINDS, ASKED, FOUND, AFTERWARDS = (60, 32, 8), (95, 5), (88, 12), (92, 2, 3, 3)
REFUSALS = (
    Reason(ReasonCode.DECLINED, "The windshield is replaced next week."),
    Reason(ReasonCode.NOT_REPAIRABLE, "The crack runs to the edge."),
    Reason(ReasonCode.CANCELLED, "The vehicle is sold."),
)


@dataclass
class Company:
    """A fleet as it stands in the database."""

    plan: Fleet
    customer: Customer
    contact: User
    sites: list[int]
    numbers: list[str]


@dataclass
class Months:
    """What is still to happen, by the time at which it does."""

    dice: random.Random
    admin: User
    technicians: list[Technician]
    begin: dt.datetime
    end: dt.datetime
    zone: ZoneInfo
    companies: list[Company] = field(default_factory=list)
    _events: list[tuple[dt.datetime, int, Event]] = field(default_factory=list)
    _serial: Iterator[int] = field(default_factory=itertools.count)

    def at(self, when: dt.datetime, event: Event) -> None:
        """Let something happen then; what lies in the future never does."""
        if when < self.end:
            heapq.heappush(self._events, (when, next(self._serial), event))

    def later(self, hours: float, event: Event) -> None:
        """Let something happen so many hours from now, when the shop is open."""
        self.at(
            self.in_hours(now() + dt.timedelta(hours=hours * self.dice.uniform(0.5, 1.5))), event
        )

    def in_hours(self, when: dt.datetime) -> dt.datetime:
        """The instant itself, or the next morning on which somebody works."""
        local = when.astimezone(self.zone)
        if local.hour >= CLOSES or local.weekday() == SUNDAY:
            local = local.replace(hour=OPENS) + dt.timedelta(days=1)
        if local.weekday() == SUNDAY:
            local += dt.timedelta(days=1)
        return local.replace(hour=max(local.hour, OPENS)).astimezone(dt.UTC)

    def run(self, progress: Progress) -> None:
        """Let everything happen, in order."""
        while self._events:
            when, _, event = heapq.heappop(self._events)
            with pretending(when):
                event()
            progress((when - self.begin) / (self.end - self.begin), f"{when:%d %b %Y}")


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
    mails = OutboxMessage.objects.filter(kind=EMAIL, done_at=None)
    mails = mails.filter(payload__user__in=[*users, *_first_technicians()])
    mails.update(done_at=now(), last_error="Demo data: not sent")
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


@dataclass(frozen=True)
class Break:
    """A stone has hit a vehicle of the company."""

    months: Months
    company: Company
    begin: Callable[["Break"], None]

    def __call__(self) -> None:
        """Let somebody notice it."""
        self.begin(self)

    def details(self) -> RequestDetails | None:
        """What is said of it; nothing where the vehicle has work under way already."""
        dice = self.months.dice
        number = dice.choice(self.company.numbers)
        open_repairs = Repair.objects.filter(
            customer=self.company.customer, unit_number=number, queue_status__in=OPEN_STATUSES
        )
        if open_repairs.exists():
            return None
        damage = dice.choices(list(DAMAGE), weights=list(DAMAGE.values()))[0]
        return RequestDetails(
            unit_number=number,
            damage_type=damage,
            description=f"{damage.label} {dice.choice(WHERE)}, {dice.choice(HOW)}.",
            site_id=dice.choice(self.company.sites),
            damage_x=Decimal(dice.randint(8, 92)),
            damage_y=Decimal(dice.randint(12, 88)),
        )


def ask(hit: Break) -> None:
    """The company asks; the technician who was given it takes it."""
    details = hit.details()
    if details is None:
        return
    repair = use_cases.request_repair(
        actor=hit.company.contact, customer_id=hit.company.customer.pk, details=details
    )
    (follows,) = hit.months.dice.choices((_take, _refuse), weights=ASKED)
    hit.months.later(16, Step(hit, repair.pk, follows))


def find(hit: Break) -> None:
    """A technician finds it in the field."""
    details = hit.details()
    if details is None:
        return
    technician = hit.months.dice.choice(hit.months.technicians)
    repair = use_cases.create_field_repair(
        actor=technician.user, customer_id=hit.company.customer.pk, details=details
    )
    _go_on(hit, repair)


def find_several(hit: Break) -> None:
    """A technician walks along a yard and finds several."""
    found = {each.unit_number: each for _ in range(5) if (each := hit.details()) is not None}
    technician = hit.months.dice.choice(hit.months.technicians)
    if not found:
        return
    batch = use_cases.create_field_batch(
        actor=technician.user, customer_id=hit.company.customer.pk, rows=list(found.values())
    )
    for repair in batch.repairs.order_by("pk"):
        _go_on(hit, repair)


def _go_on(hit: Break, repair: Repair) -> None:
    """What follows on what was found: the company decides, or the work begins."""
    if repair.queue_status == QueueStatus.APPROVED:
        hit.months.later(1, Step(hit, repair.pk, _start))
        return
    (follows,) = hit.months.dice.choices((_agree, _refuse), weights=FOUND)
    hit.months.later(40, Step(hit, repair.pk, follows))


@dataclass(frozen=True)
class Step:
    """The next thing that happens to a repair."""

    hit: Break
    repair_id: int
    take: Callable[[Break, Repair], None]

    def __call__(self) -> None:
        """Let it happen."""
        repair = Repair.objects.select_related("technician__user").get(pk=self.repair_id)
        self.take(self.hit, repair)


def _refuse(hit: Break, repair: Repair) -> None:
    reason = hit.months.dice.choice(REFUSALS)
    use_cases.deny_repair(actor=hit.company.contact, repair_id=repair.pk, reason=reason)


def _agree(hit: Break, repair: Repair) -> None:
    use_cases.approve_repair(actor=hit.company.contact, repair_id=repair.pk)
    hit.months.later(24, Step(hit, repair.pk, _start))


def worker(hit: Break, repair: Repair) -> User:
    """Who works on it: whoever was given it."""
    return repair.technician.user if repair.technician else hit.months.technicians[0].user


def _take(hit: Break, repair: Repair) -> None:
    use_cases.approve_repair(actor=worker(hit, repair), repair_id=repair.pk)
    hit.months.later(40, Step(hit, repair.pk, _start))


def _start(hit: Break, repair: Repair) -> None:
    use_cases.start_repair(actor=worker(hit, repair), repair_id=repair.pk)
    hit.months.later(1.5, Step(hit, repair.pk, _finish))


def _finish(hit: Break, repair: Repair) -> None:
    use_cases.complete_repair(actor=worker(hit, repair), repair_id=repair.pk)
    stories = ((0, None), (30, void), (300, come_back), (200, replace_glass))
    ((hours, follows),) = hit.months.dice.choices(stories, weights=AFTERWARDS)
    if follows is not None:
        hit.months.later(hours, Step(hit, repair.pk, follows))


def void(hit: Break, repair: Repair) -> None:
    """The office finds that it was booked wrongly."""
    reason = "Booked on the wrong vehicle"
    use_cases.void_repair(actor=hit.months.admin, repair_id=repair.pk, reason=reason)


def come_back(hit: Break, repair: Repair) -> None:
    """The break opens again."""
    if repair.redo_of_id is not None:
        return
    details = RequestDetails(
        unit_number=repair.unit_number,
        damage_type=repair.damage_type,
        description="It came back.",
        redo_of_id=repair.pk,
    )
    again = use_cases.request_repair(
        actor=hit.company.contact,
        customer_id=hit.company.customer.pk,
        details=details,
        confirm_duplicate=True,
    )
    hit.months.later(8, Step(hit, again.pk, _take))


def replace_glass(hit: Break, repair: Repair) -> None:
    """The vehicle gets a new windshield."""
    use_cases.mark_windshield_replaced(actor=hit.months.admin, unit_id=repair.unit_id)
