"""Entries found among all: by whom, about what, when, by which words."""

import datetime as dt
from typing import Any

import pytest

from apps.audit.models import AuditEntry
from apps.audit.search import newest_about, newest_of, search
from core.clock import now
from tests.cast import Cast
from tests.factories import completed_repair, denied_repair, request

pytestmark = pytest.mark.django_db


@pytest.fixture
def repairs(cast: Cast) -> list[Any]:
    completed = completed_repair(
        technician=cast.technician_record, customer=cast.fleet, unit_number="4127"
    )
    # The reason is that it was "Too expensive this month".
    denied = denied_repair(customer=cast.other_fleet, unit_number="88-B")
    return [completed, denied]


def found(**asked: object) -> set[str]:
    return {f"{entry.verb} {entry.target_id}" for entry in search(**asked)}  # type: ignore[arg-type] # each test names its own


def test_by_whom(cast: Cast, repairs: list[Any]) -> None:
    mine = search(actors=[cast.technician.pk])
    assert {entry.actor_name for entry in mine} == {"Tom Becker"}
    assert found(actors=[]) == set()


def test_about_what(cast: Cast, repairs: list[Any]) -> None:
    assert found(target_type="repairs.repair", target_id=repairs[1].pk) == {
        f"repair.requested {repairs[1].pk}",
        f"repair.denied {repairs[1].pk}",
    }
    assert found(verb="repair.completed") == {f"repair.completed {repairs[0].pk}"}
    assert found(verb="repair.complete") == set()


def test_by_words_of_the_object_or_of_the_reason(cast: Cast, repairs: list[Any]) -> None:
    assert found(text="month EXPENSIVE") == {f"repair.denied {repairs[1].pk}"}
    assert f"repair.completed {repairs[0].pk}" in found(text="unit 4127")
    assert found(text="expensive 4127") == set()
    assert found(text="' & | ! :* (") == found(text="nothing like that") == set()
    assert len(found(text="  ")) == len(found())


def test_by_time(cast: Cast, repairs: list[Any]) -> None:
    start = AuditEntry.objects.order_by("position").values_list("at", flat=True)[0]
    middle = now()
    later = request(customer=cast.fleet, unit_number="9")
    assert {entry.target_id for entry in search(since=middle, target_type="repairs.repair")} == {
        later.pk
    }
    before = {entry.target_id for entry in search(until=middle, target_type="repairs.repair")}
    assert before == {repair.pk for repair in repairs}
    assert found(since=now() + dt.timedelta(days=1)) == set()
    assert found(until=now() + dt.timedelta(days=1)) == found()
    assert found(until=start) == set()


def test_the_newest_of_some_kinds(cast: Cast, repairs: list[Any]) -> None:
    newest = newest_of(["repairs.repair", "repairs.unit"], number=2)
    assert [entry.target_id for entry in newest] == [repairs[1].pk, repairs[1].pk]
    assert newest[0].position > newest[1].position


def test_the_newest_about_one_object(cast: Cast, repairs: list[Any]) -> None:
    completed = repairs[0]
    (newest,) = newest_about(completed, number=1)
    assert (newest.verb, newest.target_id) == ("repair.completed", completed.pk)
    assert len(newest_about(completed, number=50)) == 4
    assert newest_about(AuditEntry(), number=50) == []
