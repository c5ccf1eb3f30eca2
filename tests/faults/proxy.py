"""A door in front of a server that can be shut, be slow, or stay open while nobody answers."""

from __future__ import annotations

import contextlib
import select
import socket
import threading
import time
from collections.abc import Iterator


class Proxy:
    """Passes bytes between clients and a server, until it is told otherwise.

    Attributes:
        port: Where it listens; the same all its life.
        mode: ``pass``, ``hang`` (takes connections and bytes, and answers nothing), ``slow`` (lets
            each answer wait), ``stall`` (hangs when ``allowance`` bytes were answered), ``refuse``.
        pause: So many seconds each answer waits.
        asked: How many connections were begun.
    """

    def __init__(self, target: int) -> None:
        self._target = target
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._door.getsockname()[1]
        self.mode = "pass"
        self.pause = 0.5
        self.allowance = 0
        self.asked = 0
        self._links: list[socket.socket] = []
        self._is_over = False
        threading.Thread(target=self._listen, daemon=True).start()

    def harm(self, mode: str) -> None:
        """Change the mode; refusing ends what is open, hanging leaves it open and silent."""
        self.mode = mode
        if mode == "refuse":
            for link in self._links:
                with contextlib.suppress(OSError):
                    link.shutdown(socket.SHUT_RDWR)
            self._links.clear()

    def close(self) -> None:
        """Stop, and end everything."""
        self._is_over = True
        self.harm("refuse")
        self._door.close()

    def _listen(self) -> None:
        while not self._is_over:
            with contextlib.suppress(OSError):
                client, _ = self._door.accept()
                self.asked += 1
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        if self.mode == "refuse":
            client.close()
            return
        server = socket.create_connection(("127.0.0.1", self._target))
        pair = {client: server, server: client}
        self._links += pair
        with contextlib.suppress(OSError):
            while self._pass_on(pair):
                pass
        for link in pair:
            link.close()

    def _pass_on(self, pair: dict[socket.socket, socket.socket]) -> bool:
        ready, _, _ = select.select(list(pair), [], [], 0.2)
        for link in ready:
            is_answer = link is list(pair)[1]
            if is_answer and self._is_silent():
                # The server's answers wait in its buffer until it passes again.
                select.select([], [], [], 0.05)
                continue
            data = link.recv(65536 if self.mode != "stall" else 4096)
            if not data:
                return False
            if is_answer and self.mode == "slow":
                time.sleep(self.pause)
            if is_answer:
                self.allowance -= len(data)
            pair[link].sendall(data)
        return not self._is_over

    def _is_silent(self) -> bool:
        return self.mode == "hang" or (self.mode == "stall" and self.allowance <= 0)


@contextlib.contextmanager
def proxied(target: int) -> Iterator[Proxy]:
    """A proxy in front of a port of this machine."""
    proxy = Proxy(target)
    try:
        yield proxy
    finally:
        proxy.close()
