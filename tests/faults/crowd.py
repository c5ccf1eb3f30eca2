"""Clients of the API over HTTP, all at once, with the journal of what was acknowledged to them."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Callable
from http.client import HTTPConnection, HTTPException
from typing import Self

CLIENTS = 4
# Between two orders of one client: the mail of all of them has to be sent in the end.
PAUSE_SECONDS = 0.2
PATIENCE_SECONDS = 60
OK, CREATED = 200, 201
NO_ANSWER = 0


class Crowd:
    """Four clients that ask for repairs, and a browser that shows a page, until the block ends.

    Every other client asks again, under the same key, until it is answered; the others let go of
    what was not answered at once.

    Attributes:
        journal: The id that each acknowledged operation was answered with.
        given_up: Operations that were let go of.
        unanswered: Operations that were never answered, however often their client asked.
        answers: How often each status came; 0 is no answer at all.
        pages: The same of the page.
    """

    def __init__(self, port: int, *, token: str, cookie: str) -> None:
        self._port, self._token, self._cookie = port, token, cookie
        self._stop = threading.Event()
        self.journal: dict[str, int] = {}
        self.given_up: set[str] = set()
        self.unanswered: set[str] = set()
        self.answers: Counter[int] = Counter()
        self.pages: Counter[int] = Counter()
        self._threads = [
            threading.Thread(target=self._order_on, args=(number,)) for number in range(CLIENTS)
        ]
        self._threads.append(threading.Thread(target=self._look_on))

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_fault: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def wait_for(self, more: int) -> float:
        """Wait until so many more were acknowledged; after how many seconds the first was."""
        begun, before, first = time.monotonic(), len(self.journal), 0.0
        while len(self.journal) < before + more:
            passed = time.monotonic() - begun
            assert passed < PATIENCE_SECONDS, self.answers
            if not first and len(self.journal) > before:
                first = passed
            time.sleep(0.02)
        return first

    def _order_on(self, client: int) -> None:
        number = 0
        while not self._stop.is_set():
            number += 1
            self.order(f"{client}-{number}", is_patient=client % 2 == 0)
            self._stop.wait(PAUSE_SECONDS)

    def order(self, key: str, *, is_patient: bool = True) -> None:
        """Ask for one repair."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            status, told = post(self._port, token=self._token, key=key)
            self.answers[status] += 1
            if status == CREATED:
                self.journal[key] = json.loads(told)["id"]
                return
            if not is_patient:
                self.given_up.add(key)
                return
            if time.monotonic() > deadline:
                self.unanswered.add(key)
                return
            time.sleep(0.1)

    def _look_on(self) -> None:
        while not self._stop.wait(PAUSE_SECONDS):
            status, _ = ask(self._port, "GET", "/office/", {"Cookie": self._cookie})
            self.pages[status] += 1


def hear_of(write: Callable[[], int], port: int, *, token: str) -> None:
    """Return when the stream has told of what ``write`` makes: a repair, by its id."""
    link = HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
    try:
        link.request("GET", "/api/events/", headers={"Authorization": f"Bearer {token}"})
        answer = link.getresponse()
        assert answer.status == OK
        made = f'"kind":"repair","id":{write()},'.encode()
        while made not in (line := answer.readline()):
            assert line, "the stream has ended"
    finally:
        link.close()


def post(port: int, *, token: str, key: str) -> tuple[int, bytes]:
    """Ask for a repair, of a unit that is named as the key is."""
    headers = {
        "Authorization": f"Bearer {token}",
        "Idempotency-Key": key,
        "Content-Type": "application/json",
    }
    body = json.dumps({"unit_number": key, "external_ref": key})
    return ask(port, "POST", "/api/repair-requests/", headers, body)


def ask(
    port: int, method: str, path: str, headers: dict[str, str], body: str | None = None
) -> tuple[int, bytes]:
    """Status and body of an answer, over a connection of its own."""
    link = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        link.request(method, path, body, headers)
        answer = link.getresponse()
        return answer.status, answer.read()
    except (OSError, HTTPException):
        return NO_ANSWER, b""
    finally:
        link.close()
