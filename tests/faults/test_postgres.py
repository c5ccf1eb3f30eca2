"""PostgreSQL killed and started again under a fleet: what was acknowledged is there, all heals."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path

import psycopg
import pytest

from tests.faults.books import Books, check_books, lost
from tests.faults.broker import broker_url
from tests.faults.conftest import Forge, MailServer, make_forge
from tests.faults.crowd import Crowd, hear_of
from tests.faults.processes import MANAGE, Part, production, running, wait_until
from tests.faults.proxy import Proxy
from tests.faults.rounds import CYCLES, IS_LONG
from tests.faults.shop import doubled, tell
from tools import with_postgres
from tools.with_postgres import Cluster, MissingServerError

pytestmark = pytest.mark.once
TEMPLATE = "rs_systems"
# At once, and as an administrator in a hurry does it: neither waits for anybody, or tidies up.
DEATHS = (signal.SIGKILL, signal.SIGQUIT)
WITH_A_BROKER, ALONE = "web relay worker beat stream", "serve"
START_SECONDS = 30
# With it, the web leaves to others what comes later.
NOBODY = "amqp://127.0.0.1:1//"
NUMBERS = count(1)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A server of its own, which writes before it answers, with the tables in one database."""
    with with_postgres.cluster(*with_postgres.UNFLUSHED) as own:
        folder = tmp_path_factory.mktemp("tables")
        variables = production(database=f"{own.url}/{TEMPLATE}", folder=folder)
        command = [*MANAGE, "migrate", "--verbosity", "0"]
        subprocess.run(command, env=variables, cwd=folder, check=True)
        yield own


@pytest.fixture
def database(cluster: Cluster) -> Iterator[str]:
    """An empty shop in that server, and its address."""
    name = f"shop_{next(NUMBERS)}"
    with psycopg.connect(f"{cluster.url}/postgres", autocommit=True) as link:
        link.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}".encode())
    yield f"{cluster.url}/{name}"
    with psycopg.connect(f"{cluster.url}/postgres", autocommit=True) as link:
        link.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.fixture
def own_forge(database: str, mail_server: MailServer) -> Iterator[Forge]:
    yield from make_forge(DATABASE_URL=database, FAULTS_MAIL_PORT=str(mail_server.port))


def start_again(cluster: Cluster) -> None:
    """Start the server; what the killed one had begun may hold its memory for another moment."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        with suppress(MissingServerError):
            cluster.start()
            return
    raise AssertionError((cluster.folder / "log").read_text()[-3000:])


def die(cluster: Cluster, crowd: Crowd, number: signal.Signals) -> float:
    """Kill the server while everybody writes; how long nothing is done once it is there again."""
    crowd.wait_for(more=12)
    cluster.stop(number)
    time.sleep(1)
    start_again(cluster)
    return crowd.wait_for(more=12)


def is_all_done(database: str) -> bool:
    with psycopg.connect(database) as link:
        waiting = link.execute("SELECT count(*) FROM core_outboxmessage WHERE done_at IS NULL")
        return waiting.fetchone() == (0,)


def books_of(forge: Forge) -> Books:
    told = forge.run("books")
    told.pop("passed")
    return Books(**told)


def first_of(parts: dict[str, Part]) -> Part:
    return next(iter(parts.values()))


@pytest.mark.parametrize(
    ("names", "deaths"),
    [(WITH_A_BROKER, DEATHS * CYCLES), (ALONE, DEATHS[::-1] * CYCLES)],
    ids=["with-a-broker", "alone"],
)
def test_it_dies_under_a_fleet_and_everything_goes_on_by_itself(
    *,
    cluster: Cluster,
    database: str,
    own_forge: Forge,
    proxy: Proxy,
    mail_server: MailServer,
    tmp_path: Path,
    names: str,
    deaths: tuple[signal.Signals, ...],
) -> None:
    people = own_forge.run("people")
    variables = production(
        database=database,
        mail_port=mail_server.port,
        folder=tmp_path,
        broker=broker_url(proxy) if names == WITH_A_BROKER else "",
        # What was being done when the server died is due again after this.
        lease=6,
    )
    with running(names, tmp_path, variables) as parts:
        web = first_of(parts)
        with Crowd(web.port, token=people["token"], cookie=people["cookie"]) as crowd:
            pauses = [die(cluster, crowd, each) for each in deaths[: None if IS_LONG else 1]]
        if "stream" in parts:

            def write() -> int:
                crowd.order("last")
                return crowd.journal["last"]

            hear_of(write, parts["stream"].port, token=people["token"])
        wait_until(lambda: is_all_done(database), web.log)
        assert all(part.process.poll() is None for part in parts.values())
    books = books_of(own_forge)
    check_books(books, crowd.journal, given_up=crowd.given_up)
    assert crowd.unanswered == set()
    # 409 is who asks again while the server still does what they asked for.
    assert set(crowd.answers) <= {201, 409, 503}
    assert set(crowd.pages) == {200, 503}
    # Each death cuts off at most one mail between the mail server's 250 and our commit.
    twice = doubled(books, mail_server)
    assert twice <= len(pauses)
    tell(
        f"PostgreSQL died {len(pauses)} times, {len(crowd.journal)} acknowledged, "
        f"0 lost, {len(crowd.given_up)} let go of, {twice} of {books.mails} mails twice, "
        f"writes again after {max(pauses):.1f} s at most"
    )


def test_control_a_server_that_answers_before_it_has_written_is_found_out(
    cluster: Cluster, database: str, own_forge: Forge, tmp_path: Path
) -> None:
    people = own_forge.run("people")
    with psycopg.connect(database, autocommit=True) as link:
        link.execute("ALTER SYSTEM SET wal_writer_delay = '10s'")
        link.execute("SELECT pg_reload_conf()")
        link.execute(f"ALTER DATABASE {link.info.dbname} SET synchronous_commit = off".encode())
    variables = production(database=database, folder=tmp_path, broker=NOBODY)
    try:
        with running("web", tmp_path, variables) as parts:
            port = parts["web"].port
            with Crowd(port, token=people["token"], cookie=people["cookie"]) as crowd:
                die(cluster, crowd, signal.SIGKILL)
    finally:
        with psycopg.connect(database, autocommit=True) as link:
            link.execute("ALTER SYSTEM RESET wal_writer_delay")
            link.execute("SELECT pg_reload_conf()")
    assert lost(books_of(own_forge), crowd.journal) != {}
