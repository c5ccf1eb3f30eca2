"""The owner's figures as a page shows them: each with what it counts and a way to its rows."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from apps.jobs.analytics import FIGURES, analytics
from apps.jobs.enums import JobStatus, Priority
from apps.jobs.queries import Row
from apps.repairs.enums import QueueStatus
from core.shop import today_here
from core.templatetags.status_words import status_look
from core.templatetags.ui import money


@dataclass(frozen=True)
class Line:
    """One bar: of what, how many, and the page of its rows."""

    name: str
    value: int
    url: str


@dataclass(frozen=True)
class Counts:
    """Numbers beside one another, drawn as bars."""

    id: str
    title: str
    definition: str
    lines: Sequence[Line]


@dataclass(frozen=True)
class Single:
    """One number, in words; empty where there is nothing to reckon it from."""

    title: str
    value: str
    definition: str
    url: str


@dataclass(frozen=True)
class Figures:
    """All of them."""

    singles: Sequence[Single]
    counts: Sequence[Counts]


def figures() -> Figures:
    """The figures as they are now; four statements."""
    found = analytics(today_here())
    return Figures(_singles(found), _counts(found))


def as_rows(shown: Figures) -> Iterator[Sequence[object]]:
    """The figures line by line, for a file."""
    for single in shown.singles:
        yield single.title, "", single.value, single.definition
    for counts in shown.counts:
        for line in counts.lines:
            yield counts.title, line.name, line.value, counts.definition


def _singles(found: Row) -> list[Single]:
    hours, rate = found["mean_hours_to_complete"], found["redo_rate"]
    completed = _page("office_repairs", status=QueueStatus.COMPLETED)
    told = [
        ("overdue", "Overdue jobs", found["overdue"], _page("office_jobs", overdue="on")),
        (
            "mean_hours_to_complete",
            "Hours from start to completion",
            "" if hours is None else hours,
            _page("office_jobs", status=JobStatus.COMPLETED),
        ),
        ("revenue", "Revenue", money(found["revenue"]), completed),
        ("redo_rate", "Done again", "" if rate is None else f"{rate:.1%}", completed),
    ]
    return [Single(title, str(value), _definition(key), url) for key, title, value, url in told]


def _counts(found: Row) -> list[Counts]:
    load = found["technician_load"]
    items = found["most_used_equipment"]
    told: list[tuple[str, str, Iterable[Line]]] = [
        ("jobs_by_status", "Jobs by status", _by_status(found["jobs_by_status"], "office_jobs")),
        ("jobs_by_priority", "Jobs by priority", _by_priority(found["jobs_by_priority"])),
        (
            "repairs_by_status",
            "Repairs by status",
            _by_status(found["repairs_by_status"], "office_repairs"),
        ),
        ("most_used_equipment", "Most used equipment", map(_item, items)),
        ("technician_load", "Open jobs by technician", _load(load, "jobs")),
        ("technician_load", "Open repairs by technician", _load(load, "repairs")),
    ]
    return [
        Counts(f"figure-{place}", title, _definition(key), list(lines))
        for place, (key, title, lines) in enumerate(told, start=1)
    ]


def _definition(key: str) -> str:
    return FIGURES[key].definition.replace("null when", "nothing when")


def _page(name: str, **query: object) -> str:
    return f"{reverse(name)}?{urlencode(query)}"


def _by_status(numbers: Mapping[str, int], page: str) -> Iterator[Line]:
    for status, number in numbers.items():
        yield Line(status_look(status).words, number, _page(page, status=status))


def _by_priority(numbers: Mapping[str, int]) -> Iterator[Line]:
    for priority, number in numbers.items():
        yield Line(Priority(priority).label, number, _page("office_jobs", priority=priority))


def _item(row: Row) -> Line:
    return Line(row["name"], row["tasks"], reverse("office_equipment_item", args=[row["id"]]))


def _load(rows: Iterable[Row], work: str) -> Iterator[Line]:
    open_only = {"status": "open"} if work == "jobs" else {}
    for row in rows:
        page = _page(f"office_{work}", technician=row["id"], **open_only)
        yield Line(row["name"], row[work], page)
