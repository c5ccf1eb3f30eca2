"""Does a copy of the shop come back whole? Copies it, restores it elsewhere, asks it, tells times.

    tools/restore_drill [--keep]

Reads the shop of DATABASE_URL, MEDIA_ROOT and AUDIT_ANCHOR_FILE; writes nothing of it. The restored
database stands beside it under a name of its own and is dropped at the end.
"""

from __future__ import annotations

import argparse
import io
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    """Runs the drill; 0 when the copy is whole."""
    parser = argparse.ArgumentParser(prog="tools/restore_drill", description=__doc__)
    parser.add_argument("--keep", action="store_true", help="leave the restored database")
    keep = parser.parse_args().keep
    source = os.environ.get("DATABASE_URL", "")
    if not source.startswith(("postgres://", "postgresql://")):
        print("DATABASE_URL has to name the PostgreSQL whose copy is tried.")
        return 1
    name = f"restore_drill_{secrets.token_hex(4)}"
    with psycopg.connect(source, autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            with tempfile.TemporaryDirectory(prefix="rs-restore-") as folder:
                return drill(source, name, Path(folder))
        finally:
            if not keep:
                drop = sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
                server.execute(drop)


def drill(source: str, name: str, folder: Path) -> int:
    """The steps, each told with its time; the first that fails ends it."""
    elsewhere = {
        "DATABASE_URL": urlsplit(source)._replace(path=f"/{name}").geturl(),
        "MEDIA_ROOT": str(folder / "media"),
        "AUDIT_ANCHOR_FILE": str(folder / "audit-anchor.log"),
        # The restored shop is asked, not served: a bucket stays where it is.
        "ENVIRONMENT": "development",
        "DEBUG": "False",
    }
    copy = str(folder / "copy")
    begun = time.monotonic()
    if not told("copy", program(["tools/backup", copy], {})):
        return 1
    print(f"                    {size(Path(copy))}", flush=True)
    if not told("restore", program(["tools/restore", copy], elsewhere)):
        return 1
    steps = [
        ("every migration is in it", asked(elsewhere, "migrate", check_unapplied=True)),
        ("every invariant holds", asked(elsewhere, "check_invariants")),
        ("the audit chain is whole", asked(elsewhere, "verify_audit", no_anchor=True)),
    ]
    if not all(told(title, step) for title, step in steps):
        return 1
    print(f"        {time.monotonic() - begun:7.1f} s  in all")
    return 0


def told(title: str, step: Callable[[], str]) -> bool:
    """Takes a step and tells its time; its words only where it failed."""
    started = time.monotonic()
    fault = step()
    taken = time.monotonic() - started
    print(f"{'FAILED' if fault else 'ok':<6}  {taken:7.1f} s  {title}", flush=True)
    if fault:
        print(fault)
    return not fault


def program(command: list[str], variables: dict[str, str]) -> Callable[[], str]:
    """A step that is a program; what it says when it fails."""

    def run() -> str:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=os.environ | variables,
            capture_output=True,
            text=True,
            check=False,
        )
        return (done.stdout + done.stderr or "failed") if done.returncode else ""

    return run


def asked(variables: dict[str, str], name: str, **options: bool) -> Callable[[], str]:
    """A step that is a command of ours about the restored shop, in this process."""

    def run() -> str:
        os.environ |= {**variables, "DJANGO_SETTINGS_MODULE": "rs_systems.settings"}
        sys.path.insert(0, str(ROOT))
        import django  # noqa: PLC0415 - its settings are known now
        from django.core.management import CommandError, call_command  # noqa: PLC0415 - as above

        django.setup()
        words = io.StringIO()
        try:
            call_command(name, stdout=words, stderr=words, **options)
        except (CommandError, SystemExit) as fault:
            return f"{words.getvalue()}{fault}"
        return ""

    return run


def size(copy: Path) -> str:
    """What the copy weighs, by file."""
    told = {file.name: file.stat().st_size for file in sorted(copy.iterdir())}
    return ", ".join(f"{name} {count / 1e6:.1f} MB" for name, count in told.items())


if __name__ == "__main__":
    sys.exit(main())
