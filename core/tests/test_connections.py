import select
from typing import Any

import pytest
from django.db import ProgrammingError, close_old_connections
from django.db import connection as typed_connection

from core.connections import ready_for_request, trust_quiet_connection
from core.models import Customer
from core.prepared import fetch

# What Django keeps of a connection's health is not in the stubs.
connection: Any = typed_connection
pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _kept() -> None:
    """A connection as production keeps it."""
    connection.close()
    connection.ensure_connection()
    connection.health_check_enabled = True
    connection.close_at = None


def begin_request() -> None:
    """What Django sends its receivers when a request begins."""
    close_old_connections()
    trust_quiet_connection()


def end_by_server() -> None:
    """End our connection from another one, and wait until the news is here."""
    raw = connection.connection
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [raw.info.backend_pid])
    other.close()
    assert select.select([raw.fileno()], [], [], 10)[0]


def test_a_quiet_connection_is_not_asked() -> None:
    begin_request()
    assert connection.health_check_done


def test_a_connection_that_the_server_ended_is_made_anew() -> None:
    ended = connection.connection
    end_by_server()

    begin_request()

    assert not connection.health_check_done
    assert Customer.objects.count() == 0
    assert connection.connection is not ended


def test_a_connection_that_was_closed_here_is_made_anew() -> None:
    raw = connection.connection
    raw.close()

    begin_request()

    assert Customer.objects.count() == 0


def test_who_answers_without_django_has_the_same() -> None:
    ended = connection.connection
    end_by_server()

    assert ready_for_request()

    assert not connection.health_check_done
    assert fetch(b"SELECT 1.50, %s::bigint", [7]) == [("1.50", 7)]
    assert connection.connection is not ended


def test_a_database_that_prepares_nothing_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "vendor", "sqlite")
    assert not ready_for_request()


def test_a_fault_is_told_as_djangos_own() -> None:
    with pytest.raises(ProgrammingError):
        fetch(b"SELECT nothing", [])
