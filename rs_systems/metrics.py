"""`/metrics/` in Prometheus' format: request times, the outbox, signs of life, queues."""

import os
from collections.abc import Iterator
from ipaddress import ip_address
from secrets import compare_digest

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from apps.security.addresses import client_address
from core.background import depth
from core.clock import now
from core.enums import Role
from core.heartbeat import heartbeats
from core.rules import is_signed_in


@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """What Prometheus reads; strangers find nothing here."""
    if not may_read(request):
        raise Http404
    text = generate_latest(times()) + generate_latest(state())
    return HttpResponse(text, content_type=CONTENT_TYPE_LATEST)


def may_read(request: HttpRequest) -> bool:
    """An admin, who knows METRICS_TOKEN, or a machine of METRICS_NETWORKS."""
    if settings.METRICS_NETWORKS:
        caller = ip_address(client_address(request))
        if any(caller in network for network in settings.METRICS_NETWORKS):
            return True
    if settings.METRICS_TOKEN:
        given = request.headers.get("Authorization", "").encode()
        if compare_digest(given, f"Bearer {settings.METRICS_TOKEN}".encode()):
            return True
    return is_signed_in(request.user) and request.user.role == Role.ADMIN


def times() -> CollectorRegistry:
    """What requests took: of all processes of `manage.py web`, elsewhere of this one."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return REGISTRY
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # the library's own omission
    return registry


def state() -> CollectorRegistry:
    """What is so now, whichever process is asked."""
    registry = CollectorRegistry()
    registry.register(Now())
    return registry


class Now(Collector):
    """The books of the background and the broker's queues, read when asked for."""

    def describe(self) -> list[Metric]:
        """Nothing is read when this is registered."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Gauges; two statements, and a second at most for a broker that is away."""
        moment, found = now(), depth()
        waited = (moment - found.oldest).total_seconds() if found.oldest else 0
        yield gauge("rs_outbox_due", "Rows whose work is due.", found.due)
        yield gauge("rs_outbox_later", "Rows whose work is due later.", found.later)
        yield gauge("rs_outbox_dead", "Rows that were given up.", found.dead)
        yield gauge("rs_outbox_oldest_seconds", "How long the oldest row has been due.", waited)
        silence = GaugeMetricFamily(
            "rs_heartbeat_seconds", "Since a process of this name was seen.", labels=["name"]
        )
        for name, seen_at in heartbeats().items():
            silence.add_metric([name], (moment - seen_at).total_seconds())
        yield silence
        if settings.CELERY_BROKER_URL:
            yield from queues()


def queues() -> Iterator[Metric]:
    """How much waits in the broker; only that it is away when it does not answer at once."""
    from rs_systems.queues import depths  # noqa: PLC0415 - Celery is loaded only where it is used

    found = depths()
    yield gauge("rs_broker_up", "Whether the broker answers.", int(found is not None))
    waiting = GaugeMetricFamily("rs_queue_messages", "Messages that wait.", labels=["queue"])
    takers = GaugeMetricFamily("rs_queue_consumers", "Workers that take them.", labels=["queue"])
    for name, (messages, consumers) in (found or {}).items():
        waiting.add_metric([name], messages)
        takers.add_metric([name], consumers)
    yield from (waiting, takers)


def gauge(name: str, says: str, value: float) -> GaugeMetricFamily:
    """One number."""
    return GaugeMetricFamily(name, says, value=value)
