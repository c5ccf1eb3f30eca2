"""Eight connections that ask again as soon as they are answered; as little Python as possible."""

import re
import selectors
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

CONNECTIONS = 8
HOST = "127.0.0.1"
_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_CLOSE = re.compile(rb"connection: *close", re.IGNORECASE)


class WrongAnswerError(Exception):
    """A server answered something else than 200."""


@dataclass
class Measured:
    """What one round gave."""

    seconds: float
    latencies: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.latencies) / self.seconds


class _Connection:
    def __init__(self, port: int, request: bytes) -> None:
        self.address, self.request = (HOST, port), request
        self.open()

    def open(self) -> None:
        self.socket = socket.create_connection(self.address, timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self) -> None:
        self.begun, self.answer, self.size = time.perf_counter(), bytearray(), 0
        self.socket.sendall(self.request)

    def read(self) -> bool:
        """Take what has come; whether the answer is whole."""
        part = self.socket.recv(1 << 18)
        self.answer += part
        if not self.size and (end := self.answer.find(b"\r\n\r\n")) >= 0:
            self._read_head(bytes(self.answer[:end]), end + 4)
        if not part and len(self.answer) < (self.size or 1):
            raise WrongAnswerError(f"cut off: {bytes(self.answer[:200])!r}")
        return bool(self.size) and len(self.answer) >= self.size

    def _read_head(self, head: bytes, begin: int) -> None:
        found = _LENGTH.search(head)
        if b" 200 " not in head[:16] or found is None:
            raise WrongAnswerError(repr(bytes(self.answer[:600])))
        self.size = begin + int(found[1])
        self.is_last = _CLOSE.search(head) is not None


def request_bytes(path: str, headers: Mapping[str, str]) -> bytes:
    """A GET as it goes over the wire."""
    lines = [f"GET {path} HTTP/1.1", f"Host: {HOST}", "Accept: application/json"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode()


def hammer(port: int, request: bytes, seconds: float) -> Measured:
    """Ask on all connections for so long; every answer has to be 200 and whole."""
    selector = selectors.DefaultSelector()
    for connection in [_Connection(port, request) for _ in range(CONNECTIONS)]:
        connection.ask()
        selector.register(connection.socket, selectors.EVENT_READ, connection)
    begun = time.perf_counter()
    result = Measured(seconds)
    # A slow server gets the time for one answer on each connection, or there is no figure.
    while time.perf_counter() - begun < seconds or len(result.latencies) < CONNECTIONS:
        for key, _ in selector.select(timeout=1):
            connection = key.data
            if connection.read():
                result.latencies.append(time.perf_counter() - connection.begun)
                _again(selector, connection)
    result.seconds = time.perf_counter() - begun
    for key in list(selector.get_map().values()):
        key.data.socket.close()
    selector.close()
    return result


def _again(selector: selectors.BaseSelector, connection: _Connection) -> None:
    if connection.is_last:
        selector.unregister(connection.socket)
        connection.socket.close()
        connection.open()
        selector.register(connection.socket, selectors.EVENT_READ, connection)
    connection.ask()
