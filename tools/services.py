"""A private RabbitMQ and Redis on free loopback ports, each in a folder, gone at the end.

What is missing is installed from Debian's packages when this runs as root; otherwise the error
says what is missing and how to get it.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

PR_SET_PDEATHSIG = 1
START_SECONDS = 60
# Debian's wrapper of the server wants to become another user; the server itself does not.
RABBITMQ = "/usr/lib/rabbitmq/bin/rabbitmq-server"
RABBITMQCTL = "/usr/lib/rabbitmq/bin/rabbitmqctl"
GREETING = b"AMQP\x00\x00\x09\x01"


class MissingServiceError(Exception):
    """No server, and what the reader can do about it."""


@dataclass
class Service:
    """A running server: its address, its process and how to reach it, for who wants to harm it."""

    url: str
    port: int
    process: subprocess.Popen[bytes]
    environment: dict[str, str] = field(default_factory=dict)


def free_port() -> int:
    """Returns a loopback port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def chromium() -> str:
    """Returns the path of the browser, the one that ``CHROMIUM`` names if it does; as ``need``."""
    names = (os.environ.get("CHROMIUM"), "chromium", "chromium-browser", "google-chrome")
    found = filter(None, (shutil.which(name) for name in names if name))
    return next(found, None) or need("chromium", "chromium", "CHROMIUM")


def need(program: str, package: str, variable: str) -> str:
    """Returns the program's path, installing Debian's package when root.

    Raises:
        MissingServiceError: it is not there and cannot be installed.
    """
    for _ in range(2):
        if found := shutil.which(program):
            return found
        if os.geteuid() != 0 or not shutil.which("apt-get"):
            break
        print(f"{package}: installing the Debian package", file=sys.stderr, flush=True)
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for step in (["update"], ["install", "-y", "--no-install-recommends", package]):
            subprocess.run(
                ["apt-get", "-qq", *step], check=True, env=quiet, stdin=subprocess.DEVNULL, stdout=2
            )
    raise MissingServiceError(
        f"{package} is missing. Install it (Debian, Ubuntu: 'sudo apt-get install {package}'), "
        f"or name one of your own: {variable}=..."
    )


def die_with_parent() -> None:
    """Asks the kernel to stop the server when we are killed without a chance to clean up."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def start(command: list[str], folder: Path, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    """Starts a server that writes its log into the folder, in a group of its own."""
    with (folder / "log").open("ab") as log:
        return subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            preexec_fn=die_with_parent,  # noqa: PLW1509  # nothing of ours runs in between
        )


def stop(process: subprocess.Popen[bytes]) -> None:
    """Ends a server and what it has started, at once: nothing of it is kept."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(timeout=30)


def wait_for(port: int, greeting: bytes, process: subprocess.Popen[bytes], folder: Path) -> None:
    """Returns when the server answers the greeting with anything.

    Raises:
        MissingServiceError: it ended, or never answers.
    """
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with (
            contextlib.suppress(OSError),
            socket.create_connection(("127.0.0.1", port), timeout=2) as connection,
        ):
            connection.sendall(greeting)
            if connection.recv(1):
                return
        time.sleep(0.1)
    raise MissingServiceError(f"The server did not start:\n{(folder / 'log').read_text()[-2000:]}")


@contextlib.contextmanager
def running(
    command: list[str], folder: Path, environment: dict[str, str], *, port: int, greeting: bytes
) -> Iterator[subprocess.Popen[bytes]]:
    """Runs a server until the block ends."""
    folder.mkdir(parents=True, exist_ok=True)
    process = start(command, folder, environment)
    try:
        wait_for(port, greeting, process, folder)
        yield process
    finally:
        stop(process)


@contextlib.contextmanager
def redis(folder: Path) -> Iterator[Service]:
    """Runs Redis, which keeps nothing on disk."""
    port = free_port()
    command = [need("redis-server", "redis-server", "REDIS_URL")]
    command += ["--bind", "127.0.0.1", "--port", str(port), "--save", "", "--dir", str(folder)]
    with running(command, folder, {}, port=port, greeting=b"PING\r\n") as process:
        yield Service(f"redis://127.0.0.1:{port}/0", port, process)


def end_names(environment: dict[str, str]) -> None:
    """Ends Erlang's server of names, which refuses until it has seen that its node is gone."""
    for _ in range(50):
        command = ["epmd", "-kill"]
        if not subprocess.run(
            command, env=environment, check=False, capture_output=True
        ).returncode:
            return
        time.sleep(0.1)


@contextlib.contextmanager
def rabbitmq(folder: Path) -> Iterator[Service]:
    """Runs RabbitMQ with the guest's account, which only this machine may use."""
    need("rabbitmq-server", "rabbitmq-server", "CELERY_BROKER_URL")
    folder.mkdir(parents=True, exist_ok=True)
    port, between, names = free_port(), free_port(), free_port()
    (folder / "rabbitmq.conf").write_text(
        f"listeners.tcp.1 = 127.0.0.1:{port}\nloopback_users.guest = true\n", encoding="ascii"
    )
    (folder / "enabled_plugins").write_text("[].\n", encoding="ascii")
    environment = {
        "HOME": str(folder),
        "RABBITMQ_NODENAME": f"rs{port}@localhost",
        "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"),
        "RABBITMQ_LOG_BASE": str(folder / "logs"),
        "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"),
        "RABBITMQ_DIST_PORT": str(between),
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
        # Erlang's server of names, which the node starts: one of its own, heard by nobody else.
        "ERL_EPMD_ADDRESS": "127.0.0.1",
        "ERL_EPMD_PORT": str(names),
    }
    try:
        with running([RABBITMQ], folder, environment, port=port, greeting=GREETING) as process:
            yield Service(f"amqp://guest:guest@127.0.0.1:{port}//", port, process, environment)
    finally:
        end_names({**os.environ, **environment})


def rabbitmqctl(server: Service, *command: str) -> None:
    """Tells one RabbitMQ what its administrator would."""
    subprocess.run(
        [RABBITMQCTL, "--quiet", *command],
        env={**os.environ, **server.environment},
        check=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
