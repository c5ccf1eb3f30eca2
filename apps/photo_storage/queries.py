"""Reads of photo storage."""

import datetime as dt
import posixpath
from collections.abc import Iterator

from django.core.files.storage import default_storage

from apps.photo_storage.models import StoredPhoto
from core.clock import now

ROOT = "photos"

# Longer than any transaction: a younger file may belong to a row that is about to be committed.
ORPHAN_AGE = dt.timedelta(days=1)

# Names asked about in one statement; databases bound the number of its parameters.
BATCH = 500


def orphan_names(*, older_than: dt.timedelta = ORPHAN_AGE) -> Iterator[str]:
    """Yield the names of stored files that no row mentions, such as those of a rollback."""
    latest = now() - older_than
    for names in _batches(ROOT):
        for name in sorted(names - _referenced(names)):
            if default_storage.get_modified_time(name) <= latest:
                yield name


def _batches(folder: str) -> Iterator[set[str]]:
    if not default_storage.exists(folder):
        return
    children, files = default_storage.listdir(folder)
    names = [posixpath.join(folder, file) for file in sorted(files)]
    for start in range(0, len(names), BATCH):
        yield set(names[start : start + BATCH])
    for child in sorted(children):
        yield from _batches(posixpath.join(folder, child))


def _referenced(names: set[str]) -> set[str]:
    rows = StoredPhoto.objects
    return {
        *rows.filter(storage_name__in=names).values_list("storage_name", flat=True),
        *rows.filter(thumb_name__in=names).values_list("thumb_name", flat=True),
    }
