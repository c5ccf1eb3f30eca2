"""The command that health checks ask about processes without an address."""

import datetime as dt
import io

import pytest
from django.core.management import CommandError, call_command

from core.clock import now
from core.models import Heartbeat

pytestmark = pytest.mark.django_db


def _ask() -> str:
    told = io.StringIO()
    call_command("check_heartbeat", "relay", stdout=told)
    return told.getvalue()


def test_who_was_seen_lately_is_alive() -> None:
    Heartbeat.objects.create(name="relay", seen_at=now() - dt.timedelta(seconds=20))
    assert _ask() == "relay was seen 20 s ago.\n"


def test_who_is_silent_or_was_never_seen_is_not() -> None:
    with pytest.raises(CommandError, match="relay was never seen"):
        _ask()
    Heartbeat.objects.create(name="relay", seen_at=now() - dt.timedelta(minutes=4))
    with pytest.raises(CommandError, match=r"relay has been silent for 24[0-9] s"):
        _ask()
