"""`manage.py stream` says what it cannot do; how it starts and stops tests/browser/live.py sees."""

import socket

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from apps.api.stream.hub import MOST_STREAMS
from rs_systems.management.commands.stream import MOST_CONNECTIONS


def test_it_refuses_sqlite_and_a_taken_port() -> None:
    expected = "cannot be used" if connection.vendor == "postgresql" else "needs PostgreSQL"
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(CommandError, match=expected):
            call_command("stream", port=taken.getsockname()[1])


def test_there_is_room_for_all_streams() -> None:
    assert MOST_CONNECTIONS > MOST_STREAMS
