"""The whole suite: SQLite, then PostgreSQL, one coverage over both.

Called as `python -m tools.suite [PYTEST-ARGS]`; `tools/with_postgres` runs it with `DATABASE_URL`
set. It ends with one line of counts.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import tomllib
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

from tools import services

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var"
PYTEST = (
    *("-m", "pytest", "-q"),
    *("-n", "2", "--dist", "loadfile", "--durations=10", "--durations-min=2"),
)
# pytest's exit code for "nothing was collected".
NOTHING_RAN = 5


@dataclass(frozen=True)
class Counts:
    """What became of the tests of one run, or of several added up."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped
        )

    @classmethod
    def of_report(cls, report: Path) -> Counts:
        """Reads pytest's JUnit file; a run that died before writing it failed once."""
        if not report.exists():
            return cls(failed=1)
        suites = ET.parse(report).getroot().iter("testsuite")  # noqa: S314  # our own file
        found = [{key: int(suite.get(key, 0)) for key in KEYS} for suite in suites]
        total = {key: sum(each[key] for each in found) for key in KEYS}
        failed = total["failures"] + total["errors"]
        passed = max(0, total["tests"] - failed - total["skipped"])
        return cls(passed, failed, total["skipped"])


KEYS = ("tests", "failures", "errors", "skipped")


def run_pytest(name: str, environment: dict[str, str], arguments: list[str]) -> Counts:
    """Runs the suite once under coverage and returns its counts.

    ``COVERAGE_RCFILE`` in the environment says what to measure.
    """
    report = VAR / f"test-{name}.xml"
    report.unlink(missing_ok=True)
    print(f"\n=== {name} ===", flush=True)
    start = time.monotonic()
    code = subprocess.run(
        [sys.executable, "-m", "coverage", "run", *PYTEST, f"--junitxml={report}", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        check=False,
    ).returncode
    counts = Counts.of_report(report)
    print(f"{name}: {time.monotonic() - start:.0f} s", flush=True)
    if code in {0, NOTHING_RAN} or counts.failed:
        return counts
    print(f"{name}: pytest ended with code {code} although no test failed", flush=True)
    return counts + Counts(failed=1)


def coverage(*arguments: str) -> int:
    """Runs one coverage command and returns its exit code."""
    command = [sys.executable, "-m", "coverage", *arguments]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


def what_is_left() -> Path:
    """Writes a configuration that measures the files not covered yet, and returns its path.

    Tracing every line costs a third of a run, and SQLite's, the shorter one, has seen most of them.
    """
    report, configuration = VAR / "coverage" / "seen.json", VAR / "coverage" / "left.toml"
    coverage("combine", "--quiet")
    coverage("json", "--quiet", "--fail-under=0", "-o", str(report))
    files = json.loads(report.read_text(encoding="utf-8"))["files"]
    left = [
        name
        for name, found in files.items()
        if found["summary"]["missing_lines"] or found["summary"]["missing_branches"]
    ]
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    run = settings["tool"]["coverage"]["run"]
    run.pop("source")
    # A path that does not exist where nothing is left: no file is measured then.
    run["include"] = [str(ROOT / name) for name in left] or [str(configuration)]
    lines = [f"{key} = {json.dumps(value)}" for key, value in run.items()]
    configuration.write_text("[tool.coverage.run]\n" + "\n".join(lines) + "\n", encoding="utf-8")
    return configuration


def main() -> int:
    """Runs both databases, combines the coverage, prints the closing line."""
    arguments = sys.argv[1:]
    (VAR / "coverage").mkdir(parents=True, exist_ok=True)
    coverage("erase")
    on_postgresql = {"CHROMIUM": services.chromium()}
    on_sqlite = {"DATABASE_URL": "", "LOCAL_DATABASE_URL": "sqlite://:memory:"}
    counts = run_pytest("sqlite", on_sqlite, arguments)
    on_postgresql["COVERAGE_RCFILE"] = str(what_is_left())
    counts += run_pytest("postgresql", on_postgresql, arguments)
    coverage("combine", "--append", "--quiet")
    # Part of the suite covers part of the code: the bar is for the whole.
    covered = coverage("report", *(["--fail-under=0"] if arguments else []))
    if covered:
        print("Coverage is below the bar of pyproject.toml.")
    refused = counts.skipped if os.environ.get("CI") == "true" else 0
    if refused:
        print(f"{refused} skipped: in CI nothing may be.")
    print(f"\n{counts.passed} passed, {counts.failed} failed, {counts.skipped} skipped")
    return int(bool(counts.failed or covered or refused or not counts.passed))


if __name__ == "__main__":
    sys.exit(main())
