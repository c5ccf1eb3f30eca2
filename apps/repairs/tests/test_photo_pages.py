"""A picture, and all of a repair or a batch, as every portal gives them."""

import datetime as dt
import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from pytest_django.fixtures import Settings

from apps.photo_storage.services import store_photo
from apps.photo_storage.tests.pictures import plain, uploaded
from apps.repairs.enums import PhotoKind
from apps.repairs.models import Repair, RepairPhoto
from apps.repairs.photo_pages import members_of
from tests import factories
from tests.cast import Cast
from tests.pages import text_of, visit

pytestmark = pytest.mark.django_db

AT = dt.datetime(2026, 11, 23, 3, 30, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def media_root(tmp_path: Path, settings: Settings) -> Path:
    """A storage folder of the test's own."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def photo_of(repair: Repair, kind: PhotoKind, **fields: Any) -> RepairPhoto:
    stored = store_photo(upload=uploaded(plain((len(kind), 8))), uploaded_by=None)
    photo = RepairPhoto(repair=repair, stored=stored, sha256=stored.sha256, kind=kind, **fields)
    photo.save()
    RepairPhoto.objects.filter(pk=photo.pk).update(added_at=AT)
    photo.refresh_from_db()
    return photo


@pytest.fixture
def repair(cast: Cast) -> Repair:
    started = factories.started_repair(
        technician=cast.technician_record, customer=cast.fleet, unit_number="A/B 4127"
    )
    photo_of(started, PhotoKind.BEFORE)
    photo_of(started, PhotoKind.AFTER)
    photo_of(started, PhotoKind.ADDITIONAL, is_internal=True)
    return started


def names_in(response: Any) -> list[str]:
    assert (response.status_code, response["Content-Type"]) == (200, "application/zip")
    return zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content))).namelist()


def named(repair: Repair, *kinds: str) -> list[str]:
    return [f"A-B-4127_2026-11-22_{kind}.jpg" for kind in kinds]


def test_the_names_say_unit_local_date_and_kind(cast: Cast, repair: Repair) -> None:
    factories.set_shop(time_zone="America/New_York")
    answer = visit(cast.admin, "office_repair_photos", repair.pk)
    assert names_in(answer) == named(repair, "before", "after", "additional")
    assert f"repair-{repair.pk}-photos.zip" in answer["Content-Disposition"]


@pytest.mark.parametrize(
    ("part", "name", "kinds"),
    [
        ("primary", "customer_repair_photos", ["before", "after"]),
        ("requester", "customer_repair_photos", ["before", "after"]),
        ("technician", "repair_photos", ["before", "after", "additional"]),
    ],
)
def test_each_gets_what_each_may_see(
    cast: Cast, repair: Repair, part: str, name: str, kinds: list[str]
) -> None:
    factories.set_shop(time_zone="America/New_York")
    assert names_in(visit(cast.member(part), name, repair.pk)) == named(repair, *kinds)


@pytest.mark.parametrize(
    ("part", "name"),
    [
        ("stranger", "customer_repair_photos"),
        ("other_technician", "repair_photos"),
        ("sales_agent", "office_repair_photos"),
    ],
)
def test_others_find_nothing(cast: Cast, repair: Repair, part: str, name: str) -> None:
    assert visit(cast.member(part), name, repair.pk).status_code == 404
    assert visit(cast.member(part), name, repair.pk + 1000).status_code == 404


def test_a_repair_without_pictures_has_no_file(cast: Cast) -> None:
    bare = factories.request(customer=cast.fleet)
    assert visit(cast.primary, "customer_repair_photos", bare.pk).status_code == 404


def test_a_batch_tells_its_breaks_apart(cast: Cast) -> None:
    factories.set_shop(time_zone="America/New_York")
    batch = factories.request_batch(customer=cast.fleet, unit_numbers=["4127", "4127"])
    for row in batch.repairs.order_by("break_number"):
        photo_of(row, PhotoKind.CUSTOMER)
    answer = visit(cast.primary, "customer_batch_photos", batch.pk)
    assert names_in(answer) == [f"4127_break-{number}_2026-11-22_customer.jpg" for number in (1, 2)]
    assert visit(cast.stranger, "customer_batch_photos", batch.pk).status_code == 404


@pytest.mark.parametrize(
    ("part", "page"),
    [("primary", "customer_batch_detail"), ("admin", "office_batch_detail")],
)
def test_a_batchs_page_shows_the_pictures_of_each_row(cast: Cast, part: str, page: str) -> None:
    batch = factories.request_batch(customer=cast.fleet, unit_numbers=["4127", "4128"])
    assert "Download" not in text_of(cast.member(part), page, batch.pk)
    for row in batch.repairs.all():
        photo_of(row, PhotoKind.CUSTOMER)
    text = text_of(cast.member(part), page, batch.pk)
    assert "4127, 1 of 2: From the customer" in text
    assert "4128, 2 of 2: From the customer" in text
    assert "Download 2 pictures (ZIP)" in text


def test_the_same_name_twice_is_numbered(repair: Repair) -> None:
    photos = list(RepairPhoto.objects.order_by("pk")) * 2
    names = [member.name for member in members_of(photos, "America/New_York")]
    assert names[3] == "A-B-4127_2026-11-22_before_2.jpg"
    assert len(set(names)) == 6


def test_a_number_of_signs_only_is_still_a_name(repair: Repair) -> None:
    photo = RepairPhoto.objects.select_related("repair", "stored").first()
    assert photo is not None
    photo.repair.unit_number = "../.."
    assert [member.name for member in members_of([photo], "UTC")] == ["unit_2026-11-23_before.jpg"]


@pytest.mark.parametrize(
    ("variant", "status"), [("full", 200), ("screen", 200), ("thumb", 200), ("huge", 404)]
)
def test_a_picture_in_each_size(cast: Cast, repair: Repair, variant: str, status: int) -> None:
    photo = repair.photos.first()
    assert photo is not None
    answer = visit(cast.primary, "customer_photo", photo.pk, variant)
    assert answer.status_code == status
    answer.close()


def test_a_picture_that_is_lost_is_not_found(cast: Cast, repair: Repair) -> None:
    photo = repair.photos.first()
    assert photo is not None
    default_storage.delete(photo.stored.storage_name)
    assert visit(cast.primary, "customer_photo", photo.pk, "full").status_code == 404


def test_a_storage_that_is_away_is_told(cast: Cast, repair: Repair, media_root: Path) -> None:
    photo = repair.photos.first()
    assert photo is not None
    (media_root / photo.stored.storage_name).unlink()
    (media_root / photo.stored.storage_name).mkdir()
    answer = visit(cast.primary, "customer_photo", photo.pk, "full")
    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
