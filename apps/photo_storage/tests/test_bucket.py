"""Photos in a bucket: a server that speaks S3's protocol, asked over the wire."""

import datetime as dt
import logging
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from django.conf import settings as configured
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from moto.server import ThreadedMotoServer
from pytest_django.fixtures import Settings

from apps.photo_storage.bucket import PrivateBucket
from apps.photo_storage.enums import Variant
from apps.photo_storage.models import StoredPhoto
from apps.photo_storage.queries import orphan_names
from apps.photo_storage.services import (
    keep_photo,
    prepare_photo,
    remove_orphans,
    staged,
    store_photo,
)
from apps.photo_storage.serving import photo_response
from apps.photo_storage.tests.pictures import decode, plain, uploaded
from core.errors import NotFound, Unavailable

pytestmark = pytest.mark.django_db

NAME = "our-shop-photos"
KEYS = {"access_key": "made-up", "secret_key": "made-up", "region_name": "eu-central-1"}


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of a server with an empty bucket."""
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    local = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    local.start()
    host, port = local.get_host_and_port()
    address = f"http://{host}:{port}"
    yield address
    local.stop()


@pytest.fixture
def bucket(server: str, settings: Settings) -> Iterator[Any]:
    """The bucket, empty, in the place of the local folder."""
    keys = {f"aws_{name}": value for name, value in KEYS.items() if name.endswith("key")}
    access: dict[str, Any] = {
        "endpoint_url": server,
        "region_name": KEYS["region_name"],
        "aws_access_key_id": keys["aws_access_key"],
        "aws_secret_access_key": keys["aws_secret_key"],
    }
    found = boto3.resource("s3", **access).Bucket(NAME)
    found.create(CreateBucketConfiguration={"LocationConstraint": KEYS["region_name"]})
    options = {"bucket_name": NAME, "endpoint_url": server, "addressing_style": "path"}
    use(settings, options)
    yield found
    found.objects.all().delete()
    found.delete()


def use(settings: Settings, options: dict[str, Any]) -> None:
    chosen = configured.BUCKET["OPTIONS"] | KEYS | options
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {**configured.BUCKET, "OPTIONS": chosen},
    }
    assert isinstance(default_storage, PrivateBucket)


def keys_in(bucket: Any) -> list[str]:
    return sorted(each.key for each in bucket.objects.all())


def test_a_photo_is_three_objects(bucket: Any) -> None:
    photo = store_photo(upload=uploaded(plain((1000, 500))), uploaded_by=None)
    assert keys_in(bucket) == sorted(photo.names)
    assert bucket.Object(photo.storage_name).content_type == "image/jpeg"
    assert bucket.Object(photo.thumb_name).content_type == "image/webp"


def test_the_bytes_are_served_by_us(bucket: Any) -> None:
    photo = store_photo(upload=uploaded(plain((1000, 500))), uploaded_by=None)
    response = photo_response(photo, Variant.THUMB)
    content = b"".join(response.streaming_content)  # type: ignore[arg-type] # not asynchronous here
    response.close()
    assert decode(content).size == (320, 160)
    assert bucket.name not in str(response.headers)


def test_nobody_reads_an_object_without_the_keys(bucket: Any, server: str) -> None:
    photo = store_photo(upload=uploaded(plain()), uploaded_by=None)
    grants = bucket.Object(photo.storage_name).Acl().grants
    assert [grant["Grantee"]["Type"] for grant in grants] == ["CanonicalUser"]
    with pytest.raises(urllib.error.HTTPError) as refusal:
        urllib.request.urlopen(f"{server}/{NAME}/{photo.storage_name}")  # noqa: S310 - our own
    assert refusal.value.code == 403
    refusal.value.close()


def test_a_lost_object_is_not_found(bucket: Any) -> None:
    photo = store_photo(upload=uploaded(plain()), uploaded_by=None)
    bucket.Object(photo.storage_name).delete()
    with pytest.raises(NotFound):
        photo_response(photo, Variant.FULL)


def test_what_no_row_took_is_removed(bucket: Any) -> None:
    taken, left = (prepare_photo(upload=uploaded(plain())) for _ in range(2))
    with staged(taken, left):
        assert len(keys_in(bucket)) == 6
        kept = keep_photo(prepared=taken, uploaded_by=None)
    assert keys_in(bucket) == sorted(kept.names)


def test_orphans_are_found_and_removed_in_every_folder(bucket: Any) -> None:
    kept = store_photo(upload=uploaded(plain()), uploaded_by=None)
    assert list(orphan_names(older_than=dt.timedelta())) == []
    for name in ("photos/2025/01/a.jpg", "photos/2025/02/b.jpg", "exports/list.csv"):
        default_storage.save(name, ContentFile(b"left behind"))
    found = list(orphan_names(older_than=dt.timedelta()))
    assert found == ["photos/2025/01/a.jpg", "photos/2025/02/b.jpg"]
    assert list(orphan_names()) == []
    assert list(remove_orphans(found)) == found
    assert keys_in(bucket) == sorted([*kept.names, "exports/list.csv"])


@pytest.mark.usefixtures("bucket")
def test_an_empty_bucket_has_no_orphans() -> None:
    assert list(orphan_names(older_than=dt.timedelta())) == []


@pytest.mark.usefixtures("bucket")
def test_a_bucket_that_is_not_there_is_told(settings: Settings, server: str) -> None:
    photo = store_photo(upload=uploaded(plain()), uploaded_by=None)
    use(settings, {"bucket_name": "no-such-bucket", "endpoint_url": server})
    with pytest.raises(Unavailable) as refusal:
        store_photo(upload=uploaded(plain()), uploaded_by=None)
    assert (refusal.value.code, StoredPhoto.objects.count()) == ("storage_away", 1)
    with pytest.raises(OSError, match="The bucket does not do it"):
        list(orphan_names())
    with pytest.raises(NotFound):
        photo_response(photo, Variant.FULL)


def test_a_server_that_is_away_is_told(bucket: Any, settings: Settings) -> None:
    photo = store_photo(upload=uploaded(plain()), uploaded_by=None)
    assert keys_in(bucket) == sorted(photo.names)
    # Port 9 of this machine: nobody listens there.
    use(settings, {"bucket_name": NAME, "endpoint_url": "http://127.0.0.1:9"})
    with pytest.raises(Unavailable) as refusal:
        photo_response(photo, Variant.FULL)
    assert refusal.value.code == "storage_away"
