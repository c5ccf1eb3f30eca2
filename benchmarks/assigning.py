"""Giving a new request to the least loaded of 200 technicians, 16 at once."""

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Count, Max, Min, Q

from apps.queue_management import assignment, workload
from apps.queue_management.models import TechnicianWorkload
from apps.queue_management.use_cases import RequestDetails, request_repair
from apps.repairs.enums import OPEN_STATUSES
from apps.technicians.models import Technician
from core.invariants import invariant_violations
from core.models import User
from rs_systems.demo import million

AT_ONCE = 16
BURST = 200


@dataclass(frozen=True)
class Spread:
    """How even the work lies after a burst of real requests."""

    seconds: float
    busiest_minus_idlest: int
    violations: int


def naive() -> None:
    """The guide's way: count everybody's open repairs, take the first."""
    is_open = Q(repairs__queue_status__in=OPEN_STATUSES)
    counted = Technician.objects.annotate(active_repairs=Count("repairs", filter=is_open))
    with transaction.atomic():
        counted.order_by("active_repairs", "id").first()


def ours() -> None:
    """The product's way: the locked counter, and its change."""
    with transaction.atomic():
        choice = assignment.choose(
            customer_id=million.BASE + 1, site_id=None, damage_types=["Chip"]
        )
        if choice is not None:
            workload.add_to_chosen(choice.technician_id, 1)


def rate(way: Callable[[], None], seconds: float) -> float:
    """Assignments a second, 16 threads at once."""
    done = [0] * AT_ONCE
    end = time.perf_counter() + seconds

    def work(place: int) -> None:
        while time.perf_counter() < end:
            way()
            done[place] += 1

    begun = time.perf_counter()
    _at_once(work, range(AT_ONCE))
    return sum(done) / (time.perf_counter() - begun)


def burst(admin: User, customer_id: int, mark: str) -> Spread:
    """200 requests through the use case, 16 at once; then how the counters stand."""
    numbers = iter(range(BURST))
    lock = threading.Lock()

    def work(_place: int) -> None:
        while True:
            with lock:
                number = next(numbers, None)
            if number is None:
                return
            details = RequestDetails(unit_number=f"{mark}-{number}", damage_type="Chip")
            request_repair(actor=admin, customer_id=customer_id, details=details)

    begun = time.perf_counter()
    _at_once(work, range(AT_ONCE))
    seconds = time.perf_counter() - begun
    loads = TechnicianWorkload.objects.aggregate(
        most=Max("active_count"), least=Min("active_count")
    )
    drift = [found for found in invariant_violations() if "workload" in found.name]
    return Spread(seconds, loads["most"] - loads["least"], len(drift))


def _at_once(work: Callable[[int], None], places: Iterable[int]) -> None:
    faults: list[BaseException] = []

    def run(place: int) -> None:
        try:
            work(place)
        except BaseException as fault:  # noqa: BLE001 - told by the thread that waits
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place,)) for place in places]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]
