"""`manage.py serve` as a person meets it: it answers, refuses a second start, stops cleanly."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import pytest

from rs_systems.environment import BASE_DIR

pytestmark = pytest.mark.once
Process = subprocess.Popen[str]

# What a process needs from ours; the rest would change what it reads.
KEPT = ("PATH", "COVERAGE_")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
        return number


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop's own database, empty."""
    return tmp_path_factory.mktemp("shop") / "shop.sqlite3"


@pytest.fixture(scope="module")
def environment(database: Path) -> dict[str, str]:
    """Variables of that shop, which `make run` has opened once."""
    kept = {name: os.environ[name] for name in os.environ if name.startswith(KEPT)}
    variables = {**kept, "ENV_FILE": "", "LOCAL_DATABASE_URL": f"sqlite:///{database}"}
    port = free_port()
    process = start(port, variables, "--demo")
    try:
        status(f"http://127.0.0.1:{port}/static/manifest.webmanifest", seconds=180)
    finally:
        process.terminate()
        output, _ = process.communicate(timeout=15)
    assert process.returncode == 0, output
    return variables


def start(port: int, environment: dict[str, str], *options: str) -> Process:
    """Starts a server as `make run` does."""
    return subprocess.Popen(
        [sys.executable, "manage.py", "serve", *options],
        cwd=BASE_DIR,
        env=environment | {"PORT": str(port)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def status(address: str, seconds: int = 60) -> int:
    """Waits for the server and returns the status of its answer."""
    for _ in range(10 * seconds):
        try:
            with urlopen(address, timeout=5) as answer:  # noqa: S310  # our own loopback
                return int(answer.status)
        except HTTPError as error:
            error.close()
            return error.code
        except URLError:
            time.sleep(0.1)
    raise AssertionError("the server never answered")


@pytest.fixture
def server(port: int, environment: dict[str, str]) -> Iterator[Process]:
    process = start(port, environment)
    yield process
    process.kill()
    process.communicate(timeout=15)


def test_the_first_start_filled_in_the_demonstration(
    environment: dict[str, str], database: Path
) -> None:
    with closing(sqlite3.connect(database)) as shop:
        found = shop.execute("SELECT username FROM core_user WHERE username LIKE 'demo%'")
        assert found.fetchall() == [("democustomer",)]


def test_it_serves_a_file(server: Process, port: int) -> None:
    assert status(f"http://127.0.0.1:{port}/static/manifest.webmanifest") == 200


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_it_cleanly(server: Process, port: int, number: signal.Signals) -> None:
    status(f"http://127.0.0.1:{port}/static/manifest.webmanifest")
    server.send_signal(number)
    output, _ = server.communicate(timeout=15)
    assert server.returncode == 0
    assert output == f"Serving on http://127.0.0.1:{port} (Ctrl-C stops)\nStopped.\n"


def test_killed_outright_it_leaves_no_worker_on_the_port(server: Process, port: int) -> None:
    status(f"http://127.0.0.1:{port}/static/manifest.webmanifest")
    server.kill()
    server.communicate(timeout=15)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))


def test_a_second_start_on_the_port_is_refused_in_one_sentence(
    server: Process, port: int, environment: dict[str, str]
) -> None:
    status(f"http://127.0.0.1:{port}/static/manifest.webmanifest")
    second = start(port, environment)
    output, _ = second.communicate(timeout=15)
    assert second.returncode == 1
    assert output == (
        f"CommandError: Port {port} cannot be used (Address already in use). "
        "Try another: PORT=8001 make run\n"
    )


def test_the_tool_of_make_run_refuses_before_anything_is_set_up(port: int) -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", port))
        busy.listen()
        refused = subprocess.run(
            [sys.executable, "tools/port.py", str(port)],
            cwd=BASE_DIR,
            capture_output=True,
            text=True,
            check=False,
        )
    assert (refused.returncode, refused.stdout) == (
        1,
        f"Port {port} cannot be used (Address already in use). Try another: PORT=8001 make run\n",
    )


@pytest.mark.parametrize("word", ["eighty", "70000", "-1"])
def test_the_tool_of_make_run_refuses_what_is_no_port(word: str) -> None:
    refused = subprocess.run(
        [sys.executable, "tools/port.py", word],
        cwd=BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (refused.returncode, refused.stdout) == (
        1,
        f"PORT={word!r} is not a port. Write a number from 1 to 65535.\n",
    )


def test_the_server_of_production_counts_requests_of_all_its_processes(
    port: int, environment: dict[str, str], tmp_path: Path
) -> None:
    token = "a-token-that-nobody-guesses"
    several = {"WEB_WORKERS": "2", "METRICS_TOKEN": token, "TMPDIR": str(tmp_path)}
    process = subprocess.Popen(
        [sys.executable, "manage.py", "web"],
        cwd=BASE_DIR,
        env=environment | several | {"PORT": str(port)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        shop = f"http://127.0.0.1:{port}"
        answers = [status(f"{shop}/health/live") for _ in range(20)]
        bearer = {"Authorization": f"Bearer {token}"}
        asked = Request(f"{shop}/metrics/", headers=bearer)  # noqa: S310  # our own loopback
        with urlopen(asked, timeout=15) as answer:  # noqa: S310  # as above
            told = answer.read().decode()
    finally:
        process.terminate()
        output, _ = process.communicate(timeout=30)
    assert answers == [200] * 20
    assert 'rs_request_seconds_count{method="GET",status="2xx",view="health_live"} 20.0' in told
    assert (process.returncode, output) == (0, f"Serving on {shop} (Ctrl-C stops)\nStopped.\n")
    assert list(tmp_path.glob("rs-metrics-*")) == []
