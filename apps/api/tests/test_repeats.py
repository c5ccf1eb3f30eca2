"""Every unsafe call of the resources honours Idempotency-Key."""

from typing import Any

import pytest

from apps.api.tests.conftest import CallAs, problem_of
from apps.audit.models import AuditEntry
from apps.repairs.models import Repair
from core.models import IdempotencyRecord
from tests import factories
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def places(cast: Cast) -> dict[str, int]:
    """What the addresses below are about."""
    technician = cast.technician_record
    done = factories.completed_repair(technician=technician, customer=cast.fleet)
    waiting = factories.field_repair(technician=technician, customer=cast.fleet)
    return {
        "fleet": cast.fleet.pk,
        "asked": factories.request(customer=cast.fleet).pk,
        "done": done.pk,
        "waiting": waiting.pk,
        "unit": done.unit_id,
        "other_unit": factories.make_unit(cast.fleet).pk,
        "technician": cast.other_technician_record.pk,
        **jobs(cast),
    }


def jobs(cast: Cast) -> dict[str, int]:
    """An open job, its task, one that is ready, a closed one, and an item that nothing needs."""
    job, ready = (factories.make_job("A", customer=cast.fleet) for _ in range(2))
    factories.finish_tasks(ready)
    return {
        "job": job.pk,
        "task": job.tasks.get().pk,
        "ready": ready.pk,
        "closed": factories.completed_job().pk,
        "template": factories.make_template().pk,
        "item": factories.make_equipment().pk,
    }


CALLS = [
    ("POST", "repairs/", {"customer": "{fleet}", "unit_number": "77"}),
    ("PATCH", "repairs/{asked}/", {"po_number": "PO 7"}),
    ("PATCH", "repairs/{waiting}/status/", {"status": "DENIED", "reason_code": "mistake"}),
    ("POST", "repairs/{asked}/assign/", {"technician": "{technician}"}),
    ("POST", "repairs/{done}/void/", {"reason": "Wrong truck"}),
    ("POST", "repair-requests/", {"customer": "{fleet}", "unit_number": "78"}),
    ("POST", "batches/", {"customer": "{fleet}", "rows": [{"unit_number": "79"}]}),
    ("POST", "customers/", {"kind": "company", "name": "New"}),
    ("PATCH", "customers/{fleet}/", {"email": "a@example.com"}),
    ("POST", "customers/{fleet}/sites/", {"name": "Yard"}),
    ("POST", "customers/{fleet}/units/", {"number": "80"}),
    ("PATCH", "units/{unit}/", {"make": "Volvo"}),
    ("POST", "units/{unit}/windshield-replaced/", {}),
    ("POST", "units/{unit}/merge/", {"into": "{other_unit}"}),
    ("POST", "jobs/", {"customer": "{fleet}", "title": "A"}),
    ("PATCH", "jobs/{job}/", {"title": "B"}),
    ("DELETE", "jobs/{job}/", {}),
    ("POST", "jobs/{ready}/complete/", {}),
    ("POST", "jobs/{job}/cancel/", {"reason": "No"}),
    ("POST", "jobs/{closed}/reopen/", {"reason": "No"}),
    ("POST", "jobs/{job}/tasks/", {"title": "B"}),
    ("PATCH", "tasks/{task}/", {"status": "completed"}),
    ("DELETE", "tasks/{task}/", {}),
    ("POST", "equipment/", {"name": "Saw"}),
    ("PATCH", "equipment/{item}/", {"name": "Saw"}),
    ("DELETE", "equipment/{item}/", {}),
    ("POST", "job-templates/", {"name": "Chip", "items": [{"title": "Clean"}]}),
    ("PATCH", "job-templates/{template}/", {"name": "Crack"}),
    ("PATCH", "technicians/{technician}/", {"out_on": "2999-01-01"}),
]


def filled(body: Any, places: dict[str, int]) -> Any:
    named = {f"{{{name}}}": pk for name, pk in places.items()}
    return {
        key: named.get(value, value) if isinstance(value, str) else value
        for key, value in body.items()
    }


@pytest.mark.parametrize("call", CALLS, ids=lambda call: f"{call[0]} {call[1]}")
def test_repeated_call_has_one_effect_and_one_answer(
    call_as: CallAs, cast: Cast, places: dict[str, int], call: tuple[str, str, Any]
) -> None:
    method, path, body = call
    caller, address, sent = call_as(cast.admin), path.format(**places), filled(body, places)
    headers = {"Idempotency_Key": "k1"} | ({"If_Match": '"1"'} if method == "PATCH" else {})
    first = caller.call(method, f"/api/{address}", sent, **headers)
    written = AuditEntry.objects.count()
    again = caller.call(method, f"/api/{address}", sent, **headers)
    assert first.status_code in {200, 201, 204}
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again["Idempotent-Replayed"] == "true"
    assert AuditEntry.objects.count() == written


def test_key_of_another_body_is_refused(call_as: CallAs, cast: Cast) -> None:
    caller, path = call_as(cast.primary), "/api/repair-requests/"
    caller.post(path, {"unit_number": "1"}, Idempotency_Key="k1")
    answer = caller.post(path, {"unit_number": "2"}, Idempotency_Key="k1")
    assert problem_of(answer) == (422, "idempotency_key_reused")
    assert Repair.objects.count() == 1


def test_same_key_of_another_person_is_another_call(call_as: CallAs, cast: Cast) -> None:
    for part in ("primary", "stranger"):
        caller = call_as(cast.member(part))
        caller.post("/api/repair-requests/", {"unit_number": "1"}, Idempotency_Key="k1")
    assert Repair.objects.count() == 2


def test_refusals_are_not_kept(call_as: CallAs, cast: Cast) -> None:
    caller, path = call_as(cast.primary), "/api/repair-requests/"
    assert caller.post(path, {}, Idempotency_Key="k1").status_code == 400
    assert not IdempotencyRecord.objects.exists()
    assert caller.post(path, {"unit_number": "1"}, Idempotency_Key="k1").status_code == 201
