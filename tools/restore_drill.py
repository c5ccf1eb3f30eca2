"""Does a copy of the shop come back whole? Copies it, restores it elsewhere, asks it, tells times.

    tools/restore_drill [--keep]

Reads the shop of DATABASE_URL, MEDIA_ROOT and AUDIT_ANCHOR_FILE; writes nothing of it. The restored
database stands beside it under a name of its own and is dropped at the end.
"""

from __future__ import annotations

import argparse
import os
import secrets
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

ROOT = Path(__file__).resolve().parent.parent
MANAGE = [sys.executable, "manage.py"]


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
    steps: list[tuple[str, list[str], dict[str, str]]] = [
        ("copy", ["tools/backup", copy], {}),
        ("restore", ["tools/restore", copy], elsewhere),
        ("every migration is in it", [*MANAGE, "migrate", "--check"], elsewhere),
        ("every invariant holds", [*MANAGE, "check_invariants"], elsewhere),
        ("the audit chain is whole", [*MANAGE, "verify_audit", "--no-anchor"], elsewhere),
    ]
    begun = time.monotonic()
    for title, command, variables in steps:
        started = time.monotonic()
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=os.environ | variables,
            capture_output=True,
            text=True,
            check=False,
        )
        taken = time.monotonic() - started
        print(f"{'FAILED' if done.returncode else 'ok':<6}  {taken:7.1f} s  {title}", flush=True)
        if done.returncode:
            print(done.stdout + done.stderr)
            return 1
        if title == "copy":
            print(f"                    {size(Path(copy))}")
    print(f"        {time.monotonic() - begun:7.1f} s  in all")
    return 0


def size(copy: Path) -> str:
    """What the copy weighs, by file."""
    told = {file.name: file.stat().st_size for file in sorted(copy.iterdir())}
    return ", ".join(f"{name} {count / 1e6:.1f} MB" for name, count in told.items())


if __name__ == "__main__":
    sys.exit(main())
