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
        for name in sorted(names - referenced(names)):
            if default_storage.get_modified_time(name) <= latest:
                yield name


def _batches(folder: str) -> Iterator[set[str]]:
    # A bucket has no folders to ask for: it lists those that are not there as empty.
    try:
        children, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    names = [posixpath.join(folder, file) for file in sorted(files)]
    for start in range(0, len(names), BATCH):
        yield set(names[start : start + BATCH])
    for child in sorted(children):
        yield from _batches(posixpath.join(folder, child))


def referenced(names: set[str]) -> set[str]:
    """Those of the names that a row mentions."""
    rows = StoredPhoto.objects
    found = (
        rows.filter(**{f"{column}__in": names}).values_list(column, flat=True)
        for column in ("storage_name", "screen_name", "thumb_name")
    )
    return {name for some in found for name in some}
