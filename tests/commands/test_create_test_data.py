"""The demonstration is whole, made once, and taken away without a trace but the history."""

from collections import Counter
from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection, models, transaction
from pytest_django import DjangoDbBlocker, Settings

from apps.audit.chain import faults
from apps.audit.models import AuditEntry
from apps.jobs.enums import JobStatus
from apps.jobs.models import Equipment, Job, JobTask
from apps.notifications.models import Notification
from apps.photo_storage.models import StoredPhoto
from apps.queue_management.models import TechnicianWorkload
from apps.queue_management.use_cases import RequestDetails, request_repair
from apps.repairs.enums import QueueStatus
from apps.repairs.models import Repair, Unit
from apps.scheduling.models import Appointment
from apps.technicians.models import Technician
from core.invariants import invariant_violations
from core.models import Customer, OutboxMessage, Site, User
from rs_systems.demo.cast import PARTS, VEHICLES
from tests import factories

pytestmark = pytest.mark.django_db
WORK: tuple[type[models.Model], ...] = (Repair, Job, JobTask, Equipment, Appointment)
OTHERS: tuple[type[models.Model], ...] = (
    *(User, Customer, Site, Unit),
    *(StoredPhoto, Technician, Notification),
)


def create(**options: object) -> str:
    out = StringIO()
    call_command("create_test_data", stdout=out, **options)
    return out.getvalue()


def numbers() -> list[int]:
    return [model._default_manager.count() for model in (*WORK, *OTHERS)]


@pytest.fixture
def demo() -> str:
    return create()


@pytest.fixture(scope="class")
def shown(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """The demonstration, made once for a class and gone with it."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield create()
        transaction.set_rollback(True)


class TestShown:
    """What only looks at the demonstration looks at one and the same."""

    def test_shows_repairs_in_every_status(self, shown: str) -> None:
        statuses = Counter(Repair.objects.values_list("queue_status", flat=True))
        assert set(statuses) == set(QueueStatus.values)

    def test_shows_jobs_that_wait_go_on_and_are_done(self, shown: str) -> None:
        statuses = set(Job.objects.values_list("status", flat=True))
        assert statuses == {JobStatus.PENDING, JobStatus.IN_PROGRESS, JobStatus.COMPLETED}
        assert JobTask.objects.filter(equipment__isnull=False).exists()
        assert Job.objects.filter(assigned_to=None).exists()

    def test_prices_of_one_unit_fall(self, shown: str) -> None:
        done = Repair.objects.filter(unit__number="4127", customer__name="Demo Fleet")
        costs = done.order_by("completed_at").values_list("cost", flat=True)
        assert [str(cost) for cost in costs] == ["50.00", "40.00", "35.00"]

    def test_a_batch_waits_for_approval(self, shown: str) -> None:
        waiting = Repair.objects.filter(queue_status="PENDING", repair_batch__isnull=False)
        assert [row.unit_number for row in waiting.order_by("break_number")] == [
            "4150",
            "4150",
            "4151",
        ]

    def test_places_are_filled_from_their_zip(self, shown: str) -> None:
        places = Site.objects.values_list("city", "state", "time_zone")
        assert set(places) == {("Chattanooga", "TN", "America/New_York")}

    def test_everybody_signs_in_with_the_printed_password(self, shown: str) -> None:
        assert all(f"  {part.username:<14}demo123 " in shown for part in PARTS)
        assert all(user.check_password("demo123") for user in User.objects.people())

    def test_everything_is_right_behind_the_scenes(self, shown: str) -> None:
        assert invariant_violations() == []
        assert list(faults()) == []
        assert Unit.objects.filter(customer__name="Demo Fleet").count() == len(VEHICLES)

    def test_no_mail_goes_out(self, shown: str) -> None:
        assert not OutboxMessage.objects.filter(done_at=None).exists()


def test_shows_visits_of_this_week_of_repairs_and_jobs(demo: str) -> None:
    visits = Appointment.objects.booked()
    assert visits.filter(repair__isnull=False).count() >= 3
    assert visits.filter(job__isnull=False).count() >= 2
    assert visits.filter(wished_at__isnull=False).count() == 1


def test_equipment_that_real_work_needs_stays(demo: str) -> None:
    lamp = Equipment.objects.get(serial_number="DEMO-UV-1")
    job = factories.make_job("Dry", equipment=[lamp])
    create(clean=True)
    assert job.tasks.get().equipment.get() == lamp
    assert Equipment.objects.count() == 5


def test_a_second_run_changes_nothing_and_says_so(demo: str) -> None:
    before = numbers()
    assert "nothing was changed" in create()
    assert numbers() == before


def test_clean_makes_it_anew(demo: str) -> None:
    before, old = numbers(), set(Repair.objects.values_list("pk", flat=True))
    files = set(StoredPhoto.objects.values_list("storage_name", flat=True))
    history = AuditEntry.objects.count()
    assert "Removed 9" in create(clean=True)
    assert numbers() == before
    assert AuditEntry.objects.count() > history
    assert old.isdisjoint(Repair.objects.values_list("pk", flat=True))
    assert invariant_violations() == []
    assert list(faults()) == []
    assert files.isdisjoint(StoredPhoto.objects.values_list("storage_name", flat=True))


@pytest.mark.django_db(transaction=True)
def test_clean_takes_the_pictures_files_too() -> None:
    create()
    names = list(StoredPhoto.objects.values_list("storage_name", flat=True))
    create(clean=True)
    assert [default_storage.exists(name) for name in names] == [False, False]


def test_clean_refuses_while_the_demo_has_a_part_in_real_work(demo: str) -> None:
    admin = User.objects.get(username="admin")
    real = Customer.objects.create(name="Real Company", is_confirmed=True)
    details = RequestDetails(unit_number="9")
    request_repair(actor=admin, customer_id=real.pk, details=details)
    before = numbers()
    with pytest.raises(CommandError, match="part in other work"):
        create(clean=True)
    assert numbers() == before
    assert TechnicianWorkload.objects.count() == 3


def test_the_first_admin_keeps_the_own_password() -> None:
    admin = User.objects.create_superuser("admin", "a@b.example", "their own secret")
    assert "(its own password)" in create()
    admin.refresh_from_db()
    assert admin.check_password("their own secret")


def test_a_taken_name_is_refused_and_nothing_is_made() -> None:
    User.objects.create_user("tech2")
    with pytest.raises(CommandError, match="tech2"):
        create()
    assert Customer.objects.count() == 0


def test_refused_in_production(settings: Settings) -> None:
    settings.ENVIRONMENT = "production"
    with pytest.raises(CommandError, match="development only"):
        create()


def test_other_sizes_are_not_offered() -> None:
    with pytest.raises(CommandError, match="invalid choice"):
        call_command("create_test_data", "--size", "billion")


def test_a_million_wants_postgresql(demo: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "vendor", "sqlite")
    with pytest.raises(CommandError, match="A million repairs want PostgreSQL"):
        create(size="million")
