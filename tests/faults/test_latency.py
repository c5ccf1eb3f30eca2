"""A broker that hangs holds up nobody who writes."""

from __future__ import annotations

from functools import partial
from itertools import count
from pathlib import Path

import pytest

from apps.security.sessions import open_session
from core.models import OutboxMessage
from tests.cast import Cast
from tests.faults.broker import broker_url, harmed
from tests.faults.conftest import database_url
from tests.faults.crowd import CREATED, post
from tests.faults.latency import in_turns
from tests.faults.processes import production, running
from tests.faults.proxy import Proxy
from tests.faults.rounds import IS_LONG
from tests.faults.shop import tell
from tools import services

pytestmark = [pytest.mark.once, pytest.mark.django_db(transaction=True)]
PAIRS, WRITES = (12, 100) if IS_LONG else (2, 20)
# The short round only tells apart who waits for a broker from who does not: that is seconds.
MOST = 1.2 if IS_LONG else 10


def test_writes_with_a_hung_broker_take_as_long_as_without(
    cast: Cast, server: services.Service, proxy: Proxy, tmp_path: Path
) -> None:
    token = open_session(user=cast.requester, address="127.0.0.1", user_agent="test").access
    variables = production(
        database=database_url(), folder=tmp_path, broker=broker_url(proxy), lease=120
    )
    numbers = count(1)
    # No worker: its work would be in the way of the turns in which the broker rings, and hide
    # what a hung one costs.
    with running("web relay", tmp_path, variables) as parts:

        def write() -> None:
            status, _ = post(parts["web"].port, token=token, key=f"write-{next(numbers)}")
            assert status == CREATED

        figures = in_turns(
            write, partial(harmed, "hang", server, proxy), pairs=PAIRS, writes=WRITES
        )
    assert OutboxMessage.objects.filter(attempts=0).count() > PAIRS * WRITES
    tell(str(figures))
    assert figures.ratio <= MOST
