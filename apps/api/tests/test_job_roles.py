"""Every address of jobs by every method and everybody: the expected answers, written out."""

from typing import Any

import pytest
from django.urls import reverse

from apps.api import urls
from apps.api.tests.conftest import CallAs
from apps.audit.models import AuditEntry
from apps.jobs.models import Equipment, Job
from tests import factories
from tests.cast import Cast

pytestmark = pytest.mark.django_db
PEOPLE = ("admin", "sales_agent", "technician", "other_sales_agent", "other_technician", "primary")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
# What is sent is wrong on purpose (400), so that who may do it changes nothing either.
WRONG = {"bogus": 1}
NO = (405, 405, 405, 405, 405, 404)
READ = (200, 200, 200, 404, 404, 404)
READ_BY_SHOP = (200, 200, 200, 200, 200, 404)
WORK = (400, 400, 400, 404, 404, 404)
PLAN = (400, 400, 403, 404, 404, 404)
KEEP = (400, 403, 403, 403, 403, 404)
EXPECTED: dict[str, dict[str, tuple[int, ...]]] = {
    "job-list": {"GET": READ_BY_SHOP, "POST": (400, 400, 403, 400, 403, 404)},
    "job-detail": {"GET": READ, "PUT": WORK, "PATCH": WORK, "DELETE": PLAN},
    "job-complete": {"POST": WORK},
    "job-cancel": {"POST": PLAN},
    "job-reopen": {"POST": PLAN},
    "job-tasks": {"GET": READ, "POST": PLAN},
    "job-task-order": {"PUT": PLAN},
    "job-history": {"GET": READ},
    "job-template-list": {"GET": READ_BY_SHOP, "POST": KEEP},
    "job-template-detail": {"GET": READ_BY_SHOP, "PATCH": KEEP},
    "job-template-order": {"PUT": KEEP},
    "task-attachments": {"GET": READ, "POST": (415, 415, 415, 404, 404, 404)},
    "task-list": {"GET": READ_BY_SHOP},
    "task-detail": {"GET": READ, "PATCH": WORK, "DELETE": PLAN},
    "equipment-list": {"GET": READ_BY_SHOP, "POST": KEEP},
    "equipment-clashes": {"GET": READ_BY_SHOP},
    "equipment-detail": {"GET": READ_BY_SHOP, "PATCH": KEEP, "DELETE": KEEP},
    "equipment-usage": {"GET": READ_BY_SHOP},
    "technician-dashboard": {"GET": (200, 404, 200, 404, 200, 404)},
    "analytics": {"GET": (200, 404, 404, 404, 404, 404)},
}
# Where only some roles are known, the others find nothing, whatever the method.
STRANGERS = {
    "technician-dashboard": (405, 404, 405, 404, 405, 404),
    "analytics": (405, 404, 404, 404, 404, 404),
}


def path_of(name: str, job: Job, lamp: Equipment) -> str:
    ids = {"job": job.pk, "task": job.tasks.get(order=1).pk, "equipment": lamp.pk}
    pattern = next(str(each.pattern) for each in urls.urlpatterns if each.name == name)
    own = [ids[name.partition("-")[0]]] if "<id:pk>" in pattern else []
    if own and name.startswith("job-template"):
        own = [factories.make_template().pk]
    return reverse(f"api:{name}", args=own)


@pytest.mark.parametrize("name", EXPECTED)
def test_everybody_gets_the_expected_answer(
    call_as: CallAs, cast: Cast, job: Job, name: str
) -> None:
    path = path_of(name, job, factories.make_equipment())
    callers = [call_as(cast.member(part)) for part in PEOPLE]
    before = AuditEntry.objects.count()
    found: dict[str, Any] = {}
    for method in METHODS:
        body = None if method == "GET" else WRONG
        found[method] = tuple(each.call(method, path, body).status_code for each in callers)
        assert call_as(None).call(method, path, body).status_code == 401
    nobody = STRANGERS.get(name, NO)
    assert found == {method: EXPECTED[name].get(method, nobody) for method in METHODS}
    assert AuditEntry.objects.count() == before


def test_every_address_of_jobs_is_in_the_table() -> None:
    first = ("job-", "task-", "equipment-", "technician-dashboard", "analytics")
    names = {str(each.name) for each in urls.urlpatterns if str(each.name).startswith(first)}
    assert names == EXPECTED.keys()
