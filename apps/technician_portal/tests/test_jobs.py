"""My day, and a job as a checklist."""

import datetime as dt
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.urls import reverse

from apps.jobs.enums import JobStatus, TaskStatus
from apps.jobs.models import Job, JobTask, TaskAttachment
from apps.jobs.services import cancel_job, edit_equipment, edit_task
from apps.notifications.links import path_for
from apps.photo_storage.tests.pictures import plain, uploaded
from apps.queue_management import use_cases
from apps.repairs.enums import QueueStatus
from apps.scheduling import day
from apps.technician_portal.job_data import part_of
from core.models import User
from core.shop import shop_today
from tests import factories
from tests.cast import Cast
from tests.pages import folded, send, signed_in, statements_of, text_of, visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def job(cast: Cast) -> Job:
    """Three tasks for the technician, today."""
    return factories.make_job(
        *("Measure", "Cut", "Clean"),
        customer=cast.fleet,
        technician=cast.technician_record,
        title="Yard check",
        scheduled_date=shop_today(),
    )


def task_of(job: Job, order: int) -> JobTask:
    return job.tasks.get(order=order)


def move(user: User, task: JobTask, status: str, **more: Any) -> Any:
    return send(user, "technician_task_move", task.pk, status=status, **more)


# --- My day ------------------------------------------------------------------------------------


def test_the_day_tells_what_is_when_and_where(cast: Cast, job: Job) -> None:
    lamp = factories.make_equipment("Lamp")
    site = factories.make_site(cast.fleet, "North yard")
    tomorrow = shop_today() + dt.timedelta(days=1)
    about: dict[str, Any] = {"customer": cast.fleet, "technician": cast.technician_record}
    factories.make_job("Fix", title="Fence", scheduled_date=tomorrow, **about)
    factories.make_job(
        "Look",
        title="Somewhen",
        priority="urgent",
        equipment=[lamp],
        site_id=site.pk,
        **about,
    )
    late = factories.make_job("Wash", title="Late wash", scheduled_date=tomorrow, **about)
    Job.objects.filter(pk=late.pk).update(
        scheduled_date=shop_today() - dt.timedelta(days=2),
        sort_date=shop_today() - dt.timedelta(days=2),
    )
    factories.approved_repair(unit_number="4127", preferred_date=tomorrow, **about)
    edit_task(actor=cast.technician, task_id=task_of(job, 1).pk, status="in_progress")
    page = text_of(cast.technician, "technician_day")
    places = [
        page.index(f">{each}<")
        for each in ("Late wash", "Yard check", "Unit 4127", "Fence", "Somewhen")
    ]
    assert places == sorted(places)
    for words in ("Overdue", "Today", "Tomorrow", "No day yet", "Urgent", "Lamp", "North yard"):
        assert words in page
    assert "in progress" in page
    assert "Tom Becker" not in page.partition("<main")[2]


def test_a_day_without_work_says_so(cast: Cast) -> None:
    assert "Nothing is planned." in text_of(cast.technician, "technician_day")


def test_the_office_sees_everybodys_day(cast: Cast, job: Job) -> None:
    page = text_of(cast.admin, "technician_day")
    assert "The day of all" in page
    assert "Tom Becker" in page


def test_a_day_that_does_not_fit_says_so(
    cast: Cast, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(day, "MOST_ROWS", 2)
    assert "more than fits on one page" in text_of(cast.technician, "technician_day")


def test_visits_stand_first_where_there_is_a_schedule(cast: Cast, job: Job) -> None:
    at = job.created_at
    visit_of = {"starts_at": at, "ends_at": at, "time_zone": "UTC", "customer_name": "Demo Fleet"}
    named: list[dict[str, int]] = [{"repair": 1}, {"job": job.pk}, {"batch": 2}, {}]
    told = {
        "appointments": [
            visit_of | about | {"title": f"Visit {number}"} for number, about in enumerate(named)
        ],
        "repairs": [],
        "tasks": day.plan_of(cast.technician_record, days=7)["days"][0]["tasks"],
    }
    part = part_of(told, "Today", shop_today())
    page = render_to_string("technician_portal/components/day_part.html", {"part": part})
    for name, pk in (("repair_detail", 1), ("technician_job", job.pk), ("technician_batch", 2)):
        assert reverse(name, args=[pk]) in page
    assert page.index("Visit 0") < page.index("Visit 3") < page.index("Yard check")


def test_only_the_shop_has_a_day(cast: Cast, job: Job) -> None:
    for user in (cast.primary, cast.sales_agent):
        assert visit(user, "technician_day").status_code in {403, 404}
    for user in (cast.other_technician, cast.primary, cast.sales_agent):
        assert visit(user, "technician_job", job.pk).status_code in {403, 404}


def test_the_dashboard_leads_to_the_day(cast: Cast) -> None:
    assert reverse("technician_day") in text_of(cast.technician, "technician_dashboard")


def test_notices_of_jobs_lead_technicians_to_them(cast: Cast, job: Job) -> None:
    for kind in ("job_assigned", "job_overdue", "job_completed"):
        path = path_for(kind, job.pk, cast.technician)
        assert path == reverse("technician_job", args=[job.pk])


# --- A job -------------------------------------------------------------------------------------


def test_a_job_is_a_checklist(cast: Cast, job: Job) -> None:
    lamp = factories.make_equipment("Lamp", serial_number="AB-1")
    task = task_of(job, 1)
    edit_task(actor=cast.admin, task_id=task.pk, values={"equipment": [lamp.pk]})
    edit_equipment(actor=cast.admin, equipment_id=lamp.pk, version=1, values={"is_active": False})
    page = text_of(cast.technician, "technician_job", job.pk)
    for words in ("Yard check", "Demo Fleet", "1. Measure", "3. Clean", "0 of 3 tasks done"):
        assert words in page
    assert "Lamp (AB-1), retired" in page
    assert page.count(reverse("technician_task_move", args=[task.pk])) == 3
    assert reverse("technician_task_move", args=[task_of(job, 2).pk]) not in page
    assert "Start: Measure" in page


def test_each_task_is_started_and_finished_in_one_tap(cast: Cast, job: Job) -> None:
    first = task_of(job, 1)
    answer = move(cast.technician, first, "in_progress", version=first.version)
    assert (answer.status_code, answer["Location"]) == (
        303,
        reverse("technician_job", args=[job.pk]),
    )
    page = text_of(cast.technician, "technician_job", job.pk)
    assert "Finish: Measure" in page
    assert "Put back" in page
    move(cast.technician, first, "completed")
    move(cast.technician, task_of(job, 2), "completed")
    move(cast.technician, task_of(job, 2), "pending")
    statuses = list(job.tasks.order_by("order").values_list("status", flat=True))
    assert statuses == [TaskStatus.COMPLETED, TaskStatus.PENDING, TaskStatus.PENDING]


def test_a_task_out_of_its_order_is_refused_with_what_comes_first(cast: Cast, job: Job) -> None:
    client = signed_in(cast.technician)
    url = reverse("technician_task_move", args=[task_of(job, 3).pk])
    answer = client.post(url, {"status": "completed"})
    assert "First: 1 Measure, 2 Cut." in folded(client.get(answer["Location"]))
    assert task_of(job, 3).status == TaskStatus.PENDING


def test_the_office_may_skip_the_order(cast: Cast, job: Job) -> None:
    page = text_of(cast.admin, "technician_job", job.pk)
    assert reverse("technician_task_move", args=[task_of(job, 3).pk]) in page
    move(cast.admin, task_of(job, 3), "completed")
    assert task_of(job, 3).status == TaskStatus.COMPLETED


def test_an_older_version_moves_nothing(cast: Cast, job: Job) -> None:
    task = task_of(job, 1)
    move(cast.technician, task, "completed", version=task.version + 1)
    assert task_of(job, 1).status == TaskStatus.PENDING


def test_other_moves_and_other_peoples_tasks_are_not_found(cast: Cast, job: Job) -> None:
    task = task_of(job, 1)
    assert move(cast.technician, task, "cancelled").status_code == 404
    for name in ("technician_task_move", "technician_task_notes", "technician_task_pictures"):
        answer = send(cast.other_technician, name, task.pk, status="completed")
        assert answer.status_code == 404
    assert send(cast.other_technician, "technician_job_finish", job.pk).status_code == 404


def test_the_job_is_finished_when_its_tasks_are(cast: Cast, job: Job) -> None:
    url = reverse("technician_job_finish", args=[job.pk])
    assert url not in text_of(cast.technician, "technician_job", job.pk)
    send(cast.technician, "technician_job_finish", job.pk)
    assert Job.objects.get(pk=job.pk).is_open
    factories.finish_tasks(job, actor=cast.technician)
    assert url in text_of(cast.technician, "technician_job", job.pk)
    send(cast.technician, "technician_job_finish", job.pk)
    assert Job.objects.get(pk=job.pk).status == JobStatus.COMPLETED
    page = text_of(cast.technician, "technician_job", job.pk)
    assert "3 of 3 tasks done" in page
    assert url not in page


def test_a_job_that_was_called_off_says_so(cast: Cast, job: Job) -> None:
    cancel_job(actor=cast.admin, job_id=job.pk, reason="Sold")
    page = text_of(cast.technician, "technician_job", job.pk)
    assert "This job was called off." in page
    assert reverse("technician_task_move", args=[task_of(job, 1).pk]) not in page


def test_a_job_without_tasks_says_so(cast: Cast) -> None:
    empty = factories.make_job(technician=cast.technician_record)
    assert "This job has no tasks yet." in text_of(cast.technician, "technician_job", empty.pk)


def test_a_late_job_says_so(cast: Cast, job: Job) -> None:
    day = shop_today() - dt.timedelta(days=1)
    Job.objects.filter(pk=job.pk).update(scheduled_date=day, sort_date=day)
    assert "Overdue" in text_of(cast.technician, "technician_job", job.pk)


def test_a_long_title_is_shortened_on_the_button(cast: Cast) -> None:
    title = "Measure the frame of the rear window twice"
    long = factories.make_job(title, technician=cast.technician_record)
    assert "Start: Measure the frame of…" in text_of(cast.technician, "technician_job", long.pk)


def test_a_note_is_kept(cast: Cast, job: Job) -> None:
    task = task_of(job, 1)
    answer = send(cast.technician, "technician_task_notes", task.pk, notes="Gate 4 was shut")
    assert answer.status_code == 303
    assert "Gate 4 was shut" in text_of(cast.technician, "technician_job", job.pk)
    refused = send(cast.technician, "technician_task_notes", task.pk, notes="x" * 2001)
    assert (refused.status_code, "x" * 2001 in folded(refused)) == (200, True)
    unseen = send(cast.technician, "technician_task_notes", task.pk, notes="a\u200bb")
    assert (unseen.status_code, "invisible" in folded(unseen)) == (200, True)
    assert task_of(job, 1).notes == "Gate 4 was shut"


def add(user: User, task: JobTask, *images: Any) -> Any:
    return send(user, "technician_task_pictures", task.pk, images=list(images))


def test_pictures_are_attached_shown_and_taken_away(cast: Cast, job: Job) -> None:
    task = task_of(job, 1)
    assert add(cast.technician, task, uploaded(plain())).status_code == 303
    add(cast.technician, task, uploaded(plain((41, 20))), uploaded(plain((42, 20))))
    attachment = TaskAttachment.objects.order_by("pk")[0]
    thumb = reverse("technician_task_picture", args=[attachment.pk, "thumb"])
    page = text_of(cast.technician, "technician_job", job.pk)
    assert thumb in page
    assert "Measure, picture 3" in page
    picture: Any = signed_in(cast.technician).get(thumb)
    assert (picture.status_code, picture["Content-Type"]) == (200, "image/webp")
    b"".join(picture)
    wrong = reverse("technician_task_picture", args=[attachment.pk, "huge"])
    assert signed_in(cast.technician).get(wrong).status_code == 404
    assert signed_in(cast.other_technician).get(thumb).status_code == 404
    gone = send(cast.technician, "technician_task_picture_remove", attachment.pk)
    assert gone.status_code == 303
    assert TaskAttachment.objects.count() == 2


def test_what_is_no_picture_is_refused(cast: Cast, job: Job) -> None:
    refused = add(cast.technician, task_of(job, 1), uploaded(b"nothing"))
    assert (refused.status_code, "This is not a picture" in folded(refused)) == (200, True)
    assert not TaskAttachment.objects.exists()


def test_only_own_pictures_can_be_taken_away(cast: Cast, job: Job) -> None:
    add(cast.admin, task_of(job, 1), uploaded(plain()))
    url = reverse("technician_task_picture_remove", args=[TaskAttachment.objects.get().pk])
    assert url not in text_of(cast.technician, "technician_job", job.pk)
    client = signed_in(cast.technician)
    assert "Only the office" in folded(client.get(client.post(url)["Location"]))
    assert TaskAttachment.objects.exists()


# --- A repair with its tasks -------------------------------------------------------------------


def test_tasks_and_repair_are_finished_by_one_button(cast: Cast) -> None:
    factories.make_template("Chip", "A", "B", "C", "D", damage_type="Unknown")
    repair = factories.started_repair(technician=cast.technician_record, customer=cast.fleet)
    job = repair.jobs.get()
    page = text_of(cast.technician, "repair_detail", repair.pk)
    assert page.count("Finish 4 tasks and the repair") == 2
    assert reverse("technician_job", args=[job.pk]) in page
    assert f"Unit {repair.unit_number}" in text_of(cast.technician, "technician_job", job.pk)
    refused = send(cast.technician, "update_queue_status", repair.pk, status="COMPLETED")
    assert "Finish first:" in folded(refused)
    send(cast.technician, "update_queue_status", repair.pk, status="COMPLETED", finish_tasks="True")
    repair.refresh_from_db()
    job.refresh_from_db()
    assert (repair.queue_status, job.status) == (QueueStatus.COMPLETED, JobStatus.COMPLETED)


def test_the_button_counts_what_is_open(cast: Cast) -> None:
    factories.make_template("Chip", "A", "B", damage_type="Unknown")
    repair = factories.started_repair(technician=cast.technician_record, customer=cast.fleet)
    job = repair.jobs.get()
    edit_task(actor=cast.technician, task_id=task_of(job, 1).pk, status="completed")
    assert "Finish 1 task and the repair" in text_of(cast.technician, "repair_detail", repair.pk)
    factories.finish_tasks(job, actor=cast.technician)
    page = text_of(cast.technician, "repair_detail", repair.pk)
    assert "and the repair" not in page
    send(
        cast.technician,
        "update_queue_status",
        repair.pk,
        status="COMPLETED",
        finish_tasks="True",
        photo=uploaded(plain()),
    )
    repair.refresh_from_db()
    assert repair.queue_status == QueueStatus.COMPLETED


def test_a_job_of_somebody_else_is_named_before_finishing(cast: Cast) -> None:
    repair = factories.started_repair(technician=cast.technician_record, customer=cast.fleet)
    factories.make_job("A", customer=cast.fleet, repair_id=repair.pk, title="Yard")
    page = text_of(cast.technician, "repair_detail", repair.pk)
    assert "“Yard” is somebody else's and must be finished first." in folded_quotes(page)


def folded_quotes(page: str) -> str:
    return page.replace("&#x27;", "'")


def test_a_repair_that_went_to_somebody_else_is_no_link(cast: Cast) -> None:
    repair = factories.approved_repair(technician=cast.technician_record, customer=cast.fleet)
    job = factories.make_job(
        "A", customer=cast.fleet, technician=cast.technician_record, repair_id=repair.pk
    )
    use_cases.assign_repair(
        actor=cast.admin, repair_id=repair.pk, technician_id=cast.other_technician_record.pk
    )
    page = text_of(cast.technician, "technician_job", job.pk)
    assert reverse("repair_detail", args=[repair.pk]) not in page


# --- Cost --------------------------------------------------------------------------------------


def test_pages_cost_the_same_with_one_row_and_with_three(cast: Cast) -> None:
    lamp = factories.make_equipment("Lamp")
    whose = {"customer": cast.fleet, "technician": cast.technician_record}
    about: dict[str, Any] = whose | {"equipment": [lamp]}
    small = factories.make_job("A", **about)
    large = factories.make_job("A", "B", "C", **about)
    for task in [task_of(small, 1), *large.tasks.all()]:
        add(cast.technician, task, uploaded(plain()))

    def costs(job: Job) -> list[int]:
        return [
            statements_of(cast.technician, "technician_job", job.pk),
            statements_of(cast.technician, "technician_day"),
        ]

    first = costs(small)
    factories.make_job("A", "B", scheduled_date=shop_today(), **about)
    factories.approved_repair(technician=cast.technician_record, customer=cast.fleet)
    assert (first, costs(large)) == ([11, 9], [11, 9])
