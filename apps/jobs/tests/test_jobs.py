"""Jobs are made, seen, edited, deleted."""

import datetime as dt
from typing import Any

import pytest

from apps.audit.models import AuditEntry
from apps.jobs.models import Job, JobTask
from apps.jobs.services import (
    JobDetails,
    TaskDetails,
    change_job,
    create_job,
    delete_job,
    edit_job,
)
from apps.notifications.models import Notification
from core.enums import Role
from core.errors import Conflict, DomainError, Forbidden, Invalid, NotFound, PreconditionFailed
from core.invariants import invariant_violations
from core.models import User
from core.shop import shop_today
from tests import factories
from tests.books import nothing_written, refused
from tests.cast import PARTS, Cast

pytestmark = pytest.mark.django_db
TOMORROW = dt.timedelta(days=1)


def make(cast: Cast, actor: User | None = None, **details: Any) -> Job:
    return create_job(
        actor=actor or cast.sales_agent,
        customer_id=cast.fleet.pk,
        details=JobDetails(**({"title": "Yard check"} | details)),
    )


# --- Making ---------------------------------------------------------------------------------


def test_a_job_is_made_whole(cast: Cast) -> None:
    lamp = factories.make_equipment("UV lamp")
    site = factories.make_site(cast.fleet)
    repair = factories.request(customer=cast.fleet)
    made = make(
        cast,
        title="  Yard check ",
        priority="urgent",
        assigned_to_id=cast.technician.pk,
        scheduled_date=shop_today(),
        site_id=site.pk,
        repair_id=repair.pk,
        tasks=[
            TaskDetails("Measure", "All of it", [lamp.pk, lamp.pk]),
            TaskDetails("Cut"),
        ],
    )
    stored = Job.objects.get(pk=made.pk)
    assert (stored.title, stored.status, stored.priority_rank) == ("Yard check", "pending", 4)
    assert (stored.customer, stored.site, stored.repair) == (cast.fleet, site, repair)
    assert (stored.created_by, stored.assigned_to) == (cast.sales_agent, cast.technician)
    told = stored.tasks.values_list("order", "title", "description", "equipment")
    assert list(told) == [(1, "Measure", "All of it", lamp.pk), (2, "Cut", "", None)]
    verbs = AuditEntry.objects.filter(target_type__startswith="jobs.job").order_by("position")
    assert [entry.verb for entry in verbs] == ["job.created", "task.created", "task.created"]
    assert {entry.actor_name for entry in verbs} == {"Sally Owns"}
    assert verbs[1].changes[-1] == {"field": "equipment", "old": "", "new": "UV lamp"}
    (notice,) = Notification.objects.filter(kind="job_assigned")
    assert (notice.recipient, notice.text) == (
        cast.technician,
        "For you: “Yard check” for Demo Fleet",
    )
    assert invariant_violations() == []


def test_a_job_without_tasks_and_technician_tells_nobody(cast: Cast) -> None:
    made = make(cast)
    assert (made.assigned_to, made.sort_date, str(made)) == (None, dt.date.max, "Yard check")
    assert not Notification.objects.filter(kind__startswith="job").exists()


@pytest.mark.parametrize("part", PARTS)
def test_who_makes_jobs(cast: Cast, part: str) -> None:
    actor = cast.member(part)
    if part in {"admin", "owner", "sales_agent"}:
        assert make(cast, actor).created_by == actor
    elif part == "other_sales_agent":
        with refused(Invalid, "customer_unknown"):
            make(cast, actor)
    else:
        with refused(Forbidden):
            make(cast, actor)


@pytest.mark.parametrize(
    "flags",
    [{"is_active": False}, {"do_not_service": True, "do_not_service_reason": "Does not pay"}],
)
def test_a_customer_laid_aside_takes_no_job(cast: Cast, flags: dict[str, Any]) -> None:
    type(cast.fleet).objects.filter(pk=cast.fleet.pk).update(**flags)
    with refused(Conflict, "do_not_service"):
        make(cast)


def test_a_merged_customer_takes_no_job(cast: Cast) -> None:
    type(cast.fleet).objects.filter(pk=cast.fleet.pk).update(merged_into=cast.other_fleet)
    with refused(Conflict, "do_not_service"):
        make(cast)


def test_an_unknown_customer_is_refused(cast: Cast) -> None:
    with refused(Invalid, "customer_unknown"):
        create_job(actor=cast.admin, customer_id=9_000_000, details=JobDetails("A"))


def test_a_place_of_another_customer_or_laid_aside_is_refused(cast: Cast) -> None:
    other = factories.make_site(cast.other_fleet)
    aside = factories.make_site(cast.fleet, is_active=False)
    for site in (other, aside):
        with refused(Invalid, "site_unknown") as caught:
            make(cast, site_id=site.pk)
        assert list(caught.value.errors) == ["site"]


def test_a_repair_that_is_closed_or_foreign_is_refused(cast: Cast) -> None:
    foreign = factories.request(customer=cast.other_fleet)
    closed = factories.completed_repair(customer=cast.fleet)
    for pk in (foreign.pk, closed.pk, 9_000_000):
        with refused(Invalid, "repair_unknown"):
            make(cast, cast.admin, repair_id=pk)


def test_a_date_that_has_passed_is_refused(cast: Cast) -> None:
    with refused(Invalid, "date_passed"):
        make(cast, scheduled_date=shop_today() - TOMORROW)


@pytest.mark.parametrize("part", ["sales_agent", "primary", "admin"])
def test_only_technicians_are_given_jobs(cast: Cast, part: str) -> None:
    with refused(Invalid, "technician_unknown"):
        make(cast, assigned_to_id=cast.member(part).pk)


def test_an_admin_with_a_technicians_record_is_given_jobs(cast: Cast) -> None:
    factories.make_technician(user=cast.admin)
    assert make(cast, assigned_to_id=cast.admin.pk).assigned_to == cast.admin


def test_an_unknown_or_inactive_technician_is_refused(cast: Cast) -> None:
    User.objects.filter(pk=cast.technician.pk).update(is_active=False)
    for pk in (cast.technician.pk, 9_000_000):
        with refused(Invalid, "technician_unknown"):
            make(cast, assigned_to_id=pk)


@pytest.mark.parametrize(
    ("details", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"title": "a\0b"}, "title"),
        ({"description": "x" * 2001}, "description"),
        ({"priority": "soon"}, "priority"),
        ({"tasks": [TaskDetails("A"), TaskDetails(" ")]}, "tasks.1.title"),
        ({"tasks": [TaskDetails("A", equipment=[9_000_000])]}, "tasks.0.equipment"),
        ({"tasks": [TaskDetails("A", equipment=range(1, 52))]}, "tasks.0.equipment"),
        ({"tasks": [TaskDetails("A")] * 101}, "tasks"),
    ],
)
def test_what_is_wrong_is_named(cast: Cast, details: dict[str, Any], field: str) -> None:
    with refused(Invalid, code_of(field, details)) as caught:
        make(cast, **details)
    assert list(caught.value.errors) == [field]


def code_of(field: str, details: dict[str, Any]) -> str:
    if field == "tasks":
        return "too_many_tasks"
    is_unknown = field == "tasks.0.equipment" and len(details["tasks"][0].equipment) == 1
    return "equipment_unknown" if is_unknown else ""


# --- Seeing ---------------------------------------------------------------------------------


@pytest.mark.parametrize("part", PARTS)
def test_who_sees_a_job_and_its_tasks(cast: Cast, job: Job, part: str) -> None:
    sees = part in {"admin", "owner", "technician", "sales_agent"}
    actor = cast.member(part)
    assert Job.objects.visible_to(actor).filter(pk=job.pk).exists() is sees
    assert JobTask.objects.visible_to(actor).filter(job=job).count() == 3 * sees


def test_who_was_deactivated_sees_nothing(cast: Cast, job: Job) -> None:
    cast.sales_agent.is_active = False
    assert not Job.objects.visible_to(cast.sales_agent).exists()


# --- Editing --------------------------------------------------------------------------------


def edit(actor: User, job: Job, version: int | None = None, **values: Any) -> Job:
    return edit_job(actor=actor, job_id=job.pk, version=version, values=values)


@pytest.mark.parametrize("part", ["sales_agent", "admin"])
def test_planners_change_what_a_job_is(cast: Cast, job: Job, part: str) -> None:
    day, site = shop_today() + TOMORROW, factories.make_site(cast.fleet)
    changed = edit(
        cast.member(part), job, 1, title="New", priority="low", scheduled_date=day, site_id=site.pk
    )
    assert (changed.version, changed.priority_rank, changed.sort_date) == (2, 1, day)
    entry = AuditEntry.objects.latest("position")
    assert (entry.verb, [each["field"] for each in entry.changes]) == (
        "job.edited",
        ["title", "site", "priority", "scheduled_date"],
    )


@pytest.mark.parametrize(
    ("part", "error"),
    [("technician", Forbidden), ("other_technician", NotFound), ("other_sales_agent", NotFound)],
)
def test_others_change_nothing(cast: Cast, job: Job, part: str, error: type[DomainError]) -> None:
    with refused(error):
        edit(cast.member(part), job, title="Mine")


def test_two_who_edit_at_once_lose_nothing(cast: Cast, job: Job) -> None:
    edit(cast.admin, job, 1, title="New")
    with refused(PreconditionFailed, "stale") as caught:
        edit(cast.sales_agent, job, 1, priority="high")
    assert caught.value.extra == {"version": 2}


def test_an_edit_that_changes_nothing_writes_nothing(cast: Cast, job: Job) -> None:
    with nothing_written():
        edit(cast.admin, job, title=job.title, assigned_to_id=cast.technician.pk)


def test_other_fields_are_refused(cast: Cast, job: Job) -> None:
    with refused(Invalid):
        edit(cast.admin, job, customer_id=cast.other_fleet.pk)


def test_both_technicians_are_told_when_a_job_changes_hands(cast: Cast, job: Job) -> None:
    Notification.objects.all().delete()
    changed = edit(cast.admin, job, assigned_to_id=cast.other_technician.pk)
    assert changed.assigned_to == cast.other_technician
    told = Notification.objects.order_by("kind").values_list("kind", "recipient")
    assert list(told) == [
        ("job_assigned", cast.other_technician.pk),
        ("job_reassigned", cast.technician.pk),
    ]


def test_nobody_is_told_of_what_they_did_themselves(cast: Cast) -> None:
    factories.make_technician(user=cast.admin)
    made = make(cast, cast.admin, assigned_to_id=cast.admin.pk)
    edit(cast.admin, made, assigned_to_id=cast.technician.pk)
    edit(cast.admin, made, assigned_to_id=None)
    kinds = Notification.objects.values_list("kind", "recipient")
    assert list(kinds) == [("job_assigned", cast.technician.pk)]


def test_a_new_date_must_not_be_past_but_an_old_one_blocks_nothing(cast: Cast, job: Job) -> None:
    yesterday = shop_today() - TOMORROW
    with refused(Invalid, "date_passed"):
        edit(cast.admin, job, scheduled_date=yesterday)
    Job.objects.filter(pk=job.pk).update(scheduled_date=yesterday, sort_date=yesterday)
    assert edit(cast.admin, job, scheduled_date=yesterday, title="New").title == "New"


def test_a_closed_job_keeps_its_plan(cast: Cast) -> None:
    done = factories.completed_job(customer=cast.fleet)
    for values in ({"scheduled_date": shop_today()}, {"assigned_to_id": cast.technician.pk}):
        with refused(Conflict, "job_closed"):
            edit(cast.admin, done, **values)
    assert edit(cast.admin, done, title="Better words").title == "Better words"


def test_a_place_of_another_customer_is_refused_in_edits_too(cast: Cast, job: Job) -> None:
    other = factories.make_site(cast.other_fleet)
    with refused(Invalid, "site_unknown"):
        edit(cast.admin, job, site_id=other.pk)
    assert edit(cast.admin, job, site_id=None).site is None


def test_a_status_is_never_written_directly(job: Job, tasks: list[JobTask]) -> None:
    with pytest.raises(TypeError, match="complete_job"):
        Job.objects.update(status="completed")
    for instance in (job, tasks[0]):
        instance.status = "cancelled"
        with pytest.raises(TypeError, match="use cases"):
            instance.save()
        instance.refresh_from_db()
        instance.save()
        instance.refresh_from_db(fields=["title"])
        instance.save()


def test_edit_and_move_together_or_not_at_all(cast: Cast, job: Job) -> None:
    with refused(Conflict, "open_tasks"):
        change_job(
            actor=cast.admin, job_id=job.pk, version=1, values={"title": "A"}, status="completed"
        )
    changed = change_job(
        actor=cast.admin, job_id=job.pk, version=1, values={"title": "A"}, status="in_progress"
    )
    assert (changed.title, changed.status, changed.version) == ("A", "in_progress", 3)
    with nothing_written():
        change_job(
            actor=cast.sales_agent,
            job_id=job.pk,
            version=3,
            values={"title": "A"},
            status="in_progress",
        )


# --- Deleting -------------------------------------------------------------------------------


def test_a_job_that_nobody_began_is_deleted_and_its_history_stays(cast: Cast, job: Job) -> None:
    delete_job(actor=cast.sales_agent, job_id=job.pk, version=1)
    assert not Job.objects.exists()
    assert not JobTask.objects.exists()
    entry = AuditEntry.objects.latest("position")
    assert (entry.verb, entry.target_label) == ("job.deleted", "Yard check")
    assert entry.changes == [{"field": "tasks", "old": "1 Measure, 2 Cut, 3 Clean", "new": None}]


def test_a_job_without_tasks_is_deleted_too(cast: Cast) -> None:
    delete_job(actor=cast.admin, job_id=make(cast).pk)
    assert not Job.objects.exists()


def test_what_was_worked_on_is_not_deleted(cast: Cast, job: Job) -> None:
    for refusing in (factories.completed_job(), factories.make_job("A", "B")):
        factories.finish_tasks(refusing)
        with refused(Conflict, "job_begun"):
            delete_job(actor=cast.admin, job_id=refusing.pk)
    with refused(Forbidden):
        delete_job(actor=cast.technician, job_id=job.pk)
    with refused(PreconditionFailed, "stale"):
        delete_job(actor=cast.admin, job_id=job.pk, version=7)


def test_role_alone_shows_no_job_of_former_days(cast: Cast, job: Job) -> None:
    cast.technician.role = Role.CUSTOMER
    assert not Job.objects.visible_to(cast.technician).exists()
