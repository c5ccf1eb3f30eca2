"""What goes out together, and what a crash at any point leaves to be done again."""

import datetime as dt
from typing import Any

import pytest
from django.core import mail

from apps.notifications import sending
from apps.notifications.enums import DeliveryState
from apps.notifications.kinds import kind_of
from apps.notifications.models import Delivery, MessageWishes
from apps.notifications.services import notify, send_email
from apps.notifications.tests.conftest import MakeUser, html_of
from core.clock import now, pretending
from core.models import Customer, OutboxMessage, User
from core.outbox import MAX_ATTEMPTS, drain

MINUTE = dt.timedelta(seconds=61)


@pytest.fixture
def burst(settings: Any) -> None:
    settings.MESSAGES_TOGETHER_SECONDS = 60


@pytest.fixture
def member(make_user: MakeUser) -> User:
    return make_user("member", first_name="Mia", phone="+12125550100")


def tell(user: User, *targets: Customer, kind: str = "repair_completed", **fields: Any) -> None:
    for target in targets:
        about = dict(kind_of(kind).sample) | {"unit_number": str(target.pk)} | fields
        key = f"{kind}:{target.pk}"
        notify(kind=kind, recipients=[user], target=target, fields=about, key=key)


def fleets(number: int) -> list[Customer]:
    return [Customer.objects.create(name=f"Fleet {each}") for each in range(number)]


def drain_later(after: dt.timedelta = MINUTE) -> int:
    with pretending(now() + after):
        return drain()


def states() -> list[tuple[str, str]]:
    return list(Delivery.objects.order_by("pk").values_list("state", "reason"))


@pytest.mark.parametrize(("number", "others"), [(2, "1 other"), (3, "2 others")])
def test_a_burst_becomes_one_mail(member: User, burst: None, number: int, others: str) -> None:
    about = fleets(number)
    tell(member, *about)
    assert (drain(), mail.outbox) == (0, [])
    assert drain_later() == number
    [sent] = mail.outbox
    assert sent.subject == f"{number} customers of Harbor Freight Lines"
    lines = [f"Repaired: unit {each.pk} of Harbor Freight Lines, $40.00" for each in about]
    assert all(f"- {line}" in str(sent.body) for line in lines)
    assert all(line in html_of(sent) for line in lines)
    assert states() == [("sent", f"In one message with {others}")] * number
    assert Delivery.objects.values("message_id").distinct().count() == 1


def test_a_single_message_reads_as_ever(member: User, burst: None) -> None:
    tell(member, *fleets(1))
    assert drain_later() == 1
    assert mail.outbox[0].subject.startswith("Repaired: unit")
    assert states() == [("sent", "")]


def test_only_what_belongs_together_goes_together(
    member: User, make_user: MakeUser, burst: None
) -> None:
    one, two = fleets(2)
    tell(member, one, two)
    tell(make_user("other"), one)
    tell(member, one, kind="appointment_booked")
    assert drain_later() == 4
    assert sorted(sent.subject for sent in mail.outbox) == [
        "2 customers of Harbor Freight Lines",
        f"Repaired: unit {one.pk} of Harbor Freight Lines, $40.00",
        "Visit booked: Monday, November 30, 2026, 9:00 AM EST, unit 4127 of Harbor Freight Lines",
    ]


def test_what_is_planned_for_later_does_not_go_yet(member: User, burst: None) -> None:
    one, two = fleets(2)
    with pretending(now() - 3 * MINUTE):
        tell(member, one)
    tell(member, two)
    Delivery.objects.filter(target_id=two.pk).update(planned_for=now() + dt.timedelta(hours=1))
    assert (drain(), states()) == (1, [("sent", ""), ("planned", "")])


def test_personal_mail_goes_at_once_and_alone(member: User, burst: None) -> None:
    about = fleets(2)
    for target in about:
        notify(
            kind="password_changed",
            recipients=[member],
            target=target,
            fields={},
            key=f"p:{target.pk}",
        )
    assert (drain(), len(mail.outbox)) == (2, 2)


def test_several_about_one_thing_or_of_several_customers_say_so(member: User, burst: None) -> None:
    (one,) = fleets(1)
    tell(member, one)
    tell(member, one, kind="repair_voided")
    drain_later()
    assert mail.outbox[0].subject == "2 messages about Harbor Freight Lines"
    two, three = fleets(2)
    tell(member, two, customer="Acme")
    tell(member, three)
    drain_later(2 * MINUTE)
    assert mail.outbox[1].subject == "2 customers"
    tell(member, Customer.objects.create(name="Last"), customer="Acme", kind="repair_voided")
    tell(member, two, kind="repair_voided")
    Delivery.objects.filter(target_id=two.pk).update(target_type="core.site")
    drain_later(3 * MINUTE)
    assert mail.outbox[2].subject == "2 messages"


def test_links_with_a_way_in_are_kept_in_a_mail_of_several(member: User, burst: None) -> None:
    one, two = fleets(2)
    for target in (one, two):
        tell(member, target, kind="approval_needed", direct=f"https://a.example/r/{target.pk}/")
    drain_later()
    body = str(mail.outbox[0].body)
    assert all(f"https://a.example/r/{each.pk}/" in body for each in (one, two))
    assert list(Delivery.objects.values_list("fields", flat=True)) == [{}, {}]


class Crash(BaseException):
    """The process dies: nothing after it runs."""


@pytest.mark.parametrize("point", ["before the server", "after the server"])
def test_after_a_crash_the_same_mail_is_repeated_and_nothing_joins_it(
    member: User, burst: None, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    one, two, late = fleets(3)
    tell(member, one, two)

    def die(*args: Any, **kwargs: Any) -> None:
        raise Crash

    with monkeypatch.context() as patched:
        name = "compose" if point == "before the server" else "mark"
        patched.setattr(sending, name, die)
        with pytest.raises(Crash):
            drain_later()
    tell(member, late)
    second = OutboxMessage.objects.order_by("pk")[1]
    # The other promise of the message leaves it alone.
    with pretending(now() + MINUTE):
        sending.hand_over(second)
    sent_before = len(mail.outbox)
    assert sent_before == (0 if point == "before the server" else 1)
    assert drain_later(dt.timedelta(minutes=4)) == 3
    ids: dict[str, list[str]] = {}
    for sent in mail.outbox:
        ids.setdefault(str(sent.subject), []).append(sent.extra_headers["Message-ID"])
    first = Delivery.objects.get(target_id=one.pk)
    alone = Delivery.objects.get(target_id=late.pk)
    assert ids == {
        "2 customers of Harbor Freight Lines": [f"<{first.message_id}@rs-systems>"]
        * (sent_before + 1),
        alone.text: [f"<{alone.message_id}@rs-systems>"],
    }
    assert {state for state, _ in states()} == {"sent"}


def test_a_failure_is_told_and_tried_again_until_it_is_given_up(
    member: User, settings: Any
) -> None:
    settings.EMAIL_BACKEND = "rs_systems.mail.PunctualSmtpBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    tell(member, *fleets(1))
    drain()
    assert states() == [("planned", "Try 1 of 12 failed: ConnectionRefusedError")]
    OutboxMessage.objects.update(attempts=MAX_ATTEMPTS - 1, next_at=now())
    drain()
    assert states() == [("failed", "Try 12 of 12 failed: ConnectionRefusedError")]
    assert OutboxMessage.objects.get().dead_at is not None
    # Somebody mends it and has it tried again.
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    OutboxMessage.objects.update(attempts=0, next_at=now(), dead_at=None)
    drain()
    assert (states(), len(mail.outbox)) == ([("sent", "")], 1)


def test_who_came_into_quiet_hours_meanwhile_waits_for_their_end(member: User) -> None:
    tell(member, *fleets(1))
    wishes = {"quiet_from": dt.time(0), "quiet_until": dt.time(23, 59), "time_zone": "UTC"}
    MessageWishes.objects.create(user=member, **wishes)
    noon = dt.datetime(2027, 1, 2, 12, tzinfo=dt.UTC)
    with pretending(noon):
        assert (drain(), mail.outbox) == (1, [])
        assert drain() == 0
    assert states() == [("planned", "Waits for the end of their quiet hours")]
    with pretending(noon.replace(hour=23, minute=59)):
        assert (drain(), len(mail.outbox)) == (1, 1)
    assert states() == [("sent", "")]


def test_no_message_has_more_than_fifty(member: User, burst: None) -> None:
    (one,) = fleets(1)
    tell(member, one)
    planned = Delivery.objects.get()
    more = [
        Delivery(
            key=str(number),
            way="email",
            kind="repair_completed",
            group=planned.group,
            recipient=member,
            text="Repaired",
            fields=planned.fields,
            planned_for=planned.planned_for,
            created_at=now(),
        )
        for number in range(60)
    ]
    Delivery.objects.bulk_create(more)
    drain_later()
    assert Delivery.objects.filter(state=DeliveryState.SENT).count() == 50


def test_a_burst_of_text_messages_is_one(
    member: User, burst: None, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.SMS_PROVIDER = "console"
    choices = {"progress.sms": True, "progress.email": False}
    MessageWishes.objects.create(user=member, choices=choices)
    one, two, *many = fleets(12)
    tell(member, one)
    drain_later()
    link = "http://127.0.0.1:8000/app/repairs/"
    assert capsys.readouterr().out == (
        f"SMS to +12125550100: Repaired: unit {one.pk} of Harbor Freight Lines, $40.00\n"
        f"{link}{one.pk}/\n"
    )
    tell(member, two, *many)
    drain_later(2 * MINUTE)
    told = capsys.readouterr().out.strip().removeprefix("SMS to +12125550100: ")
    assert told.startswith("11 customers of Harbor Freight Lines: Repaired: unit")
    assert (len(told), told[-1]) == (320, "…")


def test_a_mail_without_an_account_is_never_merged(db: None, burst: None) -> None:
    for key in ("a", "b"):
        send_email(to="a@example.com", kind="email_exists", fields={"address": "x"}, key=key)
    assert (drain(), len(mail.outbox)) == (2, 2)
