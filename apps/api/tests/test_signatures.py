"""Approval at the vehicle, by REST."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from apps.api.tests.conftest import CallAs, Caller, problem_of
from apps.photo_storage.tests.pictures import plain
from apps.repairs.models import Repair, RepairApproval
from tests import factories
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting(cast: Cast) -> Repair:
    person = factories.make_person()
    return factories.field_repair(technician=cast.technician_record, customer=person)


def drawing(content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile("signature.png", content or plain(kind="PNG"), "image/png")


def sign(caller: Caller, repair: Repair, *, key: str = "", **fields: Any) -> Any:
    headers = {"Authorization": caller.authorization}
    if key:
        headers["Idempotency-Key"] = key
    return Client().post(
        f"/api/repairs/{repair.pk}/sign/",
        {"name": "Paula Private", "at_most": "50.00"} | fields,
        headers=headers,
    )


def test_a_signature_approves(call_as: CallAs, cast: Cast, waiting: Repair) -> None:
    answer = sign(call_as(cast.technician), waiting, signature=drawing())
    assert answer.status_code == 200
    assert answer.json()["queue_status"] == "APPROVED"
    assert answer["ETag"] == '"2"'
    assert RepairApproval.objects.get().signature is not None


def test_a_name_is_enough(call_as: CallAs, cast: Cast, waiting: Repair) -> None:
    assert sign(call_as(cast.admin), waiting).status_code == 200
    assert RepairApproval.objects.get().signature is None


def test_the_same_key_signs_once(call_as: CallAs, cast: Cast, waiting: Repair) -> None:
    caller = call_as(cast.technician)
    answers = [sign(caller, waiting, key="k", signature=drawing()) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].content == answers[1].content
    assert RepairApproval.objects.count() == 1


def test_a_higher_price_is_told(call_as: CallAs, cast: Cast, waiting: Repair) -> None:
    refused = sign(call_as(cast.technician), waiting, at_most="40.00")
    assert problem_of(refused) == (409, "price_changed")
    assert refused.json()["amount"] == "50.00"


def test_a_company_that_wants_to_be_asked(call_as: CallAs, cast: Cast) -> None:
    repair = factories.field_repair(technician=cast.technician_record, customer=cast.fleet)
    refused = sign(call_as(cast.technician), repair)
    assert problem_of(refused) == (403, "not_on_the_spot")


def test_what_is_no_drawing_is_told_at_its_field(
    call_as: CallAs, cast: Cast, waiting: Repair
) -> None:
    broken = drawing(b"no picture")
    refused = sign(call_as(cast.technician), waiting, signature=broken)
    assert problem_of(refused) == (400, "photo_not_an_image")
    assert list(refused.json()["errors"]) == ["signature"]


def test_who_does_not_work_on_it_takes_no_signature(
    call_as: CallAs, cast: Cast, waiting: Repair
) -> None:
    own = factories.make_primary(waiting.customer)
    assert problem_of(sign(call_as(own), waiting)) == (403, "forbidden")
    assert problem_of(sign(call_as(cast.other_technician), waiting)) == (404, "not_found")
    assert not RepairApproval.objects.exists()


def test_who_signs_is_named(call_as: CallAs, cast: Cast, waiting: Repair) -> None:
    refused = sign(call_as(cast.technician), waiting, name="")
    assert problem_of(refused)[0] == 400
    assert list(refused.json()["errors"]) == ["name"]
