"""Sixteen workers hand over sixteen messages of one burst at once: one mail, each line once."""

from functools import partial
from typing import Any

import pytest
from django.core import mail
from django.db import transaction

from apps.notifications.kinds import kind_of
from apps.notifications.models import Delivery
from apps.notifications.sending import hand_over
from apps.notifications.services import notify
from core.models import OutboxMessage
from tests import factories
from tests.races.harness import CROWD, at_once, failed, happens, without_locks_on

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def burst(settings: Any) -> None:
    settings.MESSAGES_TOGETHER_SECONDS = 60


def lines_sent() -> tuple[list[int], list[Exception]]:
    """How many messages were told in each mail, and which workers failed."""
    OutboxMessage.objects.all().delete()
    Delivery.objects.all().delete()
    mail.outbox.clear()
    user, fields = factories.make_user(), kind_of("repair_completed").sample
    with transaction.atomic():
        for number in range(CROWD):
            notify(
                kind="repair_completed",
                recipients=[user],
                target=user,
                fields=fields,
                key=f"k{number}",
            )
    promises = OutboxMessage.objects.order_by("pk")
    outcomes = at_once([partial(hand_over, promise) for promise in promises])
    lines = [str(sent.body).count("- Repaired") or 1 for sent in mail.outbox]
    return lines, failed(outcomes)


def test_one_mail_tells_each_message_once() -> None:
    assert lines_sent() == ([CROWD], [])
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}


def test_control_without_the_lock_they_tell_twice_or_block_each_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    without_locks_on(monkeypatch, Delivery)
    assert happens(lambda: lines_sent() != ([CROWD], []))
