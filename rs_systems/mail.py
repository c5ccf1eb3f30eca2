"""Ways of mail: shown and kept while developing, and a server by SMTP that may be slow."""

from __future__ import annotations

import io
import smtplib
import socket
import time
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.console import EmailBackend as Console
from django.core.mail.backends.filebased import EmailBackend as Files
from django.core.mail.backends.smtp import EmailBackend as Smtp

# The mail is taken by then: whoever waited longer would only be later to note it.
GOODBYE_SECONDS = 1.0


class ConsoleAndFileBackend(BaseEmailBackend):
    """Sends nothing: prints each message and writes it under `EMAIL_FILE_PATH`."""

    def __init__(self, *, fail_silently: bool = False, **options: Any) -> None:
        super().__init__(fail_silently=fail_silently)
        self._backends = [kind(fail_silently=fail_silently, **options) for kind in (Console, Files)]

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Returns how many messages were shown and kept."""
        # Django's own answer None, not 0, when there is no message.
        return min(backend.send_messages(email_messages) or 0 for backend in self._backends)


class PunctualSmtpBackend(Smtp):
    """SMTP with a time for the whole of a connection, not for each of its answers alone.

    A server that answers each command after seconds, or letter by letter, would else hold a mail
    longer than its row of the outbox is ours, and another worker would send it as well.
    """

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        """The client; there is no setting for SSL from the beginning, only for STARTTLS."""
        return PunctualClient


class Hasty(io.RawIOBase):
    """What a socket receives, each time only as long as there is time."""

    def __init__(self, client: PunctualClient, link: socket.socket) -> None:
        self._client, self._link = client, link

    def readable(self) -> bool:
        """It is there to be read."""
        return True

    def readinto(self, buffer: Any, /) -> int:
        """Receive what has come."""
        self._link.settimeout(self._client.seconds_left())
        return self._link.recv_into(buffer)


class PunctualClient(smtplib.SMTP):
    """Raises what a broken connection raises when its time is over.

    From the beginning to the server's word on the mail: the goodbye has a time of its own.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        self._patience: float = options.get("timeout") or settings.EMAIL_LONGEST_SECONDS
        self._ends_at = time.monotonic() + settings.EMAIL_LONGEST_SECONDS
        super().__init__(*args, **options)

    def seconds_left(self) -> float:
        """How long the next step may take.

        Raises:
            TimeoutError: Not at all any more.
        """
        left = min(self._patience, self._ends_at - time.monotonic())
        if left <= 0:
            raise TimeoutError("the mail server is too slow")
        return left

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        """Connect; a server of many addresses has for all of them no longer than for one."""
        fault = OSError(f"{host} has no address")
        for *_, place in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
            try:
                where = str(place[0]), int(place[1])
                return socket.create_connection(where, self.seconds_left())
            except OSError as error:
                fault = error
        raise fault

    def getreply(self) -> tuple[int, bytes]:
        """The server's answer, read in time."""
        if self.file is None and self.sock is not None:
            self.file = io.BufferedReader(Hasty(self, self.sock))
        return super().getreply()

    def send(self, s: Any) -> None:
        """Send a command or a mail, in time."""
        if self.sock is not None:
            self.sock.settimeout(self.seconds_left())
        super().send(s)

    def quit(self) -> tuple[int, bytes]:
        """Say goodbye; the answer is waited for only a moment."""
        self._ends_at = time.monotonic() + GOODBYE_SECONDS
        return super().quit()
