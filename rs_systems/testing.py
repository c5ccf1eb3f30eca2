"""`manage.py test` runs the suite, which is pytest's."""

from __future__ import annotations

import os
import subprocess
import sys
from argparse import ArgumentParser
from importlib.util import find_spec
from typing import Any

from rs_systems.environment import BASE_DIR

SETTINGS = "DJANGO_SETTINGS_MODULE"


class PytestRunner:
    """Django's test runner interface over pytest.

    Takes what the guide's commands use: dotted names or paths, `--failfast`, `--keepdb`,
    `--parallel` and `-v`.
    """

    def __init__(
        self,
        *,
        failfast: bool = False,
        keepdb: bool = False,
        parallel: str = "0",
        verbosity: int = 1,
        **_other: Any,
    ) -> None:
        self.options = [
            *["--exitfirst"] * failfast,
            *["--reuse-db"] * keepdb,
            *["--quiet"] * (verbosity == 0),
            *["--verbose"] * (verbosity > 1),
            f"--numprocesses={parallel}",
        ]

    @classmethod
    def add_arguments(cls, parser: ArgumentParser) -> None:
        """Adds the options of the guide's commands that Django itself lacks."""
        parser.add_argument("--keepdb", action="store_true", help="keep the test database")
        parser.add_argument(
            "--parallel", nargs="?", const="auto", default="0", help="how many processes, or 'auto'"
        )

    def run_tests(self, test_labels: list[str], **_other: Any) -> int:
        """Returns pytest's exit code: 0 when everything passed.

        In a process of its own: the suite has settings of its own, ours are loaded already.
        """
        environment = {key: value for key, value in os.environ.items() if key != SETTINGS}
        command = [suite_python(), "-m", "pytest", *self.options, *map(as_node, test_labels)]
        return subprocess.run(command, cwd=BASE_DIR, env=environment, check=False).returncode  # noqa: S603  # our own interpreter


def suite_python() -> str:
    """Returns an interpreter that has what the suite needs, making `.venv` when ours has not."""
    if find_spec("pytest"):
        return sys.executable
    return make_suite_python()  # pragma: no cover - whoever measures has what the suite needs


def make_suite_python() -> str:  # pragma: no cover - whoever measures has what the suite needs
    """Returns the interpreter of `.venv`, made with what the suite needs."""
    subprocess.run([BASE_DIR / "tools" / "setup", "dev"], check=True)  # noqa: S603  # our own tool
    return str(BASE_DIR / ".venv" / "bin" / "python")


def as_node(label: str) -> str:
    """Returns pytest's name of a dotted label: `apps.x.tests.test_y.TestZ.test_it` or a part of it.

    A path stays as it is, and so does what names nothing: pytest says so best.
    """
    parts = label.split(".")
    for length in range(len(parts), 0, -1):
        path, rest = "/".join(parts[:length]), parts[length:]
        if (BASE_DIR / f"{path}.py").is_file():
            return "::".join([f"{path}.py", *rest])
        if (BASE_DIR / path).is_dir() and not rest:
            return path
    return label
