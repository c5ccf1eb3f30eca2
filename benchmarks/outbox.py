"""What the outbox costs: a commit with its row, and ringing in batches beside one by one."""

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.db import transaction

from core.clock import now
from core.models import Customer, IdempotencyRecord, OutboxMessage
from core.outbox import enqueue
from core.relay import relay
from tools.services import rabbitmq

COMMITS, RINGS = 300, 1000


def run(*, rounds: int, say: Callable[[str], object]) -> None:
    """Measure both, interleaved, and tell the ratios of the medians."""
    customer = Customer.objects.create(name="Measured")
    plain, promised = [], []
    for number in range(rounds):
        plain.append(commits(customer, f"plain {number}", with_row=False))
        promised.append(commits(customer, f"promised {number}", with_row=True))
    ratio = statistics.median(promised) / statistics.median(plain)
    say(f"business commit with its outbox row: {ratio:.2f} x a plain one (goal: at most 1.25)")
    with tempfile.TemporaryDirectory() as folder, rabbitmq(Path(folder)) as broker:
        settings.CELERY_BROKER_URL = broker.url
        say(f"relay, batched and confirmed: {ringing(rounds):.2f} x direct confirmed publishing")


def commits(customer: Customer, name: str, *, with_row: bool) -> float:
    """Seconds of many commits that lock, change and add, as a use case does."""
    begin = time.perf_counter()
    for number in range(COMMITS):
        key = f"{name}:{number}"
        with transaction.atomic():
            Customer.objects.select_for_update().get(pk=customer.pk)
            Customer.objects.filter(pk=customer.pk).update(email=f"a{number}@example.com")
            IdempotencyRecord.objects.create(principal="bench", key=key, status=201, body=b"x")
            if with_row:
                enqueue(kind="bench", key=key, payload={"id": number})
    return time.perf_counter() - begin


def ringing(rounds: int) -> float:
    """How many times faster the relay is, its claims included."""
    from rs_systems.bell import Bell  # noqa: PLC0415 - the broker is started first
    from rs_systems.tasks import run as task  # noqa: PLC0415 - as above

    bell, direct, relayed = Bell(), [], []
    for number in range(rounds):
        OutboxMessage.objects.all().delete()
        OutboxMessage.objects.bulk_create(
            OutboxMessage(kind="bench", key=f"{number}:{place}", next_at=now())
            for place in range(RINGS)
        )
        begin = time.perf_counter()
        while relay(bell):
            pass
        relayed.append(time.perf_counter() - begin)
        begin = time.perf_counter()
        for place in range(RINGS):
            task.apply_async((place,), confirm_timeout=5, retry=False)
        direct.append(time.perf_counter() - begin)
    bell.close()
    return statistics.median(direct) / statistics.median(relayed)
