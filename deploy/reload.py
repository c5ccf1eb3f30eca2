"""Runs a command, and anew whenever a source changes: python deploy/reload.py CMD... (development).

`runserver` does so itself; Celery and the relay do not.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WATCHED = ("apps", "core", "rs_systems", "templates")
PAUSE_SECONDS = 1.0


def newest() -> float:
    """When a source was last changed."""
    files = (path for name in WATCHED for path in (ROOT / name).rglob("*"))
    return max(path.stat().st_mtime for path in files if path.suffix in {".py", ".html", ".txt"})


def main() -> None:
    """Runs until it is stopped."""
    while True:
        seen = newest()
        with subprocess.Popen(sys.argv[1:]) as child:  # noqa: S603  # the operator's own command
            try:
                while child.poll() is None and newest() == seen:
                    time.sleep(PAUSE_SECONDS)
            finally:
                child.terminate()
        time.sleep(PAUSE_SECONDS)


if __name__ == "__main__":
    main()
