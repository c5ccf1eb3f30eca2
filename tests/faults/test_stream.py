"""The stream killed outright while a fleet writes: who comes back hears all, and nothing twice."""

from __future__ import annotations

import json
import threading
from functools import partial
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Self

import pytest

from apps.security.sessions import open_session
from tests.cast import Cast
from tests.faults.conftest import database_url
from tests.faults.crowd import OK, Crowd
from tests.faults.processes import production, running, wait_until
from tests.faults.rounds import CYCLES
from tests.faults.shop import tell

pytestmark = [pytest.mark.once, pytest.mark.django_db(transaction=True)]


class Listener:
    """An open page: it comes back by itself and says which event it has had last.

    Attributes:
        port: Where the stream is now.
        heard: The positions of the changes in the order in which they came.
        repairs: The repairs that they were about.
        begun: How often a stream began for it.
    """

    def __init__(self, *, token: str) -> None:
        self.port = 0
        self.heard: list[int] = []
        self.repairs: set[int] = set()
        self.begun = 0
        self._token = token
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._listen_on)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_fault: object) -> None:
        self._stop.set()
        self._thread.join()

    def has_heard(self, number: int) -> bool:
        """Whether so many changes were told."""
        return len(self.heard) >= number

    def _listen_on(self) -> None:
        while not self._stop.wait(0.1):
            link = HTTPConnection("127.0.0.1", self.port, timeout=15)
            try:
                self._listen(link)
            except (OSError, HTTPException):
                continue  # nobody is there, or is no more: as a browser does, ask again
            finally:
                link.close()

    def _listen(self, link: HTTPConnection) -> None:
        headers = {"Authorization": f"Bearer {self._token}"}
        # As a page does: it was drawn at the beginning of everything here.
        address = "/api/events/?since=0"
        if self.heard:
            address, headers["Last-Event-ID"] = "/api/events/", str(self.heard[-1])
        link.request("GET", address, headers=headers)
        answer = link.getresponse()
        assert answer.status == OK
        self.begun += 1
        event = position = ""
        while not self._stop.is_set() and (line := answer.readline().decode()):
            name, _, value = line.rstrip("\n").partition(": ")
            if name == "event":
                event = value
            elif name == "id":
                position = value
            elif name == "data" and event == "change":
                self.heard.append(int(position))
                told = json.loads(value)
                if told["kind"] == "repair":
                    self.repairs.add(told["id"])


def test_who_listens_hears_everything_once(cast: Cast, tmp_path: Path) -> None:
    token = open_session(user=cast.requester, address="127.0.0.1", user_agent="test").access
    variables = production(database=database_url(), folder=tmp_path)
    with (
        running("serve", tmp_path, variables) as parts,
        Listener(token=token) as listener,
        Crowd(parts["serve"].port, token=token, cookie="") as crowd,
    ):
        log = parts["serve"].log
        for _ in range(CYCLES):
            with running("stream", tmp_path, variables) as stream:
                listener.port = stream["stream"].port
                wait_until(partial(listener.has_heard, len(listener.heard) + 4), log)
                stream["stream"].kill()
            # Nobody tells of these as they happen.
            crowd.wait_for(more=4)
        with running("stream", tmp_path, variables) as stream:
            listener.port = stream["stream"].port
            crowd.wait_for(more=1)
            wait_until(lambda: set(crowd.journal.values()) <= listener.repairs, log)
            assert listener.begun > CYCLES
    assert listener.heard == sorted(set(listener.heard))
    tell(f"stream killed {CYCLES} times: {len(listener.heard)} changes heard, each once, in order")
