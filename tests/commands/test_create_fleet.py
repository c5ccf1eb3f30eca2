"""Fleets with months of history, told by the use cases: small ones here, the real ones by hand."""

import datetime as dt
import io
from dataclasses import replace

import pytest
from django.core.management import call_command
from django.core.management.base import OutputWrapper

from apps.audit.chain import faults
from apps.audit.models import AuditEntry
from apps.jobs.enums import JobStatus
from apps.jobs.models import Job
from apps.jobs.services import TaskDetails, create_template
from apps.notifications.models import Notification
from apps.repairs.enums import DamageType, QueueStatus
from apps.repairs.models import Repair, Unit
from core.clock import now, pretending
from core.enums import ApprovalPolicy
from core.invariants import invariant_violations
from core.models import Customer, CustomerPreference, OutboxMessage, Site, User
from rs_systems.demo import fleet, fleet_cast, fleet_story
from rs_systems.demo.fleet_months import Company, Months
from rs_systems.demo.fleet_story import Break
from rs_systems.demo.removal import remove_demo
from rs_systems.management.progress import ProgressBar
from tests.factories import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.once]
ASKING, TRUSTING = fleet_cast.FLEETS[0], fleet_cast.FLEETS[2]


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        fleet, "FLEETS", (replace(ASKING, vehicles=4), replace(TRUSTING, vehicles=3))
    )
    monkeypatch.setattr(fleet, "DAYS", 8)
    User.objects.create_superuser("admin", "admin@b.example", PASSWORD)


def create(**options: object) -> str:
    out = io.StringIO()
    call_command("create_test_data", size="fleet", stdout=out, **options)
    return out.getvalue()


def test_the_fleets_and_their_months_are_whole_and_made_once() -> None:
    told = create()
    assert "Made 2 fleets" in told
    assert "100% " not in told
    assert "[" in told
    assert Customer.objects.get(name=ASKING.name).units.count() == 4
    assert set(Site.objects.filter(customer__name=ASKING.name).values_list("city", "state")) == {
        ("Hixson", "TN"),
        ("Chattanooga", "TN"),
    }
    assert (invariant_violations(), list(faults())) == ([], [])
    assert not OutboxMessage.objects.filter(done_at=None).exists()
    dates = list(AuditEntry.objects.order_by("position").values_list("at", flat=True))
    assert min(dates) < now() - dt.timedelta(days=7)
    assert not Notification.objects.filter(
        read_at=None, created_at__lt=now() - dt.timedelta(days=4)
    ).exists()
    count = Repair.objects.count()
    assert count > 16
    assert "The fleets stand already" in create()
    assert Repair.objects.count() == count
    assert remove_demo() == 18
    assert Unit.objects.count() == 0
    assert (invariant_violations(), list(faults())) == ([], [])


@pytest.fixture
def months() -> Months:
    end = now()
    return fleet.assemble(end - dt.timedelta(days=40), end)


def hit(months: Months, begin: object = fleet_story.ask, company: int = 0) -> Break:
    return Break(months, months.companies[company], begin)  # type: ignore[arg-type] # one of its kinds


def told(months: Months) -> None:
    """Everything that follows from what happened."""
    months.run(lambda *_: None)


def at_work(months: Months, step: object) -> Repair:
    """A finished repair to which this happens then."""
    with pretending(months.begin):
        hit(months)()
    told(months)
    repair = Repair.objects.get(queue_status=QueueStatus.COMPLETED)
    with pretending(months.begin + dt.timedelta(days=30)):
        fleet_story.Step(hit(months), repair.pk, step)()  # type: ignore[arg-type] # one of its kinds
    told(months)
    return repair


@pytest.fixture
def _smooth(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everybody agrees and nothing goes wrong."""
    monkeypatch.setattr(fleet_story, "ASKED", (1, 0))
    monkeypatch.setattr(fleet_story, "FOUND", (1, 0))
    monkeypatch.setattr(fleet_story, "AFTERWARDS", (1, 0, 0, 0))


@pytest.mark.usefixtures("_smooth")
def test_a_checklist_is_worked_through_with_the_repair(
    months: Months, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fleet_story, "DAMAGE", {DamageType.CRACK: 1})
    create_template(
        actor=months.admin,
        values={"name": "Cracks", "damage_type": DamageType.CRACK},
        items=[TaskDetails("Drill the ends"), TaskDetails("Fill it")],
    )
    with pretending(months.begin):
        hit(months)()
    told(months)
    assert Repair.objects.get().queue_status == QueueStatus.COMPLETED
    assert Job.objects.get().status == JobStatus.COMPLETED


@pytest.mark.usefixtures("_smooth")
def test_a_wrong_booking_is_voided(months: Months) -> None:
    repair = at_work(months, fleet_story.void)
    repair.refresh_from_db()
    assert repair.voided_at is not None


@pytest.mark.usefixtures("_smooth")
def test_what_follows_a_repair_is_left_to_the_dice(
    months: Months, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fleet_story, "AFTERWARDS", (0, 1, 0, 0))
    with pretending(months.begin):
        hit(months)()
    told(months)
    assert Repair.objects.get().voided_at is not None


@pytest.mark.usefixtures("_smooth")
def test_what_comes_back_is_redone_for_nothing_and_only_once(months: Months) -> None:
    repair = at_work(months, fleet_story.come_back)
    again = Repair.objects.get(redo_of=repair)
    assert (again.queue_status, again.cost) == (QueueStatus.COMPLETED, 0)
    with pretending(months.end - dt.timedelta(days=1)):
        fleet_story.Step(hit(months), again.pk, fleet_story.come_back)()
    assert Repair.objects.count() == 2


@pytest.mark.usefixtures("_smooth")
def test_a_new_glass_begins_again(months: Months) -> None:
    repair = at_work(months, fleet_story.replace_glass)
    assert repair.unit.repair_count.count == 0


@pytest.mark.usefixtures("_smooth")
@pytest.mark.parametrize(
    ("company", "begin"), [(0, fleet_story.find), (1, fleet_story.find_several)]
)
def test_what_a_technician_finds_is_agreed_to_or_need_not_be(
    months: Months, company: int, begin: object
) -> None:
    with pretending(months.begin):
        hit(months, begin, company)()
    told(months)
    assert set(Repair.objects.values_list("queue_status", flat=True)) == {QueueStatus.COMPLETED}
    asked = CustomerPreference.objects.get(customer=months.companies[1].customer)
    assert asked.approval_policy == ApprovalPolicy.AUTO_APPROVE


def test_a_vehicle_with_work_under_way_is_left_alone(months: Months) -> None:
    company = months.companies[0]
    one = Company(company.plan, company.customer, company.contact, company.sites, ["V20"])
    months.companies = [one]
    for begin in (fleet_story.ask, fleet_story.ask, fleet_story.find, fleet_story.find_several):
        hit(months, begin)()
    assert Repair.objects.count() == 1


def test_a_company_may_refuse(months: Months, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fleet_story, "ASKED", (0, 1))
    with pretending(months.begin):
        hit(months)()
    told(months)
    assert Repair.objects.get().queue_status == QueueStatus.DENIED


def test_what_nobody_was_given_the_first_technician_takes(months: Months) -> None:
    with pretending(months.begin):
        hit(months)()
        Repair.objects.update(technician=None)
        repair = Repair.objects.get()
        assert fleet_story.worker(hit(months), repair) == months.technicians[0].user


def test_nobody_works_at_night_or_on_a_sunday(months: Months) -> None:
    local = [
        months.in_hours(dt.datetime(2026, 3, day, hour, tzinfo=months.zone)).astimezone(months.zone)
        for day, hour in ((6, 3), (6, 12), (7, 20), (8, 12))
    ]
    assert [(at.day, at.hour) for at in local] == [(6, 7), (6, 12), (9, 7), (9, 7)]


def test_a_bar_draws_itself_over_again_on_a_terminal() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    out = Terminal()
    bar = ProgressBar(OutputWrapper(out))
    for part in (0.5, 0.501, 1):
        bar.show(part, "now")
    assert out.getvalue() == (f"\r[{'#' * 15}{' ' * 15}]  50% now\r[{'#' * 30}] 100% now")


def test_the_clock_goes_on_after_pretending() -> None:
    then = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    with pretending(then):
        assert now() == then
    assert now() > then
