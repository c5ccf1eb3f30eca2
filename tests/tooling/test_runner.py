"""`manage.py test` and `tools/suite.py`: names, exit codes, counts."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from rs_systems.environment import BASE_DIR
from rs_systems.testing import PytestRunner, as_node
from tools.suite import Counts

PASSING = "tests.tooling.test_environment.test_a_flag_reads_no"


@pytest.mark.parametrize(
    ("label", "node"),
    [
        ("apps.repairs", "apps/repairs"),
        ("tests/tooling", "tests/tooling"),
        ("tests.tooling.test_runner", "tests/tooling/test_runner.py"),
        ("tests.tooling.test_runner.TestA.test_b", "tests/tooling/test_runner.py::TestA::test_b"),
        ("apps.nothing_here", "apps.nothing_here"),
    ],
)
def test_a_dotted_label_becomes_a_node_of_pytest(label: str, node: str) -> None:
    assert as_node(label) == node


def test_the_options_of_the_guide_become_those_of_pytest() -> None:
    runner = PytestRunner(failfast=True, keepdb=True, parallel="auto", verbosity=2)
    assert runner.options == ["--exitfirst", "--reuse-db", "--verbose", "--numprocesses=auto"]


@pytest.mark.once
@pytest.mark.parametrize(("label", "code"), [(PASSING, 0), ("apps.nothing_here", 1)])
def test_manage_py_test_runs_what_is_named(label: str, code: int) -> None:
    run = subprocess.run(
        [sys.executable, "manage.py", "test", "-v0", label],
        cwd=BASE_DIR,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "rs_systems.settings"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == code


def test_the_counts_of_a_report_tell_passed_failed_and_skipped_apart(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text(
        '<testsuites><testsuite tests="9" failures="1" errors="2" skipped="3"/></testsuites>'
    )
    assert Counts.of_report(report) == Counts(passed=3, failed=3, skipped=3)


def test_a_run_that_left_no_report_failed(tmp_path: Path) -> None:
    assert Counts.of_report(tmp_path / "none.xml") == Counts(failed=1)
