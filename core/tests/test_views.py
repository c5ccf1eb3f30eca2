"""Health, to whoever asks."""

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.utils.dateparse import parse_datetime


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/health/", "/health/ready"])
def test_a_healthy_service_says_so(client: Client, path: str) -> None:
    response = client.get(path)
    told = response.json()

    assert response.status_code == 200
    assert (told["status"], told["database"]) == ("healthy", "connected")
    assert parse_datetime(told["timestamp"])
    assert sorted(told) == ["database", "status", "timestamp"]


@pytest.mark.django_db
def test_without_its_database_it_is_unhealthy_and_tells_no_internals(client: Client) -> None:
    def refuse(*_arguments: object) -> None:
        raise OperationalError("password of the database")

    with connection.execute_wrapper(refuse):
        response = client.get("/health/")

    assert response.status_code == 503
    assert response.json()["status"] == "unhealthy"
    assert b"password" not in response.content


def test_the_process_is_live_without_a_database(client: Client) -> None:
    assert client.get("/health/live").json()["status"] == "healthy"


@pytest.mark.django_db
def test_health_opens_no_session_and_is_not_kept(client: Client) -> None:
    response = client.get("/health/")

    assert not response.cookies
    assert "no-store" in response["Cache-Control"]
    assert "Vary" not in response or "Cookie" not in response["Vary"]
