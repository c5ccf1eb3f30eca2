"""Pictures of tasks: attached once by who works on them, taken away by who may, never lost."""

import io
import os
from collections.abc import Callable

import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command
from pytest_django import DjangoCaptureOnCommitCallbacks

from apps.audit.models import AuditEntry
from apps.jobs.models import Job, JobTask, TaskAttachment
from apps.jobs.services import (
    attach_to_task,
    attachments,
    delete_job,
    remove_attachment,
    remove_task,
)
from apps.photo_storage.models import StoredPhoto
from apps.photo_storage.services import PreparedPhoto, prepare_photo
from apps.photo_storage.tests.pictures import plain, uploaded
from core.errors import Conflict, Forbidden, NotFound
from core.models import User
from tests.books import nothing_written, refused
from tests.cast import Cast

pytestmark = pytest.mark.django_db
MAY = {"technician", "sales_agent", "admin", "owner"}


def picture(width: int = 40) -> PreparedPhoto:
    return prepare_photo(upload=uploaded(plain((width, 20))))


def attach(actor: User, task: JobTask, *photos: PreparedPhoto) -> list[TaskAttachment]:
    return attach_to_task(actor=actor, task_id=task.pk, photos=photos or [picture()])


def test_a_picture_is_attached(cast: Cast, tasks: list[JobTask]) -> None:
    (made,) = attach(cast.technician, tasks[0])
    assert (made.task, made.added_by) == (tasks[0], cast.technician)
    assert str(made) == "Picture of 1 Measure"
    assert all(map(default_storage.exists, made.stored.names))
    entry = AuditEntry.objects.latest("position")
    assert (entry.verb, entry.target_id) == ("task.picture_added", tasks[0].pk)
    tasks[0].refresh_from_db()
    assert tasks[0].version == 1


def test_the_same_picture_again_is_the_same(cast: Cast, tasks: list[JobTask]) -> None:
    (first,) = attach(cast.technician, tasks[0])
    assert attach(cast.admin, tasks[0]) == [first]
    assert StoredPhoto.objects.count() == 1
    attach(cast.technician, tasks[1])
    assert StoredPhoto.objects.count() == 2


@pytest.mark.parametrize("part", sorted(MAY))
def test_who_sees_the_job_attaches(cast: Cast, tasks: list[JobTask], part: str) -> None:
    attach(cast.member(part), tasks[0])
    assert TaskAttachment.objects.visible_to(cast.member(part)).count() == 1


@pytest.mark.parametrize("part", ["other_technician", "other_sales_agent", "primary", "nobody"])
def test_who_does_not_see_the_job_sees_no_picture(
    cast: Cast, tasks: list[JobTask], part: str
) -> None:
    (made,) = attach(cast.technician, tasks[0])
    actor = cast.member(part)
    assert not TaskAttachment.objects.visible_to(actor).exists()
    with refused(NotFound):
        attach(actor, tasks[0])
    with refused(NotFound):
        remove_attachment(actor=actor, attachment_id=made.pk)


def test_a_task_has_room_for_so_many(
    cast: Cast, tasks: list[JobTask], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attachments, "MOST_ATTACHMENTS", 1)
    attach(cast.technician, tasks[0])
    with refused(Conflict, "too_many_attachments"):
        attach(cast.technician, tasks[0], picture(41))


@pytest.mark.parametrize("part", ["technician", "admin"])
def test_who_attached_it_and_the_office_take_it_away(
    cast: Cast,
    tasks: list[JobTask],
    part: str,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    (made,) = attach(cast.technician, tasks[0])
    names = made.stored.names
    with refused(Forbidden):
        remove_attachment(actor=cast.sales_agent, attachment_id=made.pk)
    with django_capture_on_commit_callbacks(execute=True):
        remove_attachment(actor=cast.member(part), attachment_id=made.pk)
    assert not StoredPhoto.objects.exists()
    assert not any(map(default_storage.exists, names))
    assert AuditEntry.objects.latest("position").verb == "task.picture_removed"


def delete_all(cast: Cast, job: Job) -> None:
    delete_job(actor=cast.admin, job_id=job.pk)


def remove_one(cast: Cast, job: Job) -> None:
    remove_task(actor=cast.admin, task_id=job.tasks.get(order=1).pk)


@pytest.mark.parametrize("way", [delete_all, remove_one])
def test_pictures_go_with_their_task(
    cast: Cast, job: Job, tasks: list[JobTask], way: Callable[[Cast, Job], None]
) -> None:
    attach(cast.technician, tasks[0])
    way(cast, job)
    assert not StoredPhoto.objects.exists()


def test_the_cleaning_of_the_storage_never_takes_one(cast: Cast, tasks: list[JobTask]) -> None:
    (made,) = attach(cast.technician, tasks[0])
    for name in made.stored.names:
        os.utime(default_storage.path(name), (0, 0))
    with nothing_written():
        call_command("remove_orphan_photos", "--remove", "--hours=1", stdout=io.StringIO())
    assert all(map(default_storage.exists, made.stored.names))
