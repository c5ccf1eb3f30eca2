"""What the database itself refuses."""

from typing import Any

import pytest
from django.db import IntegrityError, models

from apps.photo_storage.enums import Variant
from apps.photo_storage.models import StoredPhoto

pytestmark = pytest.mark.django_db


def row(**changes: Any) -> StoredPhoto:
    values: dict[str, Any] = {
        "sha256": "0" * 64,
        "byte_size": 1,
        "width": 1,
        "height": 1,
        "content_type": "image/jpeg",
        "storage_name": "photos/a.jpg",
        "screen_name": "photos/a_screen.webp",
        "thumb_name": "photos/a_thumb.webp",
    }
    return StoredPhoto.objects.create(**values | changes)


@pytest.mark.parametrize("field", ["byte_size", "width", "height"])
def test_a_photo_without_substance_is_refused(field: str) -> None:
    with pytest.raises(IntegrityError):
        row(**{field: 0})


@pytest.mark.parametrize("field", ["storage_name", "screen_name", "thumb_name"])
def test_a_file_belongs_to_one_row(field: str) -> None:
    first = row()
    others = {name: f"photos/b_{name}.webp" for name in ("storage_name", "screen_name")}
    with pytest.raises(IntegrityError):
        row(**others | {"thumb_name": "photos/b.webp"} | {field: getattr(first, field)})


def test_each_variant_has_its_name() -> None:
    photo = row()
    assert [photo.name_of(variant) for variant in Variant] == photo.names
    assert photo.names == ["photos/a.jpg", "photos/a_screen.webp", "photos/a_thumb.webp"]


def test_a_photo_of_the_first_release_is_shown_in_full_size() -> None:
    photo = row(screen_name=None, thumb_name="photos/a_thumb.jpg")
    assert photo.name_of(Variant.SCREEN) == "photos/a.jpg"
    assert photo.names == ["photos/a.jpg", "photos/a_thumb.jpg"]


def test_a_photo_names_itself() -> None:
    photo = row()
    assert str(photo) == f"Photo {photo.pk}"


def test_who_uploaded_a_photo_cannot_be_deleted() -> None:
    key = StoredPhoto._meta.get_field("uploaded_by")
    assert key.remote_field.on_delete is models.PROTECT
