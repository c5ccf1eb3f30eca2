"""When technicians are free."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.api.tests.conftest import CallAs
from apps.queue_management.models import DamageTypeSkill
from apps.technicians.models import Technician
from tests import factories
from tests.cast import Cast
from tests.factories import visit_at

pytestmark = pytest.mark.django_db
FREE = "/api/availability/"


@pytest.fixture
def tom(cast: Cast) -> Technician:
    factories.set_hours(cast.technician_record)
    return cast.technician_record


def test_free_times_of_those_who_are_able(call_as: CallAs, cast: Cast, tom: Technician) -> None:
    crack = factories.make_skill("Cracks")
    DamageTypeSkill.objects.create(damage_type="Crack", skill=crack)
    caller, day = call_as(cast.sales_agent), visit_at().date().isoformat()
    query = f"from={day}&to={day}&minutes=480&buffer_minutes=90"
    told = caller.get(f"{FREE}?{query}").json()
    starts = [dt.datetime.fromisoformat(slot["starts_at"]) for slot in told["slots"]]
    assert starts == [visit_at(1, 9, 30), visit_at(1, 9, 45), visit_at(1, 10)]
    assert told["without_hours"] == [
        {"technician": cast.other_technician_record.pk, "technician_name": "Uma Other"}
    ]
    assert caller.get(f"{FREE}?{query}&damage_type=Crack").json()["slots"] == []
    tom.expertise.add(crack)
    able = caller.get(f"{FREE}?{query}&damage_type=Crack&technician={tom.pk}").json()
    assert (len(able["slots"]), able["without_hours"], able["is_complete"]) == (3, [], True)


def test_a_week_from_today_unless_said(call_as: CallAs, cast: Cast, tom: Technician) -> None:
    told = call_as(cast.admin).get(FREE).json()
    days = {slot["starts_at"][:10] for slot in told["slots"]}
    assert 6 <= len(days) <= 8


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("from=abc", "from"),
        ("from=9999-12-31", "from"),
        ("from=0001-01-01", "from"),
        ("to=9999-12-31", "to"),
        ("from=2027-01-02&to=2027-01-01", "to"),
        ("from=2027-01-01&to=2027-02-01", "to"),
        ("minutes=0", "minutes"),
        ("minutes=x", "minutes"),
        ("buffer_minutes=241", "buffer_minutes"),
        ("damage_type=Dent", "damage_type"),
    ],
)
def test_free_times_of_nonsense(call_as: CallAs, cast: Cast, query: str, field: str) -> None:
    answer = call_as(cast.admin).get(f"{FREE}?{query}")
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])


@pytest.mark.parametrize("number", [1, 3])
def test_free_times_cost_the_same_whoever_is_asked(
    call_as: CallAs, cast: Cast, number: int
) -> None:
    for _ in range(number):
        factories.set_hours(factories.make_technician())
    caller = call_as(cast.admin)
    with CaptureQueriesContext(connection) as caught:
        assert caller.get(FREE).status_code == 200
    assert len(caught) == 8
