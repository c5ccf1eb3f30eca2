"""`manage.py test` runs the suite, which is pytest's."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any


class PytestRunner:
    """Django's test runner interface over pytest.

    Takes what the guide's commands use: paths or dotted names, `--failfast`, `--keepdb`,
    `--parallel` and `-v`.
    """

    def __init__(
        self, *, failfast: bool = False, keepdb: bool = False, verbosity: int = 1, **_other: Any
    ) -> None:
        self.failfast = failfast
        self.keepdb = keepdb
        self.verbosity = verbosity

    @classmethod
    def add_arguments(cls, parser: ArgumentParser) -> None:
        """Adds the options of the guide's commands."""
        parser.add_argument("--keepdb", action="store_true", help="keep the test database")
        parser.add_argument("--parallel", default="1", help="how many processes, or 'auto'")

    def run_tests(self, test_labels: list[str], **_other: Any) -> int:
        """Returns pytest's exit code: 0 when everything passed."""
        import pytest  # noqa: PLC0415  # only there with requirements-dev.txt

        arguments = [as_path(label) for label in test_labels]
        arguments += ["--exitfirst"] * self.failfast + ["--reuse-db"] * self.keepdb
        arguments += ["--quiet"] * (self.verbosity == 0) + ["--verbose"] * (self.verbosity > 1)
        sys.stdout.flush()
        return int(pytest.main(arguments))


def as_path(label: str) -> str:
    """Returns the path of a dotted name such as `apps.repairs`; a path stays as it is."""
    return label if "/" in label or label.endswith(".py") else label.replace(".", "/")
