"""The list of the day: at seven where the shop is, to who is at work and has something to do."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from apps.notifications.models import Delivery, Notification
from apps.scheduling.schedule import tell_technicians
from core.clock import pretending
from tests import factories
from tests.books import nothing_written
from tests.cast import Cast

pytestmark = pytest.mark.django_db
SEVEN = dt.datetime(2026, 11, 30, 7, tzinfo=ZoneInfo("America/New_York"))
DAY = dt.timedelta(days=1)


def test_each_technician_with_something_to_do_is_told_once(cast: Cast) -> None:
    with pretending(SEVEN - 3 * DAY):
        technician = cast.technician_record
        factories.book(technician, SEVEN + dt.timedelta(hours=2))
        for title, days in (("Measure", 0), ("Late", -1)):
            factories.make_job(
                title,
                customer=cast.fleet,
                technician=technician,
                scheduled_date=SEVEN.date() + days * DAY,
            )
    with pretending(SEVEN):
        assert tell_technicians(SEVEN) == "1 technicians told."
        with nothing_written():
            assert tell_technicians(SEVEN) == "1 technicians told."
    (notice,) = Notification.objects.filter(kind="day_list")
    assert notice.recipient == cast.technician
    assert notice.text.startswith("Your day, Monday, November 30, 2026: 1 visits, ")
    (mail,) = Delivery.objects.filter(kind="day_list")
    lines = mail.fields["lines"]
    assert lines[0].startswith("9:00 AM, Unit ")
    assert lines[-1].endswith(": Measure")
    assert mail.fields["overdue"] == 1


def test_nobody_is_told_who_has_nothing_or_is_out_or_of_a_day_that_is_over(cast: Cast) -> None:
    with pretending(SEVEN), nothing_written():
        assert tell_technicians(SEVEN) == "0 technicians told."
        assert tell_technicians(SEVEN - DAY) == "That day is over."
    technician = cast.technician_record
    with pretending(SEVEN - DAY):
        factories.make_job("A", technician=technician, scheduled_date=SEVEN.date())
    technician.out_on = SEVEN.date()
    technician.save()
    with pretending(SEVEN), nothing_written():
        assert tell_technicians(SEVEN) == "0 technicians told."
