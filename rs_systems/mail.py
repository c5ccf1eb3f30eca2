"""Mail while developing: shown on the console and kept as files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.console import EmailBackend as Console
from django.core.mail.backends.filebased import EmailBackend as Files


class ConsoleAndFileBackend(BaseEmailBackend):
    """Sends nothing: prints each message and writes it under `EMAIL_FILE_PATH`."""

    def __init__(self, *, fail_silently: bool = False, **options: Any) -> None:
        super().__init__(fail_silently=fail_silently)
        self._backends = [kind(fail_silently=fail_silently, **options) for kind in (Console, Files)]

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Returns how many messages were shown and kept."""
        # Django's own answer None, not 0, when there is no message.
        return min(backend.send_messages(email_messages) or 0 for backend in self._backends)
