"""``python -m benchmarks``: the speed table, on a database of its own in ``DATABASE_URL``'s server.

Use ``make bench``, which finds or starts a PostgreSQL first.
"""

import argparse
import contextlib
import os
import sys
from collections.abc import Iterator
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
    options = parser.parse_args()
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith(("postgres://", "postgresql://")):
        parser.error("DATABASE_URL has to name a PostgreSQL; make bench starts one.")
    with own_database(url) as own:
        os.environ |= {"DATABASE_URL": own, "ENV_FILE": ""}
        os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
        django.setup()
        from benchmarks.run import Plan, run  # noqa: PLC0415 - its models want the settings

        plan = Plan([1000], 1, 0.3) if options.quick else Plan(*vars_of(options))
        run(plan, own)
    return 0


def vars_of(options: argparse.Namespace) -> tuple[list[int], int, float]:
    """The plan's fields."""
    return sorted(options.rows), options.rounds, options.seconds


if __name__ == "__main__":
    sys.exit(main())
