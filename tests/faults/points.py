"""Points at which a process can be killed: before and after each write, commit and mail.

Nothing of it stands in the product: the process under test wraps what its libraries do.
"""

from __future__ import annotations

import os
import re
import signal
import smtplib
from collections.abc import Callable
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|WITH due)", re.IGNORECASE)
Told = dict[str, Any]


class Points:
    """Counts the points of this process, and kills it at one of them.

    Attributes:
        passed: Names of the points that were passed.
        mail_is_open: Whether a mail was handed over whose mark is not committed yet.
    """

    def __init__(self, kill_at: int, tell: Callable[[Told], None]) -> None:
        self._kill_at, self._tell = kill_at, tell
        self.passed: list[str] = []
        self.mail_is_open = False

    def reach(self, name: str) -> None:
        """Pass the point, or die there."""
        self.passed.append(name)
        if len(self.passed) == self._kill_at:
            self._tell({"killed": name, "mail_is_open": self.mail_is_open})
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function with a point before and after it."""

        def wrapped(*args: Any, **kwargs: Any) -> Any:
            self.reach(f"before {name}")
            result = function(*args, **kwargs)
            if name == "mail":
                self.mail_is_open = True
            if name == "commit":
                self.mail_is_open = False
            self.reach(f"after {name}")
            return result

        return wrapped

    def install(self) -> None:
        """Wrap what Django and the mail library do, in this process, to its end."""
        for method in ("_execute", "_executemany"):
            setattr(CursorWrapper, method, self._around_writes(getattr(CursorWrapper, method)))
        database: Any = BaseDatabaseWrapper
        mail: Any = smtplib.SMTP
        database._commit = self.around("commit", database._commit)
        mail.sendmail = self.around("mail", mail.sendmail)

    def _around_writes(self, function: Callable[..., Any]) -> Callable[..., Any]:
        watched = self.around("write", function)

        def wrapped(cursor: Any, sql: str, *args: Any) -> Any:
            run = watched if WRITES.match(sql) else function
            return run(cursor, sql, *args)

        return wrapped
