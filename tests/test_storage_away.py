"""A storage that takes no pictures: every door says so, keeps what was typed and saves nothing."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from apps.jobs.models import TaskAttachment
from apps.photo_storage.models import StoredPhoto
from apps.photo_storage.tests.pictures import plain, uploaded
from apps.queue_management import use_cases
from apps.repairs.models import Repair, RepairPhoto
from apps.security.sessions import open_session
from core.models import User
from tests import factories
from tests.cast import Cast
from tests.pages import folded, send

pytestmark = pytest.mark.django_db
TOLD = "The picture cannot be stored right now. Nothing was saved; try again in a moment."


@pytest.fixture(autouse=True)
def storage_away(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "photos").write_text("a file where a folder belongs")
    settings.MEDIA_ROOT = tmp_path


def row(**more: Any) -> dict[str, Any]:
    data = {"rows-TOTAL_FORMS": 1, "rows-INITIAL_FORMS": 0, "rows-0-unit_number": "T-4127"}
    return {**data, "rows-0-damage_type": "Chip", "rows-0-photos": uploaded(plain()), **more}


def refused(answer: Any, *kept: str) -> None:
    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    page = folded(answer)
    for text in (TOLD, *kept):
        assert text in page
    assert not StoredPhoto.objects.exists()


def test_who_asks_for_a_repair_keeps_what_was_typed(cast: Cast) -> None:
    doors = (
        (cast.requester, "customer_request_repair", ""),
        (cast.admin, "office_request_repair", cast.fleet.name),
        (cast.technician, "create_repair", cast.fleet.pk),
    )
    for user, name, customer in doors:
        refused(send(user, name, **row(customer=customer)), 'value="T-4127"')
    assert not Repair.objects.exists()


@pytest.fixture
def started(cast: Cast) -> Repair:
    return factories.started_repair(technician=cast.technician_record, customer=cast.fleet)


def test_a_repair_is_not_finished_without_its_picture(cast: Cast, started: Repair) -> None:
    sent = {"status": "COMPLETED", "photo": uploaded(plain())}
    refused(send(cast.technician, "update_queue_status", started.pk, **sent))
    started.refresh_from_db()
    assert started.queue_status == "IN_PROGRESS"


def test_a_signature_that_is_not_stored_approves_nothing(cast: Cast) -> None:
    waiting = factories.field_repair(
        technician=cast.technician_record, customer=factories.make_person()
    )
    sent = {"name": "Paula Private", "shown": "50.00", "version": waiting.version}
    refused(
        send(cast.technician, "repair_sign", waiting.pk, signature=uploaded(plain()), **sent),
        'value="Paula Private"',
    )
    waiting.refresh_from_db()
    assert waiting.queue_status == "PENDING"


@pytest.mark.parametrize(
    ("who", "name"),
    [
        ("technician", "repair_photo"),
        ("admin", "office_repair_photo"),
        ("requester", "customer_repair_photo"),
    ],
)
def test_pictures_of_a_repair(cast: Cast, started: Repair, who: str, name: str) -> None:
    sent = {"images": uploaded(plain()), "kind": "before"}
    refused(send(cast.member(who), name, started.pk, **sent))
    assert not RepairPhoto.objects.exists()


def test_pictures_of_a_task(cast: Cast) -> None:
    technician = cast.technician_record
    job = factories.make_job("Wash", technician=technician, customer=cast.fleet)
    task = job.tasks.get()
    for user, name in (
        (cast.admin, "office_task_pictures"),
        (cast.technician, "technician_task_pictures"),
    ):
        refused(send(user, name, task.pk, images=uploaded(plain())))
    assert not TaskAttachment.objects.exists()


def by_api(user: User, path: str) -> Any:
    access = open_session(user=user, address="127.0.0.1", user_agent="test").access
    image = SimpleUploadedFile("chip.jpg", plain(), "image/jpeg")
    headers = {"Authorization": f"Bearer {access}"}
    return Client().post(path, {"image": image, "kind": "after"}, headers=headers)


def test_the_api_tells_it_as_a_problem(cast: Cast, started: Repair) -> None:
    answer = by_api(cast.technician, f"/api/repairs/{started.pk}/photos/")
    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    assert (answer.json()["code"], answer.json()["detail"]) == ("storage_away", TOLD)
    assert not StoredPhoto.objects.exists()


def test_a_driver_is_told_too(cast: Cast) -> None:
    unit = factories.make_unit(cast.fleet, "4127")
    (sticker,) = use_cases.stickers_of(actor=cast.primary, unit_ids=[unit.pk])
    sent = {"damage_type": "Chip", "requested_by_name": "Pat Driver", "photo": uploaded(plain())}
    answer = Client().post(reverse("unit_sticker", args=[sticker.token]), sent)
    refused(answer, 'value="Pat Driver"')
    assert not Repair.objects.exists()
