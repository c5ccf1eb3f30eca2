"""What happens when a stone hits a vehicle: from the one who notices it to the finished glass."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from apps.queue_management import use_cases
from apps.queue_management.use_cases import RequestDetails
from apps.repairs.enums import OPEN_STATUSES, DamageType, QueueStatus, ReasonCode
from apps.repairs.models import Repair
from apps.repairs.services import Reason
from core.models import User
from rs_systems.demo.fleet_months import Company, Months

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
    use_cases.finish_repair(actor=worker(hit, repair), repair_id=repair.pk)
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
