import datetime as dt
from typing import Any

import pytest

from apps.notifications.kinds import kind_of
from apps.notifications.models import Delivery, MessageWishes
from apps.notifications.services import notify
from apps.notifications.tests.conftest import MakeUser
from core.clock import pretending
from core.models import Customer, CustomerPreference, CustomerUser, OutboxMessage, Site, User

NOON = dt.datetime(2026, 12, 1, 17, tzinfo=dt.UTC)
NIGHT = dt.datetime(2026, 12, 2, 4, tzinfo=dt.UTC)  # 23:00 in New York, 22:00 in Chicago
QUIET = {"quiet_from": dt.time(21), "quiet_until": dt.time(7)}


@pytest.fixture
def texts(settings: Any) -> None:
    settings.SMS_PROVIDER = "console"


def tell(user: User, target: Customer, kind: str = "repair_completed") -> list[tuple[str, ...]]:
    """What becomes of a message: way, state and reason."""
    fields = kind_of(kind).sample
    notify(kind=kind, recipients=[user], target=target, fields=fields, key=f"{kind}:1")
    rows = Delivery.objects.order_by("way").values_list("way", "state", "reason")
    return [row for row in rows if row[0]]


NO_MAIL = ("email", "skipped", "They want none of these")
MAIL = ("email", "planned", "")
SMS = ("sms", "planned", "")


@pytest.mark.parametrize(
    ("kind", "choices", "becomes"),
    [
        ("repair_completed", {}, [MAIL]),
        ("repair_completed", {"progress.sms": True}, [MAIL, SMS]),
        ("repair_completed", {"progress.email": False}, [NO_MAIL]),
        ("repair_completed", {"progress.email": False, "progress.sms": True}, [NO_MAIL, SMS]),
        ("repair_completed", {"visits.email": False, "jobs.sms": True}, [MAIL]),
        ("appointment_booked", {"visits.email": False}, [NO_MAIL]),
        ("job_assigned", {"jobs.sms": True}, [MAIL, SMS]),
        ("approval_needed", {"approvals.email": False}, [NO_MAIL]),
        # About the own account there is always a mail, and personal ones never go as text.
        ("join_accepted", {"account.email": False, "account.sms": True}, [MAIL, SMS]),
        ("password_changed", {"account.email": False, "account.sms": True}, [MAIL]),
        ("repair_started", {"progress.sms": True}, []),
    ],
)
def test_what_people_choose_decides_by_which_way(
    make_user: MakeUser,
    fleet: Customer,
    texts: None,
    *,
    kind: str,
    choices: dict[str, bool],
    becomes: list[tuple[str, ...]],
) -> None:
    user = make_user("member", phone="+12125550100")
    MessageWishes.objects.create(user=user, choices=choices)
    assert tell(user, fleet, kind) == becomes
    planned = [row for row in becomes if row[1] == "planned"]
    assert OutboxMessage.objects.count() == len(planned)


def test_a_text_message_wants_a_number(make_user: MakeUser, fleet: Customer, texts: None) -> None:
    user = make_user("member")
    MessageWishes.objects.create(user=user, choices={"progress.sms": True})
    assert tell(user, fleet) == [MAIL, ("sms", "skipped", "There is no phone number")]


def test_without_a_provider_there_are_no_text_messages(
    make_user: MakeUser, fleet: Customer
) -> None:
    user = make_user("member", phone="+12125550100")
    MessageWishes.objects.create(user=user, choices={"progress.sms": True})
    assert tell(user, fleet) == [MAIL]


def test_why_there_is_no_mail_is_told(make_user: MakeUser, fleet: Customer) -> None:
    gone, bare, member = make_user("gone", is_active=False), make_user("bare"), make_user("member")
    User.objects.filter(pk=bare.pk).update(email="", email_key=None)
    CustomerUser.objects.create(user=member, customer=fleet)
    CustomerPreference.objects.create(customer=fleet, email_messages=False)
    fields = kind_of("repair_completed").sample
    notify(
        kind="repair_completed",
        recipients=[gone, User.objects.get(pk=bare.pk), member],
        target=fleet,
        fields=fields,
        key="1",
    )
    assert list(Delivery.objects.order_by("pk").values_list("recipient", "reason")) == [
        (gone.pk, "They no longer have an account"),
        (bare.pk, "There is no e-mail address"),
        (member.pk, "Their company wants no e-mail"),
    ]


@pytest.mark.parametrize(
    ("own", "of_site", "until"),
    [
        ("", "", dt.datetime(2026, 12, 2, 12, tzinfo=dt.UTC)),  # 7:00 in the shop's New York
        ("", "America/Denver", dt.datetime(2026, 12, 2, 14, tzinfo=dt.UTC)),
        ("America/Chicago", "America/Denver", dt.datetime(2026, 12, 2, 13, tzinfo=dt.UTC)),
    ],
)
def test_quiet_hours_delay_by_the_own_clock_else_the_places_else_the_shops(
    make_user: MakeUser, fleet: Customer, own: str, of_site: str, until: dt.datetime
) -> None:
    user = make_user("member")
    CustomerUser.objects.create(user=user, customer=fleet)
    Site.objects.create(customer=fleet, name="Yard", time_zone=of_site, is_default=True)
    MessageWishes.objects.create(user=user, time_zone=own, **QUIET)
    night = NIGHT if of_site == "" else NIGHT + dt.timedelta(hours=1)
    with pretending(night):
        assert tell(user, fleet) == [("email", "planned", "Waits for the end of their quiet hours")]
    assert Delivery.objects.get().planned_for == until
    assert OutboxMessage.objects.get().next_at == until


def test_by_day_and_for_what_is_urgent_there_are_no_quiet_hours(
    make_user: MakeUser, fleet: Customer
) -> None:
    user = make_user("member")
    MessageWishes.objects.create(user=user, **QUIET)
    with pretending(NOON):
        assert tell(user, fleet) == [MAIL]
    with pretending(NIGHT):
        assert tell(user, fleet, "password_changed") == [MAIL, MAIL]
