"""Pictures of tasks by the API, and their signed addresses."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.api.tests.conftest import CallAs, Caller, problem_of
from apps.jobs.models import Job, TaskAttachment
from apps.jobs.services import edit_job
from apps.photo_storage.tests.pictures import plain
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def path_of(job: Job) -> str:
    return f"/api/tasks/{job.tasks.order_by('order')[0].pk}/attachments/"


def send(caller: Caller, job: Job, image: bytes = b"", key: str = "") -> Any:
    upload = SimpleUploadedFile("task.jpg", image or plain(), "image/jpeg")
    named = {"Authorization": caller.authorization} | ({"Idempotency-Key": key} if key else {})
    return Client().post(path_of(job), {"image": upload}, headers=named)


def opened(path: str) -> Any:
    """The answer with its bytes read, which closes the file."""
    answer: Any = Client().get(path)
    answer.bytes = b"".join(answer)
    return answer


@pytest.mark.parametrize("part", ["technician", "sales_agent", "admin"])
def test_who_sees_the_job_attaches_and_sees(
    call_as: CallAs, cast: Cast, job: Job, part: str
) -> None:
    caller = call_as(cast.member(part))
    answer = send(caller, job)
    told = answer.json()
    assert (answer.status_code, told["added_by"]) == (201, cast.member(part).pk)
    assert sorted(told) == [
        *("added_at", "added_by", "added_by_name", "height", "id", "screen_url", "sha256"),
        *("task", "thumb_url", "url", "width"),
    ]
    picture = opened(told["url"])
    assert (picture.status_code, picture["Content-Type"]) == (200, "image/jpeg")
    assert [row["id"] for row in caller.get(path_of(job)).json()["results"]] == [told["id"]]


@pytest.mark.parametrize("part", ["other_technician", "other_sales_agent", "primary", "nobody"])
def test_others_find_nothing(call_as: CallAs, cast: Cast, job: Job, part: str) -> None:
    made = send(call_as(cast.technician), job).json()
    caller = call_as(cast.member(part))
    assert send(caller, job).status_code == 404
    assert caller.get(path_of(job)).status_code == 404
    assert caller.call("DELETE", f"/api/attachments/{made['id']}/").status_code == 404
    assert TaskAttachment.objects.count() == 1


def test_an_address_ends_with_the_right_to_see(call_as: CallAs, cast: Cast, job: Job) -> None:
    told = send(call_as(cast.technician), job).json()
    edit_job(actor=cast.admin, job_id=job.pk, version=1, values={"assigned_to_id": None})
    assert Client().get(told["url"]).status_code == 404


@pytest.mark.parametrize(
    ("image", "code"), [(b"%PDF-1.7 nothing", "photo_not_an_image"), (b"GIF89a", None)]
)
def test_only_pictures_are_taken(
    call_as: CallAs, cast: Cast, job: Job, image: bytes, code: str | None
) -> None:
    answer = send(call_as(cast.technician), job, image)
    assert problem_of(answer) == (400, code or "photo_format_not_accepted")
    assert not TaskAttachment.objects.exists()


def test_a_repeated_call_attaches_once(call_as: CallAs, cast: Cast, job: Job) -> None:
    caller = call_as(cast.technician)
    first, again = (send(caller, job, key="k1") for _ in range(2))
    assert (first.status_code, again.content) == (201, first.content)
    assert again["Idempotent-Replayed"] == "true"


def test_who_attached_it_and_the_office_take_it_away(call_as: CallAs, cast: Cast, job: Job) -> None:
    path = f"/api/attachments/{send(call_as(cast.technician), job).json()['id']}/"
    assert problem_of(call_as(cast.sales_agent).call("DELETE", path)) == (403, "forbidden")
    assert call_as(cast.technician).call("DELETE", path).status_code == 204
    assert call_as(cast.technician).call("DELETE", path).status_code == 404
    path = f"/api/attachments/{send(call_as(cast.technician), job).json()['id']}/"
    assert call_as(cast.admin).call("DELETE", path).status_code == 204


def test_the_list_costs_the_same_for_one_and_for_three(
    call_as: CallAs, cast: Cast, job: Job
) -> None:
    caller, costs = call_as(cast.technician), []
    for width in (40, 41, 42):
        send(caller, job, plain((width, 20)))
        with CaptureQueriesContext(connection) as found:
            caller.get(path_of(job))
        costs.append(len(found))
    assert costs == [4, 4, 4]
