"""Whether the compose files are what they should be, as docker-compose reads them; no engine.

Debian's docker-compose (or Docker's own plugin) is used, and installed when this runs as root.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILES = (
    ("--profile", "proxy", "-f", "docker-compose.yml"),
    ("-f", "docker-compose.yml", "-f", "docker-compose.dev.yml"),
)


def composer() -> list[str]:
    """Returns the command that reads compose files, installing Debian's package when root."""
    if found := shutil.which("docker-compose"):
        return [found]
    plugin = ["docker", "compose"]
    if shutil.which("docker") and not run([*plugin, "version"]).returncode:
        return plugin
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        sys.exit(
            "docker-compose is missing; it needs no engine for this. Install it (Debian, Ubuntu: "
            "'sudo apt-get install docker-compose')."
        )
    print("docker-compose: installing the Debian package", file=sys.stderr, flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for step in (["update"], ["install", "-y", "--no-install-recommends", "docker-compose"]):
        subprocess.run(["apt-get", "-qq", *step], check=True, env=quiet, stdin=subprocess.DEVNULL)
    return composer()


def run(command: list[str]) -> subprocess.CompletedProcess[str]:
    """Runs it in our folder, blind to variables that a compose file could read."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(command, cwd=ROOT, env=kept, capture_output=True, text=True, check=False)


def main() -> int:
    """Reads each combination with secrets made now, and without any, which has to be refused."""
    command = composer()
    with tempfile.TemporaryDirectory() as folder:
        filled, empty = Path(folder, "filled"), Path(folder, "empty")
        filled.write_text(run([sys.executable, "deploy/new_env.py"]).stdout)
        empty.touch()
        for files in FILES:
            read = run([*command, "--env-file", str(filled), *files, "config", "--quiet"])
            refused = run([*command, "--env-file", str(empty), *files, "config", "--quiet"])
            if read.returncode or read.stderr or not refused.returncode:
                print(f"{' '.join(files)}:\n{read.stderr or 'starts without secrets'}")
                return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
