"""The page of background work: who works, what waits, what was given up and is tried again."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.office_portal.tests.steps import signed_in
from apps.office_portal.views.background import WORDS
from core import outbox
from core.clock import now
from core.models import Heartbeat, OutboxMessage, ScheduledRun
from core.schedule import RUN
from tests.cast import Cast
from tests.pages import text_of

pytestmark = pytest.mark.django_db
PAGE = "office_background"


def give_up(number: int) -> list[OutboxMessage]:
    return [
        OutboxMessage.objects.create(
            kind="email.send",
            key=f"email:{place}",
            next_at=now(),
            dead_at=now(),
            last_error="SMTPDataError: 550",
        )
        for place in range(number)
    ]


def test_an_empty_shop_says_so(cast: Cast) -> None:
    shown = text_of(cast.admin, PAGE)
    assert "Nothing was given up." in shown
    assert "Nobody was seen at work yet." in shown
    assert "0 due now · 0 later · 0 given up" in shown


def test_it_tells_who_works_what_waits_and_what_came_of_it(cast: Cast) -> None:
    give_up(1)
    OutboxMessage.objects.create(kind="x", key="due", next_at=now() - dt.timedelta(hours=1))
    OutboxMessage.objects.create(kind="x", key="later", next_at=now() + dt.timedelta(hours=1))
    Heartbeat.objects.create(name="worker", seen_at=now() - dt.timedelta(minutes=9))
    Heartbeat.objects.create(name="other", seen_at=now())
    runs: tuple[tuple[str, dict[str, Any]], ...] = (
        ("invariants", {"error": "ValueError: no"}),
        ("jobs.overdue", {"note": "2 flagged"}),
        ("audit.anchor", {"started_at": now()}),
        ("cleanup.books", {}),
    )
    for name, fields in runs:
        ScheduledRun.objects.create(name=name, slot="x", due_at=now(), **fields)
    shown = text_of(cast.admin, PAGE)
    for text in (
        "1 due now, the oldest since",
        "1 later · 1 given up",
        "SMTPDataError: 550",
        "Send an e-mail",
        "Silent for more than three minutes",
        "Failed",
        "2 flagged",
        "Under way",
        "Waits",
        "Not yet",
    ):
        assert text in shown, text


def test_what_was_given_up_is_told_in_words(cast: Cast) -> None:
    for number, (kind, payload) in enumerate(
        [("schedule.run", {"name": "jobs.overdue"}), ("something.else", {}), ("sms.send", {})]
    ):
        OutboxMessage.objects.create(
            kind=kind, key=f"key:{number}", payload=payload, next_at=now(), dead_at=now()
        )
    shown = text_of(cast.admin, PAGE)
    heads = [part.partition("<br>")[0] for part in shown.split('<th scope="row">')[1:4]]
    assert heads == ["Send a text message", "something.else", "Flag overdue jobs"]
    assert "No reason was kept." in shown


def test_every_kind_of_work_has_its_words() -> None:
    register = outbox._handlers
    known = {kind for kind, work in register.items() if "tests" not in work.__module__.split(".")}
    assert set(WORDS) | {RUN} == known


def test_one_row_or_three_cost_the_same(cast: Cast) -> None:
    client = signed_in(cast.admin)
    costs: list[int] = []
    for _ in range(3):
        OutboxMessage.objects.create(kind="x", key=str(len(costs)), next_at=now(), dead_at=now())
        with CaptureQueriesContext(connection) as statements:
            assert client.get(reverse(PAGE)).status_code == 200
        costs.append(len(statements))
    assert costs == [8, 8, 8]


def test_what_was_given_up_is_tried_again(cast: Cast) -> None:
    (row,) = give_up(1)
    answer = signed_in(cast.admin).post(reverse("office_background_again", args=[row.pk]))
    assert (answer.status_code, answer["Location"]) == (303, reverse(PAGE))
    row.refresh_from_db()
    assert row.dead_at is None
    gone = signed_in(cast.admin).post(reverse("office_background_again", args=[row.pk + 1]))
    assert gone.status_code == 404
