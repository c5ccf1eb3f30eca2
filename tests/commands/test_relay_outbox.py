"""The command that does the outbox's work."""

import io
import os
import signal
import threading

import pytest
from django.core.management import CommandError, call_command

from core.clock import now
from core.models import OutboxMessage
from tests.factories import field_repair, make_customer, make_primary

pytestmark = pytest.mark.django_db


def _run(*arguments: str) -> str:
    told = io.StringIO()
    call_command("relay_outbox", *arguments, stdout=told)
    return told.getvalue()


def test_once_sends_what_is_due_and_tells(mailoutbox: list[object]) -> None:
    customer = make_customer()
    make_primary(customer)
    field_repair(customer=customer)
    mails = OutboxMessage.objects.filter(kind="email.send").count()
    assert mails > 0
    assert _run("--once").endswith("0 rows wait, 0 were given up.\n")
    assert len(mailoutbox) == mails
    assert _run("--once") == "0 rows wait, 0 were given up.\n"


def test_rows_that_were_given_up_end_it_with_an_error() -> None:
    OutboxMessage.objects.create(kind="x", key="x", next_at=now(), dead_at=now())
    with pytest.raises(CommandError, match="1 rows were given up"):
        _run("--once")


@pytest.mark.django_db(transaction=True)
def test_without_once_it_runs_until_it_is_told_to_stop() -> None:
    before = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)
    timer = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGTERM))
    timer.start()
    try:
        assert _run().endswith("0 rows wait, 0 were given up.\n")
    finally:
        timer.join()
        signal.signal(signal.SIGTERM, before[0])
        signal.signal(signal.SIGINT, before[1])
