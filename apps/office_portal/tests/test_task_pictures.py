"""Pictures of a job's tasks in the office."""

import pytest
from django.urls import reverse

from apps.jobs.models import JobTask, TaskAttachment
from apps.photo_storage.tests.pictures import plain, uploaded
from tests.cast import Cast
from tests.factories import make_job
from tests.pages import folded, send, text_of, visit

pytestmark = pytest.mark.django_db
SEE_OTHER, OK, NOT_FOUND = 303, 200, 404


@pytest.fixture
def task(cast: Cast) -> JobTask:
    job = make_job("Measure", actor=cast.sales_agent, customer=cast.fleet)
    return job.tasks.get()


@pytest.mark.parametrize("part", ["admin", "sales_agent"])
def test_pictures_are_added_and_shown(cast: Cast, task: JobTask, part: str) -> None:
    user = cast.member(part)
    assert "No pictures yet." in text_of(user, "office_task", task.pk)
    answer = send(user, "office_task_pictures", task.pk, images=[uploaded(plain())])
    assert answer.status_code == SEE_OTHER
    attachment = TaskAttachment.objects.get()
    assert reverse("office_task_picture", args=[attachment.pk, "thumb"]) in text_of(
        user, "office_task", task.pk
    )
    picture = visit(user, "office_task_picture", attachment.pk, "thumb")
    assert (picture.status_code, picture["Content-Type"]) == (OK, "image/webp")
    b"".join(picture)
    assert visit(user, "office_task_picture", attachment.pk, "huge").status_code == NOT_FOUND


def test_what_is_no_picture_is_told(cast: Cast, task: JobTask) -> None:
    answer = send(cast.admin, "office_task_pictures", task.pk, images=[uploaded(b"nothing")])
    assert answer.status_code == OK
    assert "This is not a picture" in folded(answer)
    assert not TaskAttachment.objects.exists()


def test_pictures_of_foreign_jobs_are_missing(cast: Cast, task: JobTask) -> None:
    send(cast.admin, "office_task_pictures", task.pk, images=[uploaded(plain())])
    attachment = TaskAttachment.objects.get()
    for stranger in (cast.other_sales_agent, cast.primary):
        seen = visit(stranger, "office_task_picture", attachment.pk, "thumb")
        sent = send(stranger, "office_task_pictures", task.pk, images=[uploaded(plain())])
        assert (seen.status_code, sent.status_code) == (NOT_FOUND, NOT_FOUND)
    assert TaskAttachment.objects.count() == 1
