"""A line of the log as JSON, and faults reported elsewhere."""

import json
import logging
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from core.request_context import request_id
from rs_systems.logs import JsonFormatter
from rs_systems.reporting import report_faults


def line(message: str, *, fault: Exception | None = None) -> dict[str, object]:
    seen = (type(fault), fault, None) if fault else None
    record = logging.LogRecord("apps.x", logging.INFO, "x.py", 1, message, None, seen)
    told: dict[str, object] = json.loads(JsonFormatter().format(record))
    return told


def test_a_line_names_the_request_it_is_about() -> None:
    token = request_id.set("a1")
    try:
        told = line("a repair was begun")
    finally:
        request_id.reset(token)
    assert (told["level"], told["logger"], told["message"], told["request"]) == (
        *("INFO", "apps.x", "a repair was begun"),
        "a1",
    )


def test_a_fault_is_told_and_any_text_fits_into_a_line() -> None:
    told = line("half a sign: \ud800", fault=ValueError("two\nlines"))
    assert told["message"] == "half a sign: \ud800"
    assert told["fault"] == "ValueError: two\nlines"
    assert "request" not in told


def test_reporting_without_its_library_is_refused_and_with_it_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ImproperlyConfigured, match="pip install sentry-sdk"):
        report_faults("https://key@sentry.example/1", release="1")
    (tmp_path / "sentry_sdk.py").write_text("def init(**told):\n    seen.update(told)\nseen = {}\n")
    monkeypatch.syspath_prepend(tmp_path)
    try:
        report_faults("https://key@sentry.example/1", release="1")
        seen = sys.modules["sentry_sdk"].__dict__["seen"]
    finally:
        sys.modules.pop("sentry_sdk", None)
    assert seen == {
        "dsn": "https://key@sentry.example/1",
        "release": "1",
        "send_default_pii": False,
    }
