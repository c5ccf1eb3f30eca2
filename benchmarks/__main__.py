"""``python -m benchmarks``: the speed table, on a database of its own in ``DATABASE_URL``'s server.

Use ``make bench``, which finds or starts a PostgreSQL first.
"""

import argparse
import contextlib
import os
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import django
import psycopg

DATABASE = "rs_systems_bench"


@contextlib.contextmanager
def own_database(url: str) -> Iterator[str]:
    """An empty database beside the one that the URL names, dropped at the end."""
    drop = f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(drop)
        connection.execute(f"CREATE DATABASE {DATABASE}")
    try:
        yield urlsplit(url)._replace(path=f"/{DATABASE}").geturl()
    finally:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(drop)


def main() -> int:
    """Measure as asked."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[1000, 100_000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=1.5, help="of each measurement")
    parser.add_argument("--quick", action="store_true", help="1,000 rows, short: does it run?")
    parser.add_argument("--fleet", type=Path, help="instead: a day with this list (CSV)")
    parser.add_argument("--outbox", action="store_true", help="instead: outbox, relay and broker")
    parser.add_argument("--map", default="", help="of --fleet, as import_customers takes it")
    options = parser.parse_args()
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith(("postgres://", "postgresql://")):
        parser.error("DATABASE_URL has to name a PostgreSQL; make bench starts one.")
    with own_database(url) as own:
        limits = {"API_CALLS_PER_USER": "0", "API_CALLS_PER_ADDRESS": "0"}
        os.environ |= {"DATABASE_URL": own, "ENV_FILE": "", **limits}
        os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
        django.setup()
        measure(options, own)
    return 0


def measure(options: argparse.Namespace, database_url: str) -> None:
    """The table, or a day with a fleet; Django stands, the database is empty."""
    from django.core.management import call_command  # noqa: PLC0415 - wants the settings

    from benchmarks import fleet_day, outbox  # noqa: PLC0415 - its models want the settings
    from benchmarks.run import Plan, run  # noqa: PLC0415 - as above

    call_command("migrate", verbosity=0)
    if options.fleet:
        say = partial(print, flush=True)
        fleet_day.run(options.fleet, options.map, requests=200, again=100, say=say)
        return
    if options.outbox:
        outbox.run(rounds=options.rounds, say=partial(print, flush=True))
        return
    plan = Plan(sorted(options.rows), options.rounds, options.seconds)
    run(Plan([1000], 1, 0.3) if options.quick else plan, database_url)


if __name__ == "__main__":
    sys.exit(main())
