"""What Prometheus reads, and who may."""

import datetime as dt
import re

import pytest
from django.conf import settings
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from core.clock import now
from core.enums import Role
from core.metrics import observe
from core.models import Heartbeat, OutboxMessage
from rs_systems.celery import app
from rs_systems.environment import Environment
from tests.factories import make_user

pytestmark = pytest.mark.django_db
TOKEN = "made-up-and-long-enough-token"


def told(client: Client) -> dict[str, float]:
    """Every sample by its name with labels."""
    answer = client.get("/metrics/", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    lines = re.findall(r"^([a-z_]+(?:\{.*\})?) (\S+)$", answer.content.decode(), re.MULTILINE)
    return {name: float(value) for name, value in lines}


@pytest.fixture
def _open(settings: Settings) -> None:
    settings.METRICS_TOKEN = TOKEN


def test_strangers_and_others_find_nothing(client: Client) -> None:
    assert client.get("/metrics/").status_code == 404
    client.force_login(make_user(role=Role.TECHNICIAN))
    assert client.get("/metrics/").status_code == 404


@pytest.mark.usefixtures("_open")
@pytest.mark.parametrize("given", ["", "Bearer ", f"Bearer {TOKEN}x", f"Token {TOKEN}", "Bearer é"])
def test_a_wrong_token_finds_nothing(client: Client, given: str) -> None:
    assert client.get("/metrics/", headers={"Authorization": given}).status_code == 404


def test_an_admin_may_read(client: Client) -> None:
    client.force_login(make_user(role=Role.ADMIN))
    assert client.get("/metrics/")["Content-Type"].startswith("text/plain")


@pytest.mark.parametrize(("network", "status"), [("127.0.0.0/8", 200), ("10.0.0.0/8", 404)])
def test_machines_of_the_named_networks_may_read(client: Client, network: str, status: int) -> None:
    networks = Environment({"METRICS_NETWORKS": network}).networks("METRICS_NETWORKS")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "METRICS_NETWORKS", networks)
        assert client.get("/metrics/").status_code == status


@pytest.mark.usefixtures("_open")
def test_the_books_of_the_background_are_told(client: Client) -> None:
    long_ago = now() - dt.timedelta(minutes=5)
    OutboxMessage.objects.create(kind="x", key="a", next_at=long_ago)
    OutboxMessage.objects.create(kind="x", key="b", next_at=long_ago, dead_at=long_ago)
    Heartbeat.objects.create(name="relay", seen_at=long_ago)

    found = told(client)

    names = ("rs_outbox_due", "rs_outbox_later", "rs_outbox_dead")
    assert [found[name] for name in names] == [1, 0, 1]
    assert 300 <= found["rs_outbox_oldest_seconds"] < 310
    assert 300 <= found['rs_heartbeat_seconds{name="relay"}'] < 310
    assert "rs_broker_up" not in found


@pytest.mark.usefixtures("_open")
def test_it_takes_the_same_statements_with_one_row_and_with_three(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for count in (1, 2):
        for number in range(count):
            OutboxMessage.objects.create(kind="x", key=f"{count}{number}", next_at=now())
        client.get("/metrics/")
        with django_assert_num_queries(3):
            told(client)


@pytest.mark.usefixtures("_open")
def test_a_broker_that_is_away_is_told_at_once(client: Client) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "CELERY_BROKER_URL", "amqp://guest:guest@127.0.0.1:1//")
        patch.setitem(app.conf, "broker_url", "amqp://guest:guest@127.0.0.1:1//")
        assert told(client)["rs_broker_up"] == 0


@pytest.mark.usefixtures("_open")
def test_requests_are_counted_by_view_method_and_hundreds(client: Client) -> None:
    name = 'rs_request_seconds_count{method="GET",status="2xx",view="health_live"}'
    before = told(client).get(name, 0)
    client.get("/health/live")
    client.get("/nowhere-at-all/")
    observe("made_up", "BREW", 418, 0.1)

    found = told(client)

    assert found[name] == before + 1
    assert any("(no such address)" in known for known in found)
    assert 'rs_request_seconds_count{method="other",status="4xx",view="made_up"}' in found
