"""The bucket gone, hung and slow: who uploads is told, nothing is half saved, nobody waits long."""

import datetime as dt
import logging
import os
import time
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from django.conf import settings as configured
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from moto.server import ThreadedMotoServer
from PIL import Image
from pytest_django.fixtures import Settings

from apps.photo_storage import bucket, services
from apps.photo_storage.models import StoredPhoto
from apps.photo_storage.queries import orphan_names
from apps.photo_storage.services import remove_orphans
from apps.photo_storage.tests.pictures import encode, plain
from apps.repairs.models import Repair, RepairPhoto
from apps.security.sessions import open_session
from tests import factories
from tests.cast import Cast
from tests.faults.proxy import Proxy, proxied
from tests.pages import folded, send, signed_in, visit

pytestmark = [pytest.mark.once, pytest.mark.django_db]
CYCLES = 5 if os.environ.get("FAULTS") == "all" else 1
# Of one process all such servers share their buckets.
NAME = "photos-behind-a-door"
KEYS = {"access_key": "made-up", "secret_key": "made-up", "region_name": "eu-central-1"}
TOLD = "The picture cannot be stored right now. Nothing was saved; try again in a moment."
# As in production, only that nobody has the time to wait: one second for an answer, tried twice.
PATIENCE = Config(connect_timeout=1, read_timeout=1, retries={"total_max_attempts": 2})
LONGEST_SECONDS = 8


@pytest.fixture(scope="module")
def server() -> Iterator[int]:
    """The port of a server of S3's protocol, with an empty bucket."""
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    local = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    local.start()
    host, port = local.get_host_and_port()
    access = {
        "endpoint_url": f"http://{host}:{port}",
        "region_name": KEYS["region_name"],
        "aws_access_key_id": KEYS["access_key"],
        "aws_secret_access_key": KEYS["secret_key"],
    }
    place = {"LocationConstraint": KEYS["region_name"]}
    own = boto3.resource("s3", **access).Bucket(NAME)
    own.create(CreateBucketConfiguration=place)
    yield port
    own.objects.all().delete()
    own.delete()
    local.stop()


@pytest.fixture
def door(server: int, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Proxy]:
    """The door to the bucket, which the shop uses as in production."""
    monkeypatch.setattr(bucket, "PATIENCE", PATIENCE)
    with proxied(server) as found:
        options = {
            "bucket_name": NAME,
            "endpoint_url": f"http://127.0.0.1:{found.port}",
            "addressing_style": "path",
        }
        chosen = configured.BUCKET["OPTIONS"] | KEYS | options
        storage = {**configured.BUCKET, "OPTIONS": chosen}
        settings.STORAGES = {**settings.STORAGES, "default": storage}
        yield found


@pytest.fixture
def repair(cast: Cast) -> Repair:
    return factories.started_repair(technician=cast.technician_record, customer=cast.fleet)


class Technician:
    """Who sends pictures, each another one, and counts what was taken."""

    def __init__(self, cast: Cast, repair: Repair) -> None:
        pair = open_session(user=cast.technician, address="127.0.0.1", user_agent="test")
        self._headers = {"Authorization": f"Bearer {pair.access}"}
        self._cast, self._repair = cast, repair
        self.sent = self.taken = 0

    def picture(self) -> SimpleUploadedFile:
        self.sent += 1
        return SimpleUploadedFile("chip.jpg", plain((40, 20 + self.sent)), "image/jpeg")

    def by_api(self, image: SimpleUploadedFile | None = None) -> Any:
        path = f"/api/repairs/{self._repair.pk}/photos/"
        sent = {"image": image or self.picture(), "kind": "after"}
        answer = Client().post(path, sent, headers=self._headers)
        self.taken += answer.status_code == 201
        return answer

    def by_page(self) -> Any:
        sent = {
            "customer": self._cast.fleet.pk,
            "rows-TOTAL_FORMS": 1,
            "rows-INITIAL_FORMS": 0,
            "rows-0-unit_number": f"T-{self.sent}",
            "rows-0-damage_type": "Chip",
            "rows-0-photos": self.picture(),
        }
        answer = send(self._cast.technician, "create_repair", **sent)
        self.taken += answer.status_code == 303
        return answer


@pytest.fixture
def technician(cast: Cast, repair: Repair) -> Technician:
    return Technician(cast, repair)


def heal(door: Proxy) -> None:
    """The bucket answers again, and it is long enough ago that it did not."""
    door.harm("pass")
    storage = default_storage
    assert isinstance(storage, bucket.PrivateBucket)
    storage.circuit.close()


def seen(cast: Cast, photo: RepairPhoto, variant: str) -> int:
    """What is answered to who looks at a picture; all of it is read."""
    answer: Any = visit(cast.technician, "technician_photo", photo.pk, variant)
    assert answer.status_code != 200 or b"".join(answer)
    status: int = answer.status_code
    return status


def check(technician: Technician, cast: Cast) -> None:
    """Whatever is mentioned is there and served, and what is left behind is found and removed."""
    assert RepairPhoto.objects.count() == StoredPhoto.objects.count() == technician.taken
    for photo in RepairPhoto.objects.all():
        assert all(default_storage.exists(name) for name in photo.stored.names)
        assert seen(cast, photo, "thumb") == 200
    left = list(orphan_names(older_than=dt.timedelta()))
    assert list(remove_orphans(left)) == left
    assert list(orphan_names(older_than=dt.timedelta())) == []


def readiness(cast: Cast) -> tuple[int, str]:
    answer = signed_in(cast.admin).get("/health/ready")
    return answer.status_code, answer.json()["parts"]["storage"]


@pytest.mark.parametrize("harm", ["refuse", "hang"])
def test_without_it_uploads_are_refused_in_words_and_nothing_is_half_saved(
    door: Proxy, technician: Technician, cast: Cast, harm: str
) -> None:
    assert technician.by_api().status_code == 201
    for _ in range(CYCLES):
        door.harm(harm)
        began, repairs = time.monotonic(), Repair.objects.count()
        answer = technician.by_api()
        assert (answer.status_code, answer["Retry-After"]) == (503, "30")
        assert (answer.json()["code"], answer.json()["detail"]) == ("storage_away", TOLD)
        asked = door.asked
        page = technician.by_page()
        assert (page.status_code, TOLD in folded(page)) == (503, True)
        assert f'value="T-{technician.sent - 1}"' in folded(page)
        photo = RepairPhoto.objects.first()
        assert photo is not None
        assert seen(cast, photo, "full") == 503
        assert readiness(cast) == (503, "away")
        # One has waited for it; all others were told at once.
        assert door.asked == asked
        assert time.monotonic() - began < LONGEST_SECONDS
        assert visit(cast.technician, "technician_dashboard").status_code == 200
        assert Repair.objects.count() == repairs
        heal(door)
        assert readiness(cast) == (200, "ok")
        assert technician.by_api().status_code == 201
        assert technician.by_page().status_code == 303
    check(technician, cast)


def test_readiness_is_the_first_to_find_it_hung(door: Proxy, cast: Cast) -> None:
    assert readiness(cast) == (200, "ok")
    door.harm("hang")
    began = time.monotonic()
    assert readiness(cast) == (503, "away")
    assert time.monotonic() - began < LONGEST_SECONDS


def test_a_slow_one_is_waited_for(door: Proxy, technician: Technician, cast: Cast) -> None:
    door.pause = 0.3
    door.harm("slow")
    for _ in range(CYCLES):
        assert technician.by_api().status_code == 201
        assert technician.by_page().status_code == 303
    heal(door)
    check(technician, cast)


def test_one_too_slow_for_all_files_is_given_up(
    door: Proxy, technician: Technician, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "REMOVING_SECONDS", 0.0)
    assert technician.by_api().status_code == 201
    door.pause = 0.4
    for _ in range(CYCLES):
        door.harm("slow")
        monkeypatch.setattr(services, "WRITING_SECONDS", 0.5)
        began = time.monotonic()
        answer = technician.by_api()
        assert (answer.status_code, answer.json()["code"]) == (503, "storage_away")
        assert time.monotonic() - began < LONGEST_SECONDS
        heal(door)
        monkeypatch.setattr(services, "WRITING_SECONDS", 45.0)
        assert technician.by_api().status_code == 201
    # What there was no time to remove.
    assert list(orphan_names(older_than=dt.timedelta()))
    check(technician, cast)


def test_one_that_dies_in_the_middle_of_a_picture_is_away(
    door: Proxy, technician: Technician, cast: Cast
) -> None:
    noise = encode(Image.effect_noise((800, 800), 90))
    assert technician.by_api(SimpleUploadedFile("noise.jpg", noise)).status_code == 201
    photo = RepairPhoto.objects.get()
    assert photo.stored.byte_size > 100_000
    door.allowance = 20_000
    door.harm("stall")
    began = time.monotonic()
    assert [seen(cast, photo, "full") for _ in range(3)] == [503] * 3
    assert time.monotonic() - began < LONGEST_SECONDS
    heal(door)
    check(technician, cast)
