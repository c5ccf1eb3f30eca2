"""Reminders, summaries and alarms: once a person and event, at their time, to the right people."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.audit.models import AuditEntry
from apps.notifications.models import Delivery, Notification
from apps.queue_management import schedule
from apps.queue_management.use_cases import ask_approval, create_field_batch, deny_repair
from apps.queue_management.use_cases.background import try_again
from apps.repairs.models import Repair, RepairLink
from core import invariants
from core.clock import now, pretending
from core.errors import Forbidden, NotFound
from core.models import Customer, CustomerPreference, OutboxMessage, User
from core.outbox import drain
from tests import factories
from tests.books import nothing_written, refused
from tests.cast import Cast

pytestmark = pytest.mark.django_db
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
FIVE = dt.datetime(2026, 11, 30, 17, tzinfo=ZoneInfo("America/New_York"))


def remind_after(waited: dt.timedelta) -> str:
    """What the hourly work says and does when so long has passed, asked for twice."""
    with pretending(now() + waited):
        told = schedule.remind(now())
        schedule.remind(now())
        drain()
    return told


def told(kind: str) -> list[tuple[str, str]]:
    rows = Notification.objects.filter(kind=kind).order_by("pk")
    return [(str(row.recipient), row.text) for row in rows]


@pytest.fixture
def waiting(cast: Cast) -> Repair:
    """Found in the field, waiting for the fleet's approval."""
    return factories.field_repair(customer=cast.fleet, unit_number="4127")


def test_who_may_approve_is_reminded_after_a_day_and_the_office_told_after_three(
    cast: Cast, waiting: Repair
) -> None:
    assert remind_after(23 * HOUR) == "0 wait longer than a day, 0 longer than three."
    assert told("approval_reminder") == []
    assert remind_after(25 * HOUR) == "1 wait longer than a day, 0 longer than three."
    reminded = told("approval_reminder")
    text = f"Still waiting for your approval: unit 4127 of {cast.fleet}"
    assert {sentence for _, sentence in reminded} == {text}
    assert remind_after(4 * DAY) == "1 wait longer than a day, 1 longer than three."
    assert told("approval_reminder") == reminded
    assert {name for name, _ in told("approval_late")} == {
        str(user) for user in User.objects.people().filter(role="admin", is_active=True)
    }
    assert remind_after(40 * DAY) == "0 wait longer than a day, 0 longer than three."


def test_what_was_answered_meanwhile_is_not_reminded_of(cast: Cast, waiting: Repair) -> None:
    with pretending(now() + 25 * HOUR):
        schedule.remind(now())
        schedule.tell_office(promise := OutboxMessage.objects.latest("pk"))
        deny_repair(actor=cast.primary, repair_id=waiting.pk, reason=factories.DECLINED)
        schedule.tell_office(promise)
        drain()
    assert told("approval_reminder") == []
    assert len(told("approval_late")) == 2


def test_who_is_asked_again_is_reminded_again(cast: Cast, waiting: Repair) -> None:
    remind_after(25 * HOUR)
    number = len(told("approval_reminder"))
    assert number > 0
    with pretending(now() + 26 * HOUR):
        deny_repair(actor=cast.primary, repair_id=waiting.pk, reason=factories.DECLINED)
        ask_approval(actor=cast.owner, repair_id=waiting.pk)
    remind_after(40 * HOUR)
    assert len(told("approval_reminder")) == number
    remind_after(51 * HOUR)
    assert len(told("approval_reminder")) == 2 * number


def test_a_batch_is_one_reminder(cast: Cast) -> None:
    rows = [factories.details(str(number)) for number in range(3)]
    create_field_batch(actor=cast.technician, customer_id=cast.fleet.pk, rows=rows)
    assert remind_after(25 * HOUR).startswith("1 wait")
    text = f"Still waiting for your approval: 3 repairs of {cast.fleet}"
    assert {sentence for _, sentence in told("batch_approval_reminder")} == {text}
    assert told("approval_reminder") == []


def test_who_has_no_account_gets_another_link() -> None:
    customer = factories.make_person(email="paula@example.com")
    repair = factories.field_repair(customer=customer)
    links = RepairLink.objects.filter(repair=repair)
    number = links.count()
    assert number > 0
    remind_after(25 * HOUR)
    assert links.count() == number + 1


def wants_summary(fleet: Customer) -> None:
    CustomerPreference.objects.update_or_create(customer=fleet, defaults={"daily_summary": True})


def summarised(at: dt.datetime = FIVE) -> str:
    with pretending(at):
        return schedule.summarise(FIVE)


def test_the_fleet_that_wants_it_is_told_of_its_day_once(cast: Cast) -> None:
    with pretending(FIVE - HOUR):
        factories.completed_repair(customer=cast.fleet, unit_number="1")
        factories.request(customer=cast.fleet, unit_number="2")
        factories.field_repair(customer=cast.fleet, unit_number="3")
    with pretending(FIVE - DAY):
        factories.completed_repair(customer=cast.fleet, unit_number="4")
    assert summarised() == "0 fleets told."
    wants_summary(cast.fleet)
    assert summarised() == "1 fleets told."
    day = "Monday, November 30, 2026"
    text = f"{cast.fleet}, {day}: 1 repaired, 1 waiting for your approval"
    assert told("fleet_summary") == [(str(cast.primary), text)]
    (mail,) = Delivery.objects.filter(kind="fleet_summary")
    fields = mail.fields
    assert (fields["requested"], fields["charged"], fields["open"]) == (2, "50.00", 2)
    with nothing_written():
        assert summarised(FIVE + 8 * HOUR) == "1 fleets told."


def test_a_fleet_of_which_there_is_nothing_to_tell_is_left_alone(cast: Cast) -> None:
    wants_summary(cast.fleet)
    with nothing_written():
        assert summarised() == "0 fleets told."


def test_one_fleet_or_three_cost_the_same_to_look_at(cast: Cast) -> None:
    costs = []
    for number in range(3):
        fleet = factories.make_customer(f"Silent {number}")
        wants_summary(fleet)
        with CaptureQueriesContext(connection) as statements:
            summarised()
        costs.append(len(statements))
    assert costs == [3, 3, 3]


def test_what_does_not_hold_alarms_the_admins_once_a_day(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(invariants, "_invariants", {"two is two": list})
    with nothing_written():
        assert schedule.check(FIVE) == "All 1 hold."
    invariants.invariant("one is two")(lambda: ["one", "two"])
    said = "1 do not hold: one is two"
    assert [schedule.check(FIVE), schedule.check(FIVE + HOUR)] == [said, said]
    text = "Something is wrong in the shop's books: one is two"
    assert told("invariant_alarm") == [(str(cast.admin), text), (str(cast.owner), text)]
    schedule.check(FIVE + DAY)
    assert len(told("invariant_alarm")) == 4


def test_the_office_tries_again_what_was_given_up(cast: Cast) -> None:
    row = OutboxMessage.objects.create(kind="x", key="x", next_at=now(), attempts=12)
    try_again(actor=cast.admin, message_id=row.pk)
    row.refresh_from_db()
    assert row.attempts == 12  # it was not given up yet
    OutboxMessage.objects.update(dead_at=now(), next_at=now() + DAY)
    with refused(Forbidden):
        try_again(actor=cast.sales_agent, message_id=row.pk)
    with refused(NotFound):
        try_again(actor=cast.admin, message_id=row.pk + 1)
    try_again(actor=cast.admin, message_id=row.pk)
    row.refresh_from_db()
    assert (row.attempts, row.dead_at, row.next_at <= now()) == (0, None, True)
    entry = AuditEntry.objects.latest("position")
    assert (entry.verb, entry.actor_name) == ("outbox.tried_again", str(cast.admin))
