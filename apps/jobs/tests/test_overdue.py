"""Late: derived in the shop's zone when read, flagged once a date for the alert."""

import datetime as dt
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command

from apps.audit.models import AuditEntry
from apps.jobs.models import Job
from apps.jobs.services import cancel_job, complete_job, delete_job, edit_job, flag_overdue_jobs
from apps.jobs.services.overdue import _set_flag
from apps.notifications.models import Notification
from core.clock import pretending
from core.shop import shop_today
from tests import factories
from tests.books import nothing_written
from tests.cast import Cast

pytestmark = pytest.mark.django_db
NEW_YORK = ZoneInfo("America/New_York")
DAY = dt.date(2027, 3, 13)  # the clocks go forward in the night after it


def at(day: dt.date, hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour, minute), tzinfo=NEW_YORK)


@pytest.fixture
def job(cast: Cast) -> Job:
    """Due on DAY, made by Demo Fleet's agent for the technician."""
    return factories.make_job(
        "Measure",
        actor=cast.sales_agent,
        customer=cast.fleet,
        technician=cast.technician_record,
        scheduled_date=DAY,
    )


def is_overdue() -> bool:
    return Job.objects.overdue(shop_today()).exists()


def told() -> list[tuple[str, int]]:
    rows = Notification.objects.filter(kind="job_overdue").order_by("pk")
    return list(rows.values_list("kind", "recipient"))


@pytest.mark.parametrize(
    ("moment", "late"),
    [
        (at(DAY, 19), False),
        (at(DAY, 23, 59), False),
        (at(DAY + dt.timedelta(days=1), 0), True),
        (at(DAY + dt.timedelta(days=1), 3, 30), True),
    ],
)
def test_a_job_of_today_is_late_from_midnight_on_where_the_shop_is(
    job: Job,
    moment: dt.datetime,
    late: bool,  # noqa: FBT001 - a column of the table
) -> None:
    with pretending(moment):
        assert is_overdue() is late
        assert flag_overdue_jobs() == (int(late), 0)


def test_the_flag_is_set_once_and_both_are_told(cast: Cast, job: Job) -> None:
    with pretending(at(DAY + dt.timedelta(days=3), 1)):  # nights late
        assert flag_overdue_jobs() == (1, 0)
        assert told() == [
            ("job_overdue", cast.sales_agent.pk),
            ("job_overdue", cast.technician.pk),
        ]
        entry = AuditEntry.objects.latest("position")
        assert (entry.verb, entry.actor_name) == ("job.overdue", "System")
        with nothing_written():
            assert flag_overdue_jobs() == (0, 0)


def test_rescheduling_clears_it_at_once_and_the_next_date_counts_anew(cast: Cast, job: Job) -> None:
    later = DAY + dt.timedelta(days=2)
    with pretending(at(DAY + dt.timedelta(days=1), 1)):
        flag_overdue_jobs()
        changed = edit_job(
            actor=cast.admin, job_id=job.pk, version=None, values={"scheduled_date": later}
        )
        assert changed.overdue_flagged_at is None
        assert not is_overdue()
        assert flag_overdue_jobs() == (0, 0)
    with pretending(at(later + dt.timedelta(days=1), 1)):
        assert flag_overdue_jobs() == (1, 0)
    assert len(told()) == 4


def test_completion_and_calling_off_settle_it(cast: Cast, job: Job) -> None:
    other = factories.make_job("A", scheduled_date=DAY)
    with pretending(at(DAY + dt.timedelta(days=1), 1)):
        assert flag_overdue_jobs() == (2, 0)
        factories.finish_tasks(job)
        complete_job(actor=cast.technician, job_id=job.pk)
        cancel_job(actor=cast.admin, job_id=other.pk, reason="Sold")
        assert not is_overdue()
        assert flag_overdue_jobs() == (0, 0)
    assert not Job.objects.filter(overdue_flagged_at__isnull=False).exists()


def test_a_shop_that_moves_west_is_early_again(job: Job) -> None:
    with pretending(at(DAY + dt.timedelta(days=1), 1)):
        flag_overdue_jobs()
        factories.set_shop(time_zone="America/Los_Angeles")
        assert flag_overdue_jobs() == (0, 1)
        assert AuditEntry.objects.latest("position").verb == "job.overdue_cleared"
        assert flag_overdue_jobs() == (0, 0)


def test_a_job_without_a_date_or_that_went_meanwhile_is_not_late(cast: Cast, job: Job) -> None:
    undated = factories.make_job("A")
    delete_job(actor=cast.admin, job_id=job.pk)
    with pretending(at(DAY + dt.timedelta(days=1), 1)), nothing_written():
        assert not _set_flag(undated.pk, shop_today())
        assert not _set_flag(job.pk, shop_today())


def test_the_command_says_what_it_did(job: Job) -> None:
    out = StringIO()
    with pretending(at(DAY + dt.timedelta(days=1), 1)):
        call_command("flag_overdue_jobs", stdout=out)
        call_command("flag_overdue_jobs", stdout=out)
    assert out.getvalue().splitlines() == [
        "1 jobs flagged as overdue, 0 not overdue any more.",
        "0 jobs flagged as overdue, 0 not overdue any more.",
    ]
