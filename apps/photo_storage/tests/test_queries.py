"""Files that no row mentions are found, and no others."""

import datetime as dt
import os
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from apps.photo_storage.queries import BATCH, orphan_names
from apps.photo_storage.services import store_photo
from apps.photo_storage.tests.pictures import plain, uploaded

pytestmark = pytest.mark.django_db

AT_ONCE = dt.timedelta()


def left_behind(name: str) -> str:
    return default_storage.save(name, ContentFile(b"left behind"))


def test_an_empty_storage_has_no_orphans() -> None:
    assert list(orphan_names()) == []


def test_unmentioned_files_are_orphans_in_every_folder() -> None:
    names = [left_behind(name) for name in ("photos/2026/10/a.jpg", "photos/2026/11/b.jpg")]
    assert list(orphan_names(older_than=AT_ONCE)) == names


def test_a_full_folder_is_searched_to_its_end() -> None:
    for number in range(BATCH + 1):
        left_behind(f"photos/{number:03}.jpg")
    assert len(list(orphan_names(older_than=AT_ONCE))) == BATCH + 1


def test_the_files_of_a_photo_are_no_orphans() -> None:
    store_photo(upload=uploaded(plain()), uploaded_by=None)
    assert list(orphan_names(older_than=AT_ONCE)) == []


def test_other_files_of_the_storage_are_none_of_ours() -> None:
    left_behind("exports/invoice.pdf")
    assert list(orphan_names(older_than=AT_ONCE)) == []


def test_a_young_file_may_still_get_its_row(media_root: Path) -> None:
    left_behind("photos/young.jpg")
    old = left_behind("photos/old.jpg")
    two_days_ago = (dt.datetime.now(dt.UTC) - dt.timedelta(days=2)).timestamp()
    os.utime(media_root / old, (two_days_ago, two_days_ago))
    assert list(orphan_names()) == [old]
