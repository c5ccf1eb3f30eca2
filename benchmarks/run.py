"""The rounds, interleaved, and the table."""

import http.client
import json
import os
import platform
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.db import connection
from rest_framework.authtoken.models import Token

from apps.technicians.models import Technician
from benchmarks import assigning, jobs, pages
from benchmarks.load import HOST, hammer, request_bytes
from benchmarks.servers import Servers, running
from core.invariants import invariant_violations
from core.models import User
from rs_systems.demo import million

PASSWORD = "only for this run 47"  # noqa: S105 - of a database that lives for minutes
PRODUCT, NAIVE, LIMIT, LIMIT_AUTH = "product", "A", "C", "Cauth"
BUSY_YEAR = 2025  # of the million's dates
TARGETS = (PRODUCT, LIMIT, LIMIT_AUTH, NAIVE)


@dataclass(frozen=True)
class Plan:
    """How much is measured: sizes ascending, rounds of each, seconds of each round.

    ``only`` leaves the lines of the table that begin so, and nothing else.
    """

    sizes: list[int]
    rounds: int
    seconds: float
    only: str = ""


@dataclass(frozen=True)
class Case:
    """One question, as each target is asked it; the requests by target."""

    name: str
    requests: dict[str, bytes]


class Bench:
    """The servers with the tokens that they want."""

    def __init__(self, servers: Servers, admin: User) -> None:
        token = Token.objects.get_or_create(user=admin)[0].key
        self.servers = {
            PRODUCT: servers.product,
            NAIVE: servers.naive,
            LIMIT: servers.limit,
            LIMIT_AUTH: servers.limit,
        }
        body = json.dumps({"username": admin.username, "password": PASSWORD})
        bearer = self._call(PRODUCT, "POST", "/api/auth/token/", body=body)["access"]
        self.authorization = {
            PRODUCT: f"Bearer {bearer}",
            NAIVE: f"Token {token}",
            LIMIT: "",
            LIMIT_AUTH: f"Token {token}",
        }

    def get(self, target: str, path: str, *, cookie: str = "") -> dict[str, Any]:
        """One answer."""
        return self._call(target, "GET", path, headers=self._headers(target, cookie))

    def case(self, name: str, product: str, naive: str, limit: str, *, cookie: str = "") -> Case:
        """The requests of a question; every answer is fetched once to see that it is one.

        A page of the product is asked with the ``cookie`` of who is signed in.
        """
        paths = {PRODUCT: product, NAIVE: naive, LIMIT: limit, LIMIT_AUTH: limit}
        cookies = {PRODUCT: cookie}
        for target, path in paths.items():
            self.get(target, path, cookie=cookies.get(target, ""))
        return Case(
            name,
            {
                target: request_bytes(path, self._headers(target, cookies.get(target, "")))
                for target, path in paths.items()
            },
        )

    def _headers(self, target: str, cookie: str) -> dict[str, str]:
        if cookie:
            return {"Cookie": cookie}
        return {"Authorization": self.authorization[target]} if self.authorization[target] else {}

    def _call(
        self,
        target: str,
        method: str,
        path: str,
        *,
        body: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> dict[str, Any]:
        caller = http.client.HTTPConnection(HOST, self.servers[target].port, timeout=60)
        content = {"Content-Type": "application/json"} if body else {}
        caller.request(method, path, body, {**content, **(headers or {})})
        response = caller.getresponse()
        text = response.read()
        caller.close()
        if response.status != http.client.OK:
            raise RuntimeError(f"{target} {path}: {response.status} {text[:500]!r}")
        answer: dict[str, Any] = json.loads(text)
        return answer


def run(plan: Plan, database_url: str) -> None:
    """Fill, measure, print; size after size in the same database."""
    print(*_machine(), sep="\n", flush=True)
    admin = User.objects.create_superuser("bench", "bench@bench.invalid", PASSWORD)
    million.make_technicians()
    customers = 0
    with running(database_url) as servers:
        for size in plan.sizes:
            begun = time.perf_counter()
            wanted = max(size // million.PER_CUSTOMER, 1)
            for first in range(customers + 1, wanted + 1, million.STEP):
                million.insert(first, min(first + million.STEP - 1, wanted), admin)
            jobs.fill(admin)
            million.settle()
            customers = wanted
            _check(size, time.perf_counter() - begun)
            bench = Bench(servers, admin)
            _measure(plan, bench, size)
            if not plan.only:
                _assignment(plan, admin, size)
                pages.measure(admin)


def _check(size: int, seconds: float) -> None:
    if broken := invariant_violations():
        raise RuntimeError(f"The data breaks its invariants: {broken}")
    print(f"\n## {size:,} repairs (loaded in {seconds:.1f} s, every invariant holds)\n", flush=True)


def _cases(bench: Bench, size: int) -> Iterator[Case]:
    one = million.BASE + size // 2
    deep = size // 4
    product, limit = _deep_cursors(bench, deep)
    yield bench.case("list, first page", "/api/repairs/", "/repairs/", "/repairs/")
    filtered = "?status=PENDING"
    yield bench.case(
        "list, filtered", f"/api/repairs/{filtered}", f"/repairs/{filtered}", f"/repairs/{filtered}"
    )
    yield bench.case(f"list, {deep:,} rows deep", product, f"/repairs/?page={deep // 25}", limit)
    detail = f"/repairs/{one}/"
    yield bench.case("detail", f"/api{detail}", detail, detail)
    yield bench.case("jobs, first page", "/api/jobs/", "/jobs/", "/jobs/")
    technician = Technician.objects.order_by("user_id")[0].pk
    day = f"/jobs/day/?technician={technician}"
    yield bench.case(
        "a technician's day", f"/api/technician-dashboard/?technician={technician}", day, day
    )
    cookie, of = pages.member_cookie(), f"?customer={million.BASE + 1}&year={BUSY_YEAR}"
    for name, data, short in (
        ("costs by month", "repair-cost-data", "costs"),
        ("costs by unit", "unit-repair-data", "unit-costs"),
    ):
        product, reference = f"/app/api/{data}/?year={BUSY_YEAR}", f"/{short}/{of}"
        yield bench.case(name, product, reference, reference, cookie=cookie)


def _deep_cursors(bench: Bench, deep: int) -> tuple[str, str]:
    """The addresses of the pages behind ``deep`` rows: the product's found by turning pages."""
    path = "/api/repairs/?page_size=200"
    for _ in range(max(deep // 200, 1)):
        path = bench.get(PRODUCT, path)["next"].split(HOST)[-1].partition("/")[2]
        path = f"/{path}"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT repair_date, id FROM repairs_repair "
            "ORDER BY repair_date DESC, id DESC OFFSET %s LIMIT 1",
            [deep],
        )
        row = cursor.fetchone()
    behind = f"{row[0].isoformat().replace('+', '%2B')},{row[1]}" if row else ""
    # As the address of a next page is: without what is usual.
    return path.replace("page_size=200&", ""), f"/repairs/?behind={behind}"


def _measure(plan: Plan, bench: Bench, size: int) -> None:
    told = ["what", *(f"{target}/s" for target in TARGETS), "of C", "of Cauth", "x A"]
    told += ["ms", *(f"cpu {target}" for target in TARGETS)]
    print(_row(told), _row(["---"] * len(told)), sep="\n", flush=True)
    for case in _cases(bench, size):
        if not case.name.startswith(plan.only):
            continue
        rounds: dict[str, list[Round]] = {target: [] for target in TARGETS}
        for _ in range(plan.rounds):
            for target in TARGETS:
                rounds[target].append(_round(bench, case, target, plan.seconds))
        print(_line(case.name, rounds), flush=True)


@dataclass(frozen=True)
class Round:
    """Answers a second, the median wait, and processor time of the server for each answer."""

    rate: float
    wait_ms: float
    cpu_ms: float


def _round(bench: Bench, case: Case, target: str, seconds: float) -> Round:
    server = bench.servers[target]
    before = server.cpu_seconds()
    got = hammer(server.port, case.requests[target], seconds)
    spent = server.cpu_seconds() - before
    wait = statistics.median(got.latencies) * 1000
    return Round(got.rate, wait, spent * 1000 / len(got.latencies))


def _line(name: str, rounds: dict[str, list[Round]]) -> str:
    rate = {of: statistics.median(one.rate for one in found) for of, found in rounds.items()}
    cpu = {of: statistics.median(one.cpu_ms for one in found) for of, found in rounds.items()}
    wait = statistics.median(one.wait_ms for one in rounds[PRODUCT])
    ours = rate[PRODUCT]
    told = [name, *(f"{rate[target]:,.0f}" for target in TARGETS)]
    told += [f"{ours / rate[LIMIT]:.2f}", f"{ours / rate[LIMIT_AUTH]:.2f}"]
    told += [f"{ours / rate[NAIVE]:.1f}", f"{wait:.1f}"]
    return _row([*told, *(f"{cpu[target]:.2f}" for target in TARGETS)])


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _assignment(plan: Plan, admin: User, size: int) -> None:
    ours, naive = [], []
    for _ in range(plan.rounds):
        ours.append(assigning.rate(assigning.ours, plan.seconds))
        naive.append(assigning.rate(assigning.naive, plan.seconds))
    million.count()
    mine, theirs = statistics.median(ours), statistics.median(naive)
    print(
        f"\nAssignment, {assigning.AT_ONCE} at once: {mine:,.0f}/s, naive count {theirs:,.1f}/s: "
        f"{mine / theirs:.1f} x"
    )
    spread = assigning.burst(admin, million.BASE + 1, f"burst{size}")
    print(
        f"{assigning.BURST} requests at once in {spread.seconds:.1f} s: busiest minus idlest "
        f"{spread.busiest_minus_idlest}, broken workload invariants {spread.violations}",
        flush=True,
    )


def _machine() -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        row = cursor.fetchone()
    yield f"{os.cpu_count()} x {_processor()}, load {os.getloadavg()[0]:.1f}"
    names = ("django", "djangorestframework", "granian", "gunicorn", "psycopg", "orjson")
    told = ", ".join(f"{name} {version(name)}" for name in names)
    yield f"Python {platform.python_version()}, PostgreSQL {row[0] if row else '?'}, {told}"


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()
