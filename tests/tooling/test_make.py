"""The commands behind make, and the lock files they install."""

import os
import re
import signal
import subprocess
import sys
import tomllib

import pytest

from rs_systems.environment import BASE_DIR

pytestmark = pytest.mark.once

LOCKS = ["requirements.txt", "requirements-dev.txt"]


def run(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs a command of ours with some variables changed."""
    return subprocess.run(
        command,
        cwd=BASE_DIR,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def locked(name: str) -> dict[str, str]:
    """Packages of a lock file with their versions."""
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", (BASE_DIR / name).read_text(), re.MULTILINE))


def test_help_tells_every_target() -> None:
    targets = re.search(r"^\.PHONY: (.+)$", (BASE_DIR / "Makefile").read_text(), re.MULTILINE)
    told = re.findall(r"^  make ([a-z-]+) +\S", run("make", "help").stdout, re.MULTILINE)
    assert targets is not None
    assert told == targets[1].split()


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_no_host_and_no_path(name: str) -> None:
    assert (
        re.findall(r"https?:|file:|--index|--find-links|[ =]/", (BASE_DIR / name).read_text()) == []
    )


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_version_has_hashes(name: str) -> None:
    packages = re.split(r"^(?=[a-z])", (BASE_DIR / name).read_text(), flags=re.MULTILINE)[1:]
    assert [package for package in packages if "--hash=sha256:" not in package] == []


def test_everything_declared_is_locked_and_both_locks_agree() -> None:
    declared = tomllib.loads((BASE_DIR / "pyproject.toml").read_text())
    runtime = {re.split(r"[^a-z0-9-]", line)[0] for line in declared["project"]["dependencies"]}
    dev = {re.split(r"[^a-z0-9-]", line)[0] for line in declared["dependency-groups"]["dev"]}
    assert runtime - locked(LOCKS[0]).keys() == set()
    assert dev - locked(LOCKS[1]).keys() == set()
    assert locked(LOCKS[0]).items() <= locked(LOCKS[1]).items()


def test_with_postgres_gives_a_server_and_the_commands_own_exit_code() -> None:
    ask = (
        "import os, psycopg, sys;"
        "print(psycopg.connect(os.environ['DATABASE_URL']).info.server_version // 10000 >= 15);"
        "sys.exit(7)"
    )
    shown = run("tools/with_postgres", sys.executable, "-c", ask, DATABASE_URL="")
    assert (shown.returncode, shown.stdout) == (7, "True\n")


def test_with_postgres_says_when_the_named_server_is_away() -> None:
    refused = run("tools/with_postgres", "true", DATABASE_URL="postgresql://a:b@127.0.0.1:1/x")
    assert refused.returncode == 1
    assert refused.stderr.startswith(
        "postgres: DATABASE_URL is set, but its server does not answer"
    )


def test_with_postgres_passes_term_on_and_stops_its_server() -> None:
    wait = "import os, time; print(os.environ['DATABASE_URL'], flush=True); time.sleep(60)"
    process = subprocess.Popen(
        ["tools/with_postgres", sys.executable, "-c", wait],
        cwd=BASE_DIR,
        env=os.environ | {"DATABASE_URL": ""},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    url = process.stdout.readline().strip()
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=30)
    assert process.returncode == 128 + signal.SIGTERM
    if "rs_systems@127.0.0.1" in url:
        again = run("tools/with_postgres", "true", DATABASE_URL=url)
        assert "does not answer" in again.stderr
