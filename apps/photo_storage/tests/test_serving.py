"""The answer with a photo's bytes, and its signed addresses."""

import time
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.http import FileResponse

from apps.photo_storage.enums import Variant
from apps.photo_storage.models import StoredPhoto
from apps.photo_storage.services import store_photo
from apps.photo_storage.serving import (
    PhotoGrant,
    photo_response,
    read_signed_token,
    signed_token,
)
from apps.photo_storage.tests.pictures import decode, plain, uploaded
from core.errors import NotFound, Unavailable


@pytest.fixture
def photo(db: None) -> StoredPhoto:
    return store_photo(upload=uploaded(plain((1000, 500))), uploaded_by=None)


def body(response: FileResponse) -> bytes:
    content = b"".join(response.streaming_content)  # type: ignore[arg-type] # not asynchronous here
    response.close()
    return content


@pytest.mark.parametrize(
    ("variant", "kind", "size"),
    [
        (Variant.FULL, "jpeg", (1000, 500)),
        (Variant.SCREEN, "webp", (1000, 500)),
        (Variant.THUMB, "webp", (320, 160)),
    ],
)
def test_each_variant_is_answered_with(
    photo: StoredPhoto, variant: Variant, kind: str, size: tuple[int, int]
) -> None:
    response = photo_response(photo, variant)
    name = f"photo-{photo.pk}-{variant.value}.{kind.replace('jpeg', 'jpg')}"
    assert {key: response[key] for key in response.headers if key != "Content-Length"} == {
        "Content-Type": f"image/{kind}",
        "Content-Disposition": f'inline; filename="{name}"',
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, max-age=300",
    }
    assert decode(body(response)).size == size


def test_a_lost_file_is_not_found(photo: StoredPhoto) -> None:
    default_storage.delete(photo.storage_name)
    with pytest.raises(NotFound):
        photo_response(photo, Variant.FULL)


def test_a_storage_that_does_not_answer_is_told(photo: StoredPhoto, media_root: Path) -> None:
    file = media_root / photo.storage_name
    file.unlink()
    file.mkdir()
    with pytest.raises(Unavailable) as refusal:
        photo_response(photo, Variant.FULL)
    assert refusal.value.code == "storage_away"


def test_a_token_says_who_may_see_what() -> None:
    grant = read_signed_token(signed_token(7, Variant.THUMB, 3))
    assert grant == PhotoGrant(stored_id=7, variant=Variant.THUMB, user_id=3)


def test_a_token_dies() -> None:
    token = signed_token(7, Variant.FULL, 3)
    time.sleep(1.1)
    assert read_signed_token(token, max_age=1) is None
    assert read_signed_token(token) is not None


def test_a_token_cannot_be_altered() -> None:
    content, stamp, signature = signed_token(7, Variant.FULL, 3).split(":")
    other = signed_token(8, Variant.FULL, 3).split(":")[0]
    assert read_signed_token(f"{other}:{stamp}:{signature}") is None
    assert read_signed_token(f"{content}:zzzzzz:{signature}") is None
    assert read_signed_token(f"{content}:{stamp}:{signature[::-1]}") is None


@pytest.mark.parametrize("token", ["", "x", ":::", "\x00", "é" * 50, "a" * 10_000])
def test_nonsense_is_no_token(token: str) -> None:
    assert read_signed_token(token) is None
