"""Servers of outside services on our own loopback, speaking their protocols."""

import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

# A point of the curve P-256 (its base point, SP 800-186), as browsers tell their key.
POINT = "BGsX0fLhLEJH-Lzm5WOkQPJ3A32BLeszoPShOUXYmMKWT-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU"


class Service:
    """An HTTP service: keeps what it was told, and answers as it is set."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.calls: list[tuple[str, Message, bytes]] = []
        self.status, self.answer = 201, b"{}"


@contextmanager
def http_service() -> Iterator[Service]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            service.calls.append((self.path, self.headers, body))
            self.send_response(service.status)
            if service.status == 302:
                self.send_header("Location", service.url)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(service.answer)))
            self.end_headers()
            self.wfile.write(service.answer)

        def log_message(self, *args: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        service = Service(f"http://127.0.0.1:{server.server_address[1]}")
        with _running(server):
            yield service


@contextmanager
def smtp_server(answer_to_recipient: str) -> Iterator[tuple[int, list[str]]]:
    """A mail server: its port, and the mails it took (RFC 5321, as much as is needed)."""
    taken: list[str] = []

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.say("220 ready")
            for line in iter(self.rfile.readline, b""):
                verb = line[:4].upper()
                if verb == b"DATA":
                    self.say("354 go on")
                    taken.append(b"".join(iter(self.rfile.readline, b".\r\n")).decode())
                    self.say("250 taken")
                elif verb == b"RCPT":
                    self.say(answer_to_recipient)
                elif verb == b"QUIT":
                    self.say("221 bye")
                    return
                else:
                    self.say("250 ok")

        def say(self, line: str) -> None:
            self.wfile.write(f"{line}\r\n".encode())

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        with _running(server):
            yield server.server_address[1], taken


@contextmanager
def _running(server: socketserver.BaseServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()


def as_json(body: bytes) -> Any:
    return json.loads(body)
