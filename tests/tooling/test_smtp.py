"""A mail server that is slow, in whatever way, has a connection for so long and no longer."""

from __future__ import annotations

import asyncio
import datetime as dt
import ipaddress
import smtplib
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.core.mail import send_mail
from pytest_django.fixtures import Settings

from rs_systems import mail
from tools.services import free_port

pytestmark = pytest.mark.once


@contextmanager
def served(words: bytes, *, pause: float) -> Iterator[int]:
    """A port whose server says this, a letter at a time, whatever it is told."""
    with socket.create_server(("127.0.0.1", 0)) as door:

        def speak() -> None:
            link, _ = door.accept()
            with link:
                try:
                    for letter in words:
                        link.sendall(bytes([letter]))
                        time.sleep(pause)
                except OSError:
                    return

        speaker = threading.Thread(target=speak)
        speaker.start()
        yield door.getsockname()[1]
        speaker.join()


@pytest.fixture
def post(settings: Settings) -> Settings:
    settings.EMAIL_BACKEND = "rs_systems.mail.PunctualSmtpBackend"
    settings.EMAIL_HOST, settings.EMAIL_USE_TLS = "127.0.0.1", False
    settings.EMAIL_TIMEOUT, settings.EMAIL_LONGEST_SECONDS = 0.4, 0.8
    return settings


def send() -> int:
    return send_mail("Hello", "Text", "shop@example.com", ["a@example.com"])


def test_a_server_that_spells_its_greeting_is_left(post: Settings) -> None:
    with served(b"220 a very long greeting from a very slow server\r\n", pause=0.1) as port:
        post.EMAIL_PORT, began = port, time.monotonic()
        with pytest.raises(smtplib.SMTPServerDisconnected, match=r"too slow|timed out"):
            send()
        assert 0.7 < time.monotonic() - began < 3


def test_time_is_over_between_two_commands(post: Settings) -> None:
    client = mail.PunctualClient(timeout=0.4)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        client.sock, client._ends_at = ours, time.monotonic()
        with pytest.raises(TimeoutError, match="too slow"):
            client.send("NOOP\r\n")


def test_without_a_server_nothing_is_sent(post: Settings) -> None:
    post.EMAIL_PORT = free_port()
    with pytest.raises(ConnectionRefusedError):
        send()
    with pytest.raises(smtplib.SMTPServerDisconnected):
        mail.PunctualClient().send("NOOP\r\n")


class SlowGoodbye(Sink):
    """Takes mail at once and lets the goodbye wait."""

    async def handle_QUIT(self, *_of: object) -> str:  # noqa: N802 - aiosmtpd's own
        await asyncio.sleep(20)
        return "221 Bye"


def test_a_goodbye_that_is_slow_is_not_waited_for(post: Settings) -> None:
    controller = Controller(SlowGoodbye(), hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        post.EMAIL_PORT, post.EMAIL_TIMEOUT, post.EMAIL_LONGEST_SECONDS = controller.port, 9, 9
        began = time.monotonic()
        assert send() == 1
        assert time.monotonic() - began < 5
    finally:
        controller.stop()


def certificate(folder: Path) -> ssl.SSLContext:
    """What a server of this machine proves itself by; ``folder`` has it as a file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    today = dt.datetime.now(dt.UTC)
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - dt.timedelta(days=1))
        .not_valid_after(today + dt.timedelta(days=1))
        .add_extension(address, critical=False)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    kind = serialization.PrivateFormat.PKCS8
    (folder / "key").write_bytes(key.private_bytes(serialization.Encoding.PEM, kind, plain))
    (folder / "certificate").write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder / "certificate", folder / "key")
    return context


def test_mail_goes_out_by_tls(
    post: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate"))
    controller = Controller(
        Sink(),
        hostname="127.0.0.1",
        port=free_port(),
        tls_context=context,
        require_starttls=True,
    )
    controller.start()
    try:
        post.EMAIL_PORT, post.EMAIL_USE_TLS = controller.port, True
        post.EMAIL_TIMEOUT, post.EMAIL_LONGEST_SECONDS = 9, 9
        assert send() == 1
    finally:
        controller.stop()
