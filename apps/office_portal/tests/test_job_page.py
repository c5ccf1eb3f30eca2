"""The page of a job and of a task: what it tells each reader, refusals that name what is open."""

from typing import Any

import pytest
from django.http import HttpResponse
from django.urls import reverse

from apps.jobs.enums import JobStatus, TaskStatus
from apps.jobs.models import Job, JobTask
from apps.jobs.services import cancel_job, edit_equipment, edit_job, edit_task
from apps.notifications.links import path_for
from apps.office_portal.tests.steps import nothing_done, signed_in
from apps.technicians.models import Technician
from core.models import Site, User
from core.shop import shop_today
from tests.cast import Cast
from tests.factories import (
    completed_job,
    finish_tasks,
    make_equipment,
    make_job,
    make_site,
    request,
)

pytestmark = pytest.mark.django_db
SEE_OTHER, OK, NOT_FOUND = 303, 200, 404


@pytest.fixture
def job(cast: Cast) -> Job:
    return make_job(
        *("Measure", "Cut", "Clean"),
        actor=cast.sales_agent,
        customer=cast.fleet,
        technician=cast.technician_record,
        title="Yard check",
    )


def text_of(user: User, page: str, *args: object) -> str:
    answer = signed_in(user).get(reverse(page, args=args))
    assert answer.status_code == OK
    return answer.content.decode()


def post(user: User, page: str, pk: int, **sent: Any) -> HttpResponse:
    answer = signed_in(user).post(reverse(page, args=[pk]), sent)
    assert isinstance(answer, HttpResponse)
    return answer


def order_of(job: Job) -> list[str]:
    return list(job.tasks.order_by("order").values_list("title", flat=True))


def test_completing_with_open_tasks_names_them_on_the_page(cast: Cast, job: Job) -> None:
    with nothing_done():
        answer = post(cast.admin, "office_job_move", job.pk, status="completed")
    told = answer.content.decode()
    assert answer.status_code == OK
    assert "Still open: 1 Measure, 2 Cut, 3 Clean." in told
    finish_tasks(job)
    assert post(cast.admin, "office_job_move", job.pk, status="completed").status_code == SEE_OTHER
    job.refresh_from_db()
    assert job.status == JobStatus.COMPLETED
    assert job.completed_at is not None


def test_cancelled_and_opened_again_with_a_reason(cast: Cast, job: Job) -> None:
    told = post(cast.sales_agent, "office_job_move", job.pk, status="cancelled", reason=" ")
    assert "Say why" in told.content.decode()
    post(cast.sales_agent, "office_job_move", job.pk, status="cancelled", reason="They moved away")
    shown = text_of(cast.sales_agent, "office_job", job.pk)
    assert "Cancelled: “They moved away”" in shown
    assert "Add a task" not in shown
    assert "data-order-list" not in shown
    told = post(cast.admin, "office_job_move", job.pk, status="pending", reason="x" * 501)
    assert "Open it again" in told.content.decode()
    post(cast.admin, "office_job_move", job.pk, status="pending", reason="Back again")
    job.refresh_from_db()
    assert job.status == JobStatus.PENDING
    told = post(cast.admin, "office_job_move", job.pk, status="pending", reason="Once more")
    assert "This job is open." in told.content.decode()
    assert (
        "error-summary" in post(cast.admin, "office_job_move", job.pk, status="%").content.decode()
    )


def test_an_old_version_is_told(cast: Cast, job: Job) -> None:
    old = {"version": 99}
    steps: list[tuple[str, dict[str, Any]]] = [
        ("office_job_move", {"status": "in_progress"}),
        ("office_job_edit", {"title": "Yard check 2", "priority": "low"}),
        ("office_job_task_new", {"title": "Sweep"}),
        ("office_job_order", {"task": list(job.tasks.values_list("pk", flat=True))}),
        ("office_job_delete", {}),
    ]
    for page, sent in steps:
        with nothing_done():
            told = post(cast.admin, page, job.pk, **sent, **old).content.decode()
        assert "changed by somebody else" in told, page
    assert (
        'value="Sweep"'
        in post(cast.admin, "office_job_task_new", job.pk, title="Sweep", **old).content.decode()
    )


def test_tasks_are_done_in_their_order_from_the_page(cast: Cast, job: Job) -> None:
    first, second, _ = job.tasks.order_by("order")
    shown = text_of(cast.sales_agent, "office_job", job.pk)
    assert shown.count(reverse("office_task_move", args=[first.pk])) == 2
    assert reverse("office_task_move", args=[second.pk]) not in shown
    with nothing_done():
        told = post(cast.sales_agent, "office_task_move", second.pk, status="completed")
    assert "First: 1 Measure." in told.content.decode()
    post(cast.sales_agent, "office_task_move", first.pk, status="in_progress")
    post(cast.sales_agent, "office_task_move", first.pk, status="completed")
    job.refresh_from_db()
    assert job.status == JobStatus.IN_PROGRESS
    shown = text_of(cast.sales_agent, "office_job", job.pk)
    assert "1 of 3 done" in shown
    assert "Task 1 Measure: completed" in shown
    assert (
        "error-summary"
        in post(cast.admin, "office_task_move", first.pk, status="x").content.decode()
    )


def test_an_admin_passes_over_earlier_tasks_and_it_is_written_down(cast: Cast, job: Job) -> None:
    last = job.tasks.get(title="Clean")
    assert "out of order" not in text_of(cast.sales_agent, "office_task", last.pk)
    assert "Complete out of order" in text_of(cast.admin, "office_task", last.pk)
    post(cast.admin, "office_task_move", last.pk, status="completed")
    assert "1 Measure, 2 Cut" in text_of(cast.admin, "office_task", last.pk)


def test_a_task_is_added_edited_and_taken_out(cast: Cast, job: Job) -> None:
    lamp, drill = make_equipment("UV lamp", serial_number="AB-1"), make_equipment("Drill")
    post(cast.sales_agent, "office_job_task_new", job.pk, title="Sweep", equipment=[lamp.pk])
    task = job.tasks.get(order=4)
    assert list(task.equipment.all()) == [lamp]
    edit_equipment(
        actor=cast.admin, equipment_id=lamp.pk, version=None, values={"is_active": False}
    )
    assert "UV lamp (AB-1), retired" in text_of(cast.admin, "office_job", job.pk)
    assert "UV lamp (AB-1), retired</option>" in text_of(cast.admin, "office_task", task.pk)
    told = post(
        cast.admin, "office_job_task_new", job.pk, description="With a broom"
    ).content.decode()
    assert "error-summary" in told
    assert "With a broom" in told
    other = job.tasks.get(order=1)
    refused = post(cast.admin, "office_task", other.pk, title="Measure", equipment=[lamp.pk])
    assert "error-summary" in refused.content.decode()
    sent = {"title": "Sweep up", "notes": "Bring a bag", "equipment": [lamp.pk, drill.pk]}
    told = post(cast.admin, "office_task", task.pk, version=77, **sent).content.decode()
    assert "changed by somebody else" in told
    assert "Bring a bag" in told
    assert post(cast.admin, "office_task", task.pk, version=1, **sent).status_code == SEE_OTHER
    assert set(task.equipment.all()) == {lamp, drill}
    shown = text_of(cast.admin, "office_job", job.pk)
    assert "Bring a bag" in shown
    post(cast.admin, "office_task_remove", task.pk)
    assert order_of(job) == ["Measure", "Cut", "Clean"]
    assert "Task 4 Sweep up: removed" in text_of(cast.admin, "office_job", job.pk)


def test_the_order_takes_each_task_exactly_once(cast: Cast, job: Job) -> None:
    one, two, three = job.tasks.order_by("order").values_list("pk", flat=True)
    foreign = make_job("Elsewhere").tasks.get().pk
    for ids in ([one, two], [one, two, two], [one, two, three, foreign], ["x", two, three], []):
        with nothing_done():
            told = post(cast.admin, "office_job_order", job.pk, task=ids).content.decode()
        assert "Name each task of the job exactly once." in told
    post(cast.sales_agent, "office_job_order", job.pk, task=[three, one, two], version=job.version)
    assert order_of(job) == ["Clean", "Measure", "Cut"]


@pytest.mark.parametrize(
    ("button", "place", "expected"),
    [
        ("up", 2, ["Measure", "Clean", "Cut"]),
        ("down", 0, ["Cut", "Measure", "Clean"]),
        ("up", 0, ["Measure", "Cut", "Clean"]),
        ("down", 2, ["Measure", "Cut", "Clean"]),
    ],
)
def test_without_a_script_a_button_moves_one_task(
    cast: Cast, job: Job, button: str, place: int, expected: list[str]
) -> None:
    ids = list(job.tasks.order_by("order").values_list("pk", flat=True))
    sent = {"task": ids, button: ids[place]}
    assert post(cast.admin, "office_job_order", job.pk, **sent).status_code == SEE_OTHER
    assert order_of(job) == expected


def test_edited_as_a_whole_and_only_in_words_once_closed(cast: Cast, job: Job) -> None:
    day, record = shop_today(), cast.other_technician_record
    sent = {"title": "Yard survey", "priority": "urgent", "scheduled_date": day.isoformat()}
    old = post(cast.admin, "office_job_edit", job.pk, **sent | {"scheduled_date": "2020-01-01"})
    assert "This date has passed." in old.content.decode()
    post(cast.admin, "office_job_edit", job.pk, version=1, assigned_to=record.pk, **sent)
    job.refresh_from_db()
    assert (job.title, job.priority, job.scheduled_date) == ("Yard survey", "urgent", day)
    assert job.assigned_to == cast.other_technician
    assert "selected>Uma Other</option>" in text_of(cast.admin, "office_job_edit", job.pk)
    cancel_job(actor=cast.admin, job_id=job.pk, reason="No yard")
    shown = text_of(cast.admin, "office_job_edit", job.pk)
    assert "only after it is opened again" in shown
    assert 'name="assigned_to"' not in shown
    post(cast.admin, "office_job_edit", job.pk, title="Yard survey 2", priority="low")
    job.refresh_from_db()
    assert (job.title, job.assigned_to) == ("Yard survey 2", cast.other_technician)


def test_what_a_job_has_stays_when_it_is_edited(cast: Cast, job: Job) -> None:
    yard = make_site(cast.fleet, "Old yard")
    edit_job(actor=cast.admin, job_id=job.pk, version=1, values={"site_id": yard.pk})
    Site.objects.filter(pk=yard.pk).update(is_active=False)
    record = cast.technician_record
    Technician.objects.filter(pk=record.pk).update(is_active=False)
    sent = {"title": "Yard survey", "priority": "low", "site": yard.pk, "assigned_to": record.pk}
    assert post(cast.admin, "office_job_edit", job.pk, **sent).status_code == SEE_OTHER
    job.refresh_from_db()
    assert (job.title, job.site, job.assigned_to) == ("Yard survey", yard, cast.technician)


def test_a_job_nobody_has_begun_is_deleted(cast: Cast, job: Job) -> None:
    begun = job.tasks.get(order=1)
    assert "Delete the job" in text_of(cast.admin, "office_job", job.pk)
    answer = post(cast.sales_agent, "office_job_delete", job.pk)
    assert answer["Location"] == reverse("office_jobs")
    assert not JobTask.objects.filter(pk=begun.pk).exists()


def test_a_begun_job_is_not_deleted(cast: Cast, job: Job) -> None:
    edit_task(actor=cast.technician, task_id=job.tasks.get(order=1).pk, status="in_progress")
    assert "Delete the job" not in text_of(cast.admin, "office_job", job.pk)
    told = post(cast.admin, "office_job_delete", job.pk).content.decode()
    assert "Work has begun on this job; cancel it instead." in told


def test_under_a_closed_job_only_notes_are_changed(cast: Cast) -> None:
    job = completed_job("Only", customer=cast.fleet)
    task = job.tasks.get()
    shown = text_of(cast.admin, "office_task", task.pk)
    assert 'name="title"' not in shown
    assert "Take it out" not in shown
    post(cast.admin, "office_task", task.pk, notes="Invoice sent")
    task.refresh_from_db()
    assert (task.notes, task.status) == ("Invoice sent", TaskStatus.COMPLETED)


def test_a_clash_and_the_repair_are_told(cast: Cast) -> None:
    van, today = make_equipment("Van 2"), shop_today()
    common: dict[str, Any] = {"customer": cast.fleet, "equipment": [van], "scheduled_date": today}
    repair = request(customer=cast.fleet, unit_number="4127")
    tom, uma = cast.technician_record, cast.other_technician_record
    job = make_job("Drive", technician=tom, repair_id=repair.pk, **common)
    assert "is planned for" not in text_of(cast.admin, "office_job", job.pk)
    make_job("Drive too", technician=uma, **common)
    shown = text_of(cast.admin, "office_job", job.pk)
    assert "Van 2 is planned for Tom Becker and Uma Other on that day." in shown
    assert reverse("office_repair_detail", args=[repair.pk]) in shown


def test_foreign_jobs_answer_like_missing_ones(cast: Cast, job: Job) -> None:
    task = job.tasks.get(order=1)
    pages = {"office_job_move", "office_job_edit", "office_job_delete", "office_job_task_new"}
    for stranger in (cast.other_sales_agent, cast.technician, cast.primary):
        with nothing_done():
            for page in pages | {"office_job_order"}:
                sent = {"status": "completed", "title": "Mine", "priority": "low"}
                assert post(stranger, page, job.pk, **sent).status_code == NOT_FOUND, page
            for page in ("office_task", "office_task_move", "office_task_remove"):
                sent = {"status": "completed", "title": "Mine"}
                assert post(stranger, page, task.pk, **sent).status_code == NOT_FOUND, page
        assert (
            signed_in(stranger).get(reverse("office_job", args=[job.pk])).status_code == NOT_FOUND
        )


def test_messages_and_the_trail_lead_to_the_job(cast: Cast, job: Job) -> None:
    page = reverse("office_job", args=[job.pk])
    for reader in (cast.admin, cast.sales_agent):
        assert path_for("job_completed", job.pk, reader) == page
    client = signed_in(cast.admin)
    shown = client.get(reverse("office_audit"), {"kind": "jobs.job"}).content.decode()
    assert page in shown
    task = job.tasks.get(order=1)
    shown = client.get(reverse("office_audit"), {"verb": "task.created"}).content.decode()
    assert reverse("office_task", args=[task.pk]) in shown
