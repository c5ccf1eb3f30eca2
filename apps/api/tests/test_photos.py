"""Pictures of repairs and their signed addresses."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from pytest_django.fixtures import Settings

from apps.api.tests.conftest import CallAs, Caller, problem_of
from apps.photo_storage import services, serving
from apps.photo_storage.enums import Variant
from apps.photo_storage.tests.pictures import plain
from apps.repairs.models import Repair, RepairPhoto
from tests import factories
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def repair(cast: Cast) -> Repair:
    return factories.started_repair(technician=cast.technician_record, customer=cast.fleet)


def send(caller: Caller, repair: Repair, **fields: Any) -> Any:
    image = SimpleUploadedFile("chip.jpg", fields.pop("image", plain()), "image/jpeg")
    return Client().post(
        f"/api/repairs/{repair.pk}/photos/",
        {"image": image, "kind": "after"} | fields,
        headers={"Authorization": caller.authorization},
    )


def opened(path: str) -> Any:
    """The answer with its bytes read, which closes the file."""
    answer: Any = Client().get(path)
    answer.bytes = b"".join(answer)
    return answer


def test_technician_adds_a_picture(call_as: CallAs, cast: Cast, repair: Repair) -> None:
    answer = send(call_as(cast.technician), repair)
    told = answer.json()
    assert (answer.status_code, told["kind"], told["internal"]) == (201, "after", False)
    picture = opened(told["url"])
    assert (picture.status_code, picture["Content-Type"]) == (200, "image/jpeg")
    assert picture.bytes.startswith(b"\xff\xd8\xff")


def test_same_picture_again_is_the_same(call_as: CallAs, cast: Cast, repair: Repair) -> None:
    caller = call_as(cast.technician)
    first, again = send(caller, repair).json(), send(caller, repair).json()
    assert first["id"] == again["id"]
    assert RepairPhoto.objects.count() == 1


def send_with_key(caller: Caller, repair: Repair, key: str, **fields: Any) -> Any:
    image = SimpleUploadedFile("chip.jpg", fields.pop("image", plain()), "image/jpeg")
    return Client().post(
        f"/api/repairs/{repair.pk}/photos/",
        {"image": image, "kind": "after"} | fields,
        headers={"Authorization": caller.authorization, "Idempotency-Key": key},
    )


@pytest.fixture
def folder(tmp_path: Path, settings: Settings) -> Path:
    """A storage folder of the test's own."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def files_in(folder: Path) -> int:
    return sum(path.is_file() for path in folder.rglob("*"))


@pytest.mark.django_db(transaction=True)
def test_a_picture_is_decoded_and_written_before_the_keys_transaction(
    call_as: CallAs,
    cast: Cast,
    repair: Repair,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[bool] = []

    def watched(function: Callable[..., Any]) -> Callable[..., Any]:
        def run(*args: Any, **kwargs: Any) -> Any:
            seen.append(connection.in_atomic_block)
            return function(*args, **kwargs)

        return run

    for name in ("clean", "_save"):
        monkeypatch.setattr(services, name, watched(getattr(services, name)))
    answer = send_with_key(call_as(cast.technician), repair, "k1")
    assert (answer.status_code, seen) == (201, [False] * 4)
    assert files_in(folder) == 3


def test_a_repeated_call_decodes_nothing_and_answers_the_same(
    call_as: CallAs, cast: Cast, repair: Repair, folder: Path
) -> None:
    caller = call_as(cast.technician)
    first = send_with_key(caller, repair, "k1")
    repair.photos.update(is_internal=True)
    again = send_with_key(caller, repair, "k1")
    assert (again.status_code, again.json()) == (201, first.json())
    assert again["Idempotent-Replayed"] == "true"
    assert problem_of(send_with_key(caller, repair, "k1", kind="before"))[0] == 422
    assert (RepairPhoto.objects.count(), files_in(folder)) == (1, 3)


def test_a_picture_that_is_known_leaves_no_second_file(
    call_as: CallAs, cast: Cast, repair: Repair, folder: Path
) -> None:
    caller = call_as(cast.technician)
    told = [send_with_key(caller, repair, key).json()["id"] for key in ("k1", "k2")]
    assert told == [RepairPhoto.objects.get().pk] * 2
    assert files_in(folder) == 3


@pytest.mark.parametrize("kind", ["WebP", "HEIF"])
def test_a_phones_own_formats_are_taken(
    call_as: CallAs, cast: Cast, repair: Repair, kind: str
) -> None:
    told = send(call_as(cast.technician), repair, image=plain(kind=kind)).json()
    types = [opened(told[name])["Content-Type"] for name in ("url", "screen_url", "thumb_url")]
    assert types == ["image/jpeg", "image/webp", "image/webp"]


def test_customers_do_not_see_internal_ones(call_as: CallAs, cast: Cast, repair: Repair) -> None:
    send(call_as(cast.technician), repair, internal="true")
    path = f"/api/repairs/{repair.pk}/photos/"
    assert call_as(cast.primary).get(path).json()["results"] == []
    assert len(call_as(cast.admin).get(path).json()["results"]) == 1
    assert problem_of(call_as(cast.sales_agent).get(path)) == (404, "not_found")


@pytest.mark.parametrize(
    ("part", "fields", "status"),
    [
        ("primary", {"kind": "customer"}, 201),
        ("primary", {"kind": "after"}, 400),
        ("other_technician", {}, 404),
        ("stranger", {"kind": "customer"}, 404),
        ("technician", {"kind": "selfie"}, 400),
        ("technician", {"bogus": "1"}, 400),
        ("technician", {"image": b"no picture"}, 400),
        ("technician", {"image": b""}, 400),
    ],
)
def test_who_adds_what(
    call_as: CallAs, cast: Cast, part: str, fields: dict[str, Any], status: int
) -> None:
    repair = factories.started_repair(technician=cast.technician_record, customer=cast.fleet)
    assert send(call_as(cast.member(part)), repair, **fields).status_code == status


def test_who_only_sees_a_request_adds_no_picture(call_as: CallAs, cast: Cast) -> None:
    asked = factories.request(customer=cast.fleet)
    others = [cast.technician, cast.other_technician]
    (other,) = (user for user in others if user.technician != asked.technician)
    assert problem_of(send(call_as(other), asked)) == (403, "forbidden")
    assert not asked.photos.exists()


def test_a_form_without_its_boundary_is_malformed(
    call_as: CallAs, cast: Cast, repair: Repair
) -> None:
    caller, path = call_as(cast.technician), f"/api/repairs/{repair.pk}/photos/"
    headers = {"Authorization": caller.authorization}
    answer: Any = Client().generic("POST", path, b"x", "multipart/form-data", headers=headers)
    assert problem_of(answer) == (400, "malformed")


def test_json_is_no_picture(call_as: CallAs, cast: Cast, repair: Repair) -> None:
    answer = call_as(cast.technician).post(f"/api/repairs/{repair.pk}/photos/", {"kind": "after"})
    assert problem_of(answer) == (415, "unsupported_media_type")


def fetch(photo: RepairPhoto, user_id: int, *, suffix: str = "") -> Any:
    token = serving.signed_token(photo.stored_id, Variant.FULL, user_id)
    return opened(f"/api/photos/{token}{suffix}/")


@pytest.fixture
def photo(call_as: CallAs, cast: Cast, repair: Repair) -> RepairPhoto:
    send(call_as(cast.technician), repair, internal="true")
    return RepairPhoto.objects.get()


@pytest.mark.parametrize(
    ("part", "status"),
    [
        ("technician", 200),
        ("admin", 200),
        ("primary", 404),
        ("stranger", 404),
        ("sales_agent", 404),
    ],
)
def test_signed_address_shows_what_its_person_may_see(
    cast: Cast, photo: RepairPhoto, part: str, status: int
) -> None:
    assert fetch(photo, cast.member(part).pk).status_code == status


def test_signed_address_dies_with_its_person(cast: Cast, photo: RepairPhoto) -> None:
    cast.technician.is_active = False
    cast.technician.save()
    assert problem_of(fetch(photo, cast.technician.pk)) == (404, "not_found")


def test_signed_address_holds_for_a_minute(call_as: CallAs, cast: Cast, repair: Repair) -> None:
    path = send(call_as(cast.technician), repair).json()["thumb_url"]
    assert opened(path).status_code == 200
    token = path.rstrip("/").rpartition("/")[2]
    assert serving.read_signed_token(token, max_age=-1) is None
    assert serving.TOKEN_SECONDS == 60


def test_altered_address_is_not_found(cast: Cast, photo: RepairPhoto) -> None:
    answer = fetch(photo, cast.technician.pk, suffix="x")
    assert problem_of(answer) == (404, "not_found")


def archive(caller: Caller, path: str) -> Any:
    return Client().get(path, headers={"Authorization": caller.authorization})


def test_files_are_not_refused_to_who_asks_for_files(
    call_as: CallAs, cast: Cast, repair: Repair
) -> None:
    caller = call_as(cast.technician)
    told = send(caller, repair).json()
    wanted = {
        f"/api/repairs/{repair.pk}/photos/archive/": "application/zip",
        told["url"]: "image/jpeg",
    }
    for path, kind in wanted.items():
        headers = {"Authorization": caller.authorization, "Accept": kind}
        answer: Any = Client().get(path, headers=headers)
        assert (answer.status_code, answer["Content-Type"]) == (200, kind)
        assert b"".join(answer)


def names_in(answer: Any) -> list[str]:
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/zip")
    return zipfile.ZipFile(io.BytesIO(b"".join(answer))).namelist()


def test_all_pictures_of_a_repair_are_one_file(call_as: CallAs, cast: Cast, repair: Repair) -> None:
    caller = call_as(cast.technician)
    send(caller, repair)
    send(caller, repair, kind="before", internal="true")
    path = f"/api/repairs/{repair.pk}/photos/archive/"
    assert len(names_in(archive(caller, path))) == 2
    assert len(names_in(archive(call_as(cast.primary), path))) == 1


def test_all_pictures_of_a_batch_are_one_file(call_as: CallAs, cast: Cast) -> None:
    batch = factories.request_batch(customer=cast.fleet, unit_numbers=["4127", "4128"])
    caller = call_as(cast.primary)
    path = f"/api/batches/{batch.pk}/photos/archive/"
    assert problem_of(archive(caller, path)) == (404, "not_found")
    for row in batch.repairs.all():
        send(caller, row, kind="customer")
    assert len(names_in(archive(caller, path))) == 2


@pytest.mark.parametrize("part", ["stranger", "sales_agent"])
@pytest.mark.parametrize("kind", ["repairs", "batches"])
def test_others_find_no_file(call_as: CallAs, cast: Cast, part: str, kind: str) -> None:
    batch = factories.request_batch(customer=cast.fleet, unit_numbers=["4127", "4128"])
    row = batch.repairs.earliest("pk")
    send(call_as(cast.primary), row, kind="customer")
    pk = row.pk if kind == "repairs" else batch.pk
    answer = archive(call_as(cast.member(part)), f"/api/{kind}/{pk}/photos/archive/")
    assert problem_of(answer) == (404, "not_found")
