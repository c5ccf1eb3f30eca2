"""Runs a command with `DATABASE_URL` naming a PostgreSQL server that is really there.

The server is, in this order: the one `DATABASE_URL` names; the one that answers on this
machine's standard port with credentials we have (`PGUSER` and friends, this user's own socket,
`postgres`); a private cluster on a free loopback port, in a temporary directory, made from
Debian's packages (installed when this runs as root) and removed at the end.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import getpass
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote

import psycopg

OLDEST = 15
SCRATCH: Final = "rs_systems_scratch"
PR_SET_PDEATHSIG = 1
INITIAL = ("-U", "rs_systems", "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C.UTF-8")
ALWAYS = ("max_connections=200", "shared_buffers=256MB", "random_page_cost=1.1")
# A test's data need not survive a power cut,
UNFLUSHED = ("fsync=off", "full_page_writes=off")
# nor, where nobody harms the server, its own crash.
FORGETFUL = (*UNFLUSHED, "synchronous_commit=off")


class MissingServerError(Exception):
    """No server, and what the reader can do about it."""


def say(text: str) -> None:
    """Prints progress where it cannot mix with the command's own output."""
    print(f"postgres: {text}", file=sys.stderr, flush=True)


def server_version(url: str) -> int:
    """Returns the major version of the server at `url`.

    Raises:
        psycopg.OperationalError: nothing usable answers there.
    """
    with psycopg.connect(url, connect_timeout=5) as connection:
        return connection.info.server_version // 10_000


def named_by_environment() -> str | None:
    """Returns `DATABASE_URL` when it names a PostgreSQL that answers, or None when it is unset."""
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith(("postgres://", "postgresql://")):
        return None
    try:
        version = server_version(url)
    except psycopg.OperationalError as error:
        reason = str(error).strip().splitlines()[0]
        raise MissingServerError(
            f"DATABASE_URL is set, but its server does not answer: {reason}"
        ) from error
    if version < OLDEST:
        raise MissingServerError(
            f"DATABASE_URL names PostgreSQL {version}; {OLDEST} or newer is needed."
        )
    return url


def address(host: str, port: str, user: str, password: str, database: str) -> str:
    """Returns the URL of one database; `host` may be a socket's directory."""
    login = quote(user, safe="") + (f":{quote(password, safe='')}" if password else "")
    return f"postgresql://{login}@{quote(host, safe='')}:{port}/{database}"


def candidates() -> Iterator[tuple[str, str, str, str]]:
    """Yields (host, port, user, password) worth trying on this machine."""
    port = os.environ.get("PGPORT", "5432")
    user, password = os.environ.get("PGUSER", ""), os.environ.get("PGPASSWORD", "")
    if user:
        yield os.environ.get("PGHOST", "127.0.0.1"), port, user, password
    yield "/var/run/postgresql", port, getpass.getuser(), ""
    yield "127.0.0.1", port, "postgres", password
    yield "127.0.0.1", port, "postgres", "postgres"


def already_running() -> str | None:
    """Returns a scratch database on a server of this machine that lets us create databases."""
    for host, port, user, password in candidates():
        with contextlib.suppress(psycopg.OperationalError):
            maintenance = address(host, port, user, password, "postgres")
            if server_version(maintenance) >= OLDEST and prepare_scratch(maintenance):
                return address(host, port, user, password, SCRATCH)
    return None


def prepare_scratch(maintenance: str) -> bool:
    """Creates the scratch database when missing; False when we may not create databases."""
    with psycopg.connect(maintenance, autocommit=True) as connection:
        exists = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [SCRATCH])
        if exists.fetchone():
            return True
        try:
            connection.execute(f"CREATE DATABASE {SCRATCH}")
        except psycopg.errors.InsufficientPrivilege:
            return False
        return True


def binaries() -> Path | None:
    """Returns the directory of the newest `initdb`, Debian's first."""
    found = [
        path.parent
        for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")
        if int(path.parent.parent.name) >= OLDEST
    ]
    if found:
        return max(found, key=lambda path: int(path.parent.name))
    elsewhere = shutil.which("initdb")
    return Path(elsewhere).resolve().parent if elsewhere else None


def install() -> None:
    """Installs Debian's server when root, else says what is missing."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise MissingServerError(
            f"PostgreSQL {OLDEST} or newer is missing. Install it (Debian, Ubuntu: "
            "'sudo apt-get install postgresql'), or name a server: "
            "DATABASE_URL=postgresql://user:password@host:5432/database"
        )
    say("installing the Debian package")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for step in (["update"], ["install", "-y", "--no-install-recommends", "postgresql"]):
        subprocess.run(
            ["apt-get", "-qq", *step], check=True, env=quiet, stdin=subprocess.DEVNULL, stdout=2
        )


def owner() -> str | None:
    """Returns the user that must own the cluster: PostgreSQL refuses to run as root."""
    return None if os.geteuid() != 0 else "postgres"


def die_with_parent() -> None:
    """Asks the kernel to stop the server when we are killed without a chance to clean up."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGINT)


def free_port() -> int:
    """Returns a loopback port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Cluster:
    """A server of our own: it can be ended, in every way, and started again.

    Attributes:
        programs: The directory of PostgreSQL's programs.
        folder: Holds its data, its socket and its log.
        port: Where it listens on the loopback.
        options: Settings of the server.
    """

    programs: Path
    folder: Path
    port: int
    options: Sequence[str]
    server: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The address of the server, to be followed by a database's name."""
        return f"postgresql://rs_systems@127.0.0.1:{self.port}"

    def start(self) -> None:
        """Starts the server, and returns when it answers."""
        with (self.folder / "log").open("ab") as output:
            self.server = subprocess.Popen(
                [f"{self.programs}/postgres", "-D", f"{self.folder}/data", "-h", "127.0.0.1"]
                + ["-p", str(self.port), "-k", str(self.folder)]
                + [f"--{option}" for option in (*ALWAYS, *self.options)],
                cwd=self.folder,
                user=owner(),
                stdout=output,
                stderr=output,
                start_new_session=True,
                preexec_fn=die_with_parent,  # noqa: PLW1509  # no threads here
            )
        self._wait_until_ready(self.server)

    def stop(self, number: signal.Signals = signal.SIGINT) -> None:
        """Ends the server: by default in order; by QUIT or KILL as a crash does."""
        if self.server is not None:
            self.server.send_signal(number)
            self.server.wait(timeout=30)

    def _wait_until_ready(self, server: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and server.poll() is None:
            with contextlib.suppress(psycopg.OperationalError):
                server_version(f"{self.url}/postgres")
                return
            time.sleep(0.1)
        log = (self.folder / "log").read_text(errors="replace")
        raise MissingServerError(f"The private PostgreSQL did not start:\n{log}")


@contextlib.contextmanager
def cluster(*options: str) -> Iterator[Cluster]:
    """Starts a server of our own in a temporary folder, with an empty database `rs_systems`."""
    where = binaries()
    if where is None:
        install()
        where = binaries()
    if where is None:
        raise MissingServerError("The packages were installed, but no usable 'initdb' came.")
    with tempfile.TemporaryDirectory(prefix="rs-postgres-", ignore_cleanup_errors=True) as folder:
        user = owner()
        if user:
            shutil.chown(folder, user, user)
        subprocess.run(
            [f"{where}/initdb", "-D", f"{folder}/data", *INITIAL],
            check=True,
            cwd=folder,
            user=user,
            stdout=subprocess.DEVNULL,
        )
        own = Cluster(where, Path(folder), free_port(), options)
        try:
            own.start()
            say(f"private cluster on 127.0.0.1:{own.port}")
            with psycopg.connect(f"{own.url}/postgres", autocommit=True) as connection:
                connection.execute("CREATE DATABASE rs_systems")
            yield own
        finally:
            own.stop()


@contextlib.contextmanager
def private_cluster(*, durable: bool) -> Iterator[str]:
    """Starts a cluster of our own and yields the URL of its database."""
    with cluster(*([] if durable else FORGETFUL)) as own:
        yield f"{own.url}/rs_systems"


def run(command: list[str], url: str) -> int:
    """Runs the command and returns its exit code; signals reach it, we outlive it."""
    child = subprocess.Popen(command, env={**os.environ, "DATABASE_URL": url})
    # Ctrl-C reaches the child from the terminal; TERM comes to us alone.
    signal.signal(signal.SIGINT, lambda *_: None)
    signal.signal(signal.SIGTERM, lambda *_: child.terminate())
    code = child.wait()
    return code if code >= 0 else 128 - code


def main() -> int:
    """Parses the command line, finds the server, runs the command."""
    parser = argparse.ArgumentParser(prog="tools/with_postgres", description=__doc__)
    parser.add_argument("--durable", action="store_true", help="keep fsync on (for measuring)")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    if not options.command:
        parser.error("name a command to run")
    try:
        url = named_by_environment() or already_running()
        if url:
            say(f"using {re.sub(r':[^:@/]*@', ':***@', url)}")
            return run(options.command, url)
        with private_cluster(durable=options.durable) as private:
            return run(options.command, private)
    except (MissingServerError, subprocess.CalledProcessError) as error:
        say(str(error))
        return 1


if __name__ == "__main__":
    sys.exit(main())
