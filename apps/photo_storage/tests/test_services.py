"""An upload is checked, cleaned and stored, or refused with a clear code."""

import datetime as dt
import hashlib
from pathlib import Path, PurePosixPath

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage, default_storage, storages
from django.db import transaction
from pytest_django.fixtures import Settings

from apps.photo_storage.models import StoredPhoto
from apps.photo_storage.queries import orphan_names
from apps.photo_storage.services import (
    keep_photo,
    prepare_photo,
    remove_orphans,
    staged,
    store_photo,
)
from apps.photo_storage.tests.pictures import decode, moving, plain, telltale, uploaded
from core.errors import Invalid, Unavailable
from core.models import User

pytestmark = pytest.mark.django_db


def refusal_of(data: bytes, name: str = "windshield.jpg") -> Invalid:
    with pytest.raises(Invalid) as refusal:
        store_photo(upload=uploaded(data, name), uploaded_by=None)
    return refusal.value


def stored_bytes(name: str) -> bytes:
    with default_storage.open(name) as file:
        content: bytes = file.read()
    return content


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_photo_is_a_row_and_three_files(media_root: Path) -> None:
    tech = User.objects.create_user("tech1", "tech1@example.com")
    original = telltale()
    photo = store_photo(upload=uploaded(original), uploaded_by=tech)
    full = stored_bytes(photo.storage_name)
    assert (photo.sha256, photo.uploaded_by) == (hashlib.sha256(original).hexdigest(), tech)
    assert (photo.content_type, photo.width, photo.height) == ("image/jpeg", 40, 80)
    assert (photo.byte_size, decode(full).size) == (len(full), (40, 80))
    assert decode(stored_bytes(photo.thumb_name)).size == (40, 80)
    assert len(files_in(media_root)) == 3


@pytest.mark.parametrize("kind", ["PNG", "WebP", "HEIF"])
def test_every_kind_becomes_a_jpeg(kind: str) -> None:
    photo = store_photo(upload=uploaded(plain(kind=kind), "glass.jpg"), uploaded_by=None)
    assert photo.content_type == "image/jpeg"
    assert decode(stored_bytes(photo.storage_name)).format == "JPEG"


def test_the_uploaders_file_name_is_not_used(media_root: Path) -> None:
    store_photo(upload=uploaded(plain(), "../../etc/passwd.php"), uploaded_by=None)
    names = [path.relative_to(media_root).as_posix() for path in files_in(media_root)]
    assert all(name.startswith("photos/") for name in names)
    assert sorted(PurePosixPath(name).suffix for name in names) == [".jpg", ".webp", ".webp"]
    assert not any("passwd" in name for name in names)


def test_the_same_picture_twice_is_two_photos() -> None:
    first, second = (store_photo(upload=uploaded(plain()), uploaded_by=None) for _ in range(2))
    assert first.sha256 == second.sha256
    assert first.storage_name != second.storage_name


def test_an_upload_that_was_read_before_is_stored_whole() -> None:
    upload = uploaded(plain())
    upload.read()
    assert store_photo(upload=upload, uploaded_by=None).width == 40


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"", "empty.jpg", "photo_empty"),
        (b"Dear shop, please find", "letter.jpg", "photo_not_an_image"),
        (b'<svg onload="alert(1)"/>', "drawing.jpg", "photo_format_not_accepted"),
        (plain(kind="GIF"), "moving.jpg", "photo_format_not_accepted"),
        (plain(kind="AVIF"), "newest.avif", "photo_format_not_accepted"),
        (moving("PNG"), "moving.png", "photo_animated"),
        (plain((400, 400))[:-600], "cut.jpg", "photo_damaged"),
        (b"\xff\xd8\xff" + b"\0" * 500, "noise.jpg", "photo_damaged"),
    ],
)
def test_what_is_no_accepted_photo_is_refused(
    data: bytes, name: str, code: str, media_root: Path
) -> None:
    refusal = refusal_of(data, name)
    assert (refusal.code, refusal.errors) == (code, {"image": [refusal.detail]})
    assert StoredPhoto.objects.count() == 0
    assert files_in(media_root) == []


def test_a_file_too_large_is_refused_before_it_is_decoded(settings: Settings) -> None:
    settings.PHOTO_MAX_BYTES = 1024**2
    refusal = refusal_of(bytes(1024**2 + 1))
    assert (refusal.code, refusal.detail) == ("photo_too_large", "The file is larger than 1 MB.")


def test_a_file_of_the_largest_size_is_read(settings: Settings) -> None:
    data = plain()
    settings.PHOTO_MAX_BYTES = len(data)
    assert store_photo(upload=uploaded(data), uploaded_by=None).width == 40


def test_too_many_pixels_are_refused_with_the_number_allowed(settings: Settings) -> None:
    settings.PHOTO_MAX_PIXELS = 1_500_000
    refusal = refusal_of(plain((1501, 1000)))
    assert refusal.code == "photo_too_many_pixels"
    assert refusal.detail == "The picture has more than 1.5 million pixels."


def test_preparing_leaves_no_trace(media_root: Path) -> None:
    prepare_photo(upload=uploaded(plain()))
    assert StoredPhoto.objects.count() == 0
    assert files_in(media_root) == []


def test_staged_files_wait_for_their_row(media_root: Path) -> None:
    prepared = prepare_photo(upload=uploaded(plain()))
    with staged(prepared, None):
        names = files_in(media_root)
        kept = keep_photo(prepared=prepared, uploaded_by=None)
    assert sorted(files_in(media_root)) == sorted(names)
    assert sorted(kept.names) == sorted(path.relative_to(media_root).as_posix() for path in names)


def test_staged_files_that_no_row_took_are_removed(media_root: Path) -> None:
    taken, left = (prepare_photo(upload=uploaded(plain())) for _ in range(2))
    with staged(taken, left):
        kept = keep_photo(prepared=taken, uploaded_by=None)
    assert len(files_in(media_root)) == len(kept.names)
    assert default_storage.exists(kept.storage_name)


def test_staged_files_of_a_rollback_are_removed(media_root: Path) -> None:
    prepared = prepare_photo(upload=uploaded(plain()))
    with staged(prepared):
        with transaction.atomic():
            keep_photo(prepared=prepared, uploaded_by=None)
            transaction.set_rollback(True)
        assert len(files_in(media_root)) == 3
    assert files_in(media_root) == []


def test_where_the_database_is_away_staged_files_wait_to_be_found(media_root: Path) -> None:
    prepared = prepare_photo(upload=uploaded(plain()))
    with transaction.atomic(), staged(prepared):
        transaction.set_rollback(True)
    assert len(files_in(media_root)) == 3
    assert len(list(orphan_names(older_than=dt.timedelta()))) == 3


def test_the_same_prepared_photo_is_kept_twice_in_files_of_their_own() -> None:
    prepared = prepare_photo(upload=uploaded(plain()))
    with staged(prepared):
        first, second = (keep_photo(prepared=prepared, uploaded_by=None) for _ in range(2))
    assert not {*first.names} & {*second.names}
    assert all(map(default_storage.exists, [*first.names, *second.names]))


def test_a_rollback_without_staging_leaves_files_that_are_found() -> None:
    prepared = prepare_photo(upload=uploaded(plain()))
    kept = keep_photo(prepared=prepared, uploaded_by=None)
    with transaction.atomic():
        lost = keep_photo(prepared=prepared, uploaded_by=None)
        transaction.set_rollback(True)
    assert list(StoredPhoto.objects.all()) == [kept]
    assert default_storage.exists(kept.storage_name)
    assert sorted(orphan_names(older_than=dt.timedelta())) == sorted(lost.names)


def test_a_storage_that_takes_nothing_is_told(media_root: Path) -> None:
    (media_root / "photos").write_text("a file where a folder belongs")
    with pytest.raises(Unavailable) as refusal:
        store_photo(upload=uploaded(plain()), uploaded_by=None)
    assert (refusal.value.code, StoredPhoto.objects.count()) == ("storage_away", 0)


def test_orphans_are_removed_and_nothing_else() -> None:
    prepared = prepare_photo(upload=uploaded(plain()))
    kept = keep_photo(prepared=prepared, uploaded_by=None)
    left = default_storage.save("photos/left.jpg", ContentFile(b"left behind"))
    # Even when asked to: a row may have come since the list was made.
    assert list(remove_orphans([left, *kept.names])) == [left]
    assert all(map(default_storage.exists, kept.names))
    assert not default_storage.exists(left)


def test_a_storage_that_is_no_folder_works_too(settings: Settings) -> None:
    memory = {"BACKEND": "django.core.files.storage.InMemoryStorage"}
    settings.STORAGES = {**settings.STORAGES, "default": memory}
    assert isinstance(storages["default"], InMemoryStorage)
    photo = store_photo(upload=uploaded(plain()), uploaded_by=None)
    assert default_storage.size(photo.storage_name) == photo.byte_size
