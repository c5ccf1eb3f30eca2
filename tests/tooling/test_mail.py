"""Mail while developing: every message is on the console and in a file, none is sent."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.mail import EmailMessage, get_connection, send_mail, send_mass_mail

BACKEND = "rs_systems.mail.ConsoleAndFileBackend"
Box = Callable[[], list[str]]


@pytest.fixture
def box(settings: Any, tmp_path: Path) -> Box:
    """What the files of a development machine hold; the folder is not there yet."""
    settings.EMAIL_BACKEND = BACKEND
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    return lambda: [file.read_text() for file in sorted((tmp_path / "mail").glob("*"))]


def test_a_message_is_shown_and_kept(box: Box, capsys: pytest.CaptureFixture[str]) -> None:
    sent = send_mail("Welcome", "Set your password.", None, ["ann@fleet.example"])

    [kept] = box()
    shown = capsys.readouterr().out
    assert sent == 1
    for text in (shown, kept):
        assert "Subject: Welcome" in text
        assert "To: ann@fleet.example" in text
        assert "Set your password." in text


def test_several_messages_of_one_connection_are_all_kept(
    box: Box, capsys: pytest.CaptureFixture[str]
) -> None:
    messages = [EmailMessage(f"Mail {n}", "Hello", None, ["a@fleet.example"]) for n in (1, 2, 3)]

    assert get_connection().send_messages(messages) == 3
    shown, kept = capsys.readouterr().out, "".join(box())
    for number in (1, 2, 3):
        assert f"Subject: Mail {number}\n" in shown
        assert f"Subject: Mail {number}\n" in kept


def test_no_message_is_none_sent(box: Box) -> None:
    assert send_mass_mail(()) == 0
    assert box() == []
