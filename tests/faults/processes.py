"""The processes of production, on a database and a broker that are harmed; none is started twice.

They run on the settings of the product, with connections that are kept, and not on the suite's.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from django.conf import settings

from rs_systems.environment import BASE_DIR
from tools import services

PATIENCE_SECONDS = 90
MANAGE = [sys.executable, str(BASE_DIR / "manage.py")]
CELERY = [sys.executable, "-m", "celery", "-A", "rs_systems"]
QUIET = ["--without-gossip", "--without-mingle", "--loglevel", "INFO"]
COMMANDS = {
    "web": [*MANAGE, "web"],
    "serve": [*MANAGE, "serve"],
    "relay": [*MANAGE, "relay_outbox"],
    "worker": [*CELERY, "worker", "-c", "1", *QUIET],
    "beat": [*CELERY, "beat", "--loglevel", "INFO"],
    "stream": [*MANAGE, "stream"],
}
# What the log of those that answer nobody says when they are at work.
AT_WORK = {"relay": "Ringing for", "worker": "ready.", "beat": "beat: Starting"}


@dataclass(frozen=True)
class Part:
    """A running process, its log, and where it answers if it is asked at all."""

    process: subprocess.Popen[bytes]
    log: Path
    port: int

    def said(self, words: str) -> int:
        """How often the log has the words."""
        return self.log.read_text(errors="replace").count(words)

    def kill(self, number: signal.Signals = signal.SIGKILL) -> None:
        """Send a signal to it and to what it has started."""
        os.killpg(self.process.pid, number)


def production(
    *, database: str, folder: Path, mail_port: int = 9, broker: str = "", lease: int = 10
) -> dict[str, str]:
    """Variables of the product's processes, and nothing of the suite's.

    Who sends no mail needs no port for it: nobody takes any at the usual one.
    """
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return kept | {
        "PYTHONPATH": str(BASE_DIR),
        "PYTHONUNBUFFERED": "1",
        "DJANGO_SETTINGS_MODULE": "rs_systems.settings",
        "ENV_FILE": "",
        "ENVIRONMENT": "development",
        "DEBUG": "False",
        # The suite's key: it lets people in.
        "SECRET_KEY": settings.SECRET_KEY,
        "DATABASE_URL": database,
        "CELERY_BROKER_URL": broker,
        "OUTBOX_LEASE_SECONDS": str(lease),
        "WEB_WORKERS": "1",
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": str(mail_port),
        "EMAIL_USE_TLS": "False",
        "MESSAGES_TOGETHER_SECONDS": "0",
        "API_CALLS_PER_USER": "0",
        "API_CALLS_PER_ADDRESS": "0",
        "MEDIA_ROOT": str(folder / "media"),
        "AUDIT_ANCHOR_FILE": str(folder / "audit-anchor.log"),
    }


@contextmanager
def running(names: str, folder: Path, variables: dict[str, str]) -> Iterator[dict[str, Part]]:
    """Runs the named parts until the block ends, each at work before it begins."""
    with ExitStack() as stack:
        parts = {
            name: stack.enter_context(_part(name, folder, variables)) for name in names.split()
        }
        for name, part in parts.items():
            wait_until(partial(is_at_work, name, part), part.log)
        yield parts


@contextmanager
def _part(name: str, folder: Path, variables: dict[str, str]) -> Iterator[Part]:
    port = services.free_port()
    own = folder / f"{name}-{port}"
    own.mkdir()
    with (own / "log").open("ab") as log:
        process = subprocess.Popen(
            COMMANDS[name],
            cwd=own,
            env=variables | {"PORT": str(port), "STREAM_PORT": str(port)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            preexec_fn=services.die_with_parent,  # noqa: PLW1509  # nothing of ours runs in between
        )
    try:
        yield Part(process, own / "log", port)
    finally:
        services.stop(process)


def is_at_work(name: str, part: Part) -> bool:
    """Whether it has begun."""
    assert part.process.poll() is None, part.log.read_text()[-3000:]
    return bool(part.said(AT_WORK[name])) if name in AT_WORK else answers(part.port)


def answers(port: int) -> bool:
    """Whether a web process answers."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/live", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def wait_until(holds: Callable[[], bool], log: Path) -> None:
    """Returns when it holds; fails with the end of the log when it does not in time."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline, log.read_text()[-3000:]
        time.sleep(0.1)
