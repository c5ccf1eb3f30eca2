"""Each time of each scheduled work once, whoever asks; at its local hour, DST included."""

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import OperationalError, connection

from core import heartbeat, outbox, schedule
from core.clock import pretending
from core.models import ScheduledRun
from core.schedule import Daily, Hourly, tick
from tests.factories import set_shop

pytestmark = pytest.mark.django_db
NEW_YORK = "America/New_York"
done: list[str] = []


@pytest.fixture(autouse=True)
def _own_register(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only what these tests schedule."""
    done.clear()
    monkeypatch.setattr(schedule, "_register", {})


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> dt.datetime:
    """In November 2026 (New York is on winter time since its first), unless told otherwise."""
    return dt.datetime(2026, month, day, hour, minute, tzinfo=ZoneInfo(NEW_YORK))


def morning(name: str = "test.morning", **options: bool) -> None:
    @schedule.scheduled(name, title="Morning", when=Daily(dt.time(7)), **options)
    def work(due_at: dt.datetime) -> str:
        done.append(f"{name} {due_at.astimezone(ZoneInfo(NEW_YORK)):%d %H:%M}")
        return "Good morning."


def passing(*moments: dt.datetime) -> None:
    """Ask twice at each of these moments, and do what was promised."""
    for moment in moments:
        with pretending(moment):
            tick()
            tick()
            outbox.drain()


def test_what_is_seen_for_the_first_time_begins_with_its_next_time() -> None:
    morning()
    passing(at(9, 15))
    (run,) = ScheduledRun.objects.all()
    assert (done, run.slot, run.started_at) == ([], "2026-11-09", None)
    assert run.note == "Begins with its next time."


def test_asked_every_minute_each_day_is_done_once() -> None:
    morning()
    minutes = [at(10, hour, minute) for hour in (6, 7, 8) for minute in range(0, 60, 7)]
    passing(at(9, 15), *minutes)
    assert done == ["test.morning 10 07:00"]
    run = ScheduledRun.objects.latest("id")
    assert (run.slot, run.note, run.error) == ("2026-11-10", "Good morning.", "")
    assert run.started_at is not None
    assert run.finished_at is not None


def test_missed_nights_are_caught_up_the_latest_alone_or_each() -> None:
    morning("test.latest")
    morning("test.each", makes_up=True)
    passing(at(9, 15), at(13, 6, 59), at(13, 7))
    assert sorted(done) == [
        "test.each 10 07:00",
        "test.each 11 07:00",
        "test.each 12 07:00",
        "test.each 13 07:00",
        "test.latest 12 07:00",
        "test.latest 13 07:00",
    ]


def test_of_many_missed_days_the_last_seven_are_made_up() -> None:
    morning(makes_up=True)
    passing(at(1, 15), at(29, 12))
    assert len(done) == schedule.MOST_MADE_UP
    assert done[-1] == "test.morning 29 07:00"


@pytest.mark.parametrize(
    ("clock", "day", "due"),
    [
        (dt.time(7), dt.date(2026, 11, 1), dt.datetime(2026, 11, 1, 12, tzinfo=dt.UTC)),
        (dt.time(7), dt.date(2026, 3, 8), dt.datetime(2026, 3, 8, 11, tzinfo=dt.UTC)),
        # 2:30 does not exist in that night; 1:30 comes twice in the other, and counts once.
        (dt.time(2, 30), dt.date(2026, 3, 8), dt.datetime(2026, 3, 8, 7, 30, tzinfo=dt.UTC)),
        (dt.time(1, 30), dt.date(2026, 11, 1), dt.datetime(2026, 11, 1, 5, 30, tzinfo=dt.UTC)),
    ],
)
def test_the_hour_is_the_wall_clocks_on_days_of_23_and_25_hours(
    clock: dt.time, day: dt.date, due: dt.datetime
) -> None:
    when = Daily(clock)
    slot = when.latest(due, NEW_YORK)
    assert (slot.name, slot.due_at) == (day.isoformat(), due)
    assert when.latest(due - dt.timedelta(seconds=1), NEW_YORK) == when.before(slot, NEW_YORK)
    # The repeated hour brings no second time.
    assert when.latest(due + dt.timedelta(hours=1), NEW_YORK) == slot


def test_the_hour_is_where_the_shop_is() -> None:
    morning()
    set_shop(time_zone="America/Los_Angeles")
    passing(at(9, 15), at(10, 9, 59))
    assert done == []
    passing(at(10, 10))
    assert done == ["test.morning 10 10:00"]


def test_hourly_times_go_on_through_the_nights_of_the_change() -> None:
    when = Hourly(15)
    due = dt.datetime(2026, 11, 1, 5, 15, tzinfo=dt.UTC)
    slots = [when.latest(due + dt.timedelta(hours=number), NEW_YORK).name for number in range(3)]
    assert slots == ["2026-11-01T05:15Z", "2026-11-01T06:15Z", "2026-11-01T07:15Z"]
    assert when.latest(due - dt.timedelta(seconds=1), NEW_YORK).name == "2026-11-01T04:15Z"
    assert when.before(when.latest(due, NEW_YORK), NEW_YORK).name == "2026-11-01T04:15Z"
    assert (when.in_words(), Daily(dt.time(7)).in_words()) == (
        "every hour at 15 past",
        "every day at 07:00",
    )


def test_a_fault_is_told_and_tried_again() -> None:
    faults = iter([ValueError("no\0 luck")])

    @schedule.scheduled("test.faulty", title="Faulty", when=Daily(dt.time(7)))
    def work(due_at: dt.datetime) -> str:
        for fault in faults:
            raise fault
        return "Done."

    passing(at(9, 15), at(10, 7))
    run = ScheduledRun.objects.latest("id")
    assert (run.error, run.finished_at) == ("ValueError: no luck", None)
    passing(at(10, 7, 1))
    run.refresh_from_db()
    assert (run.error, run.note) == ("", "Done.")


def test_what_nobody_schedules_any_more_is_let_go_of(monkeypatch: pytest.MonkeyPatch) -> None:
    morning()
    passing(at(9, 15))
    with pretending(at(10, 7)):
        tick()
    monkeypatch.setattr(schedule, "_register", {})
    passing(at(10, 7, 1))
    assert done == []
    assert not outbox.waiting().exists()


@pytest.mark.django_db(transaction=True)
def test_the_clock_inside_the_web_server_outlives_a_database_that_is_away(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    morning()
    monkeypatch.setattr(schedule, "EVERY_SECONDS", 0)
    monkeypatch.setattr(heartbeat, "_told_at", {})
    stop = threading.Event()
    faults = iter([OperationalError("the server is away")])

    def away_once(execute: Callable[..., Any], *statement: Any) -> Any:
        for fault in faults:
            raise fault
        if "core_scheduledrun" in statement[0] and statement[0].startswith("INSERT"):
            stop.set()
        return execute(*statement)

    with connection.execute_wrapper(away_once):
        schedule.tick_forever(stop)
    assert caplog.messages == ["the schedule could not be kept"]
    assert ScheduledRun.objects.count() == 1
