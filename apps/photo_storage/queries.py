"""Reads of photo storage."""

import datetime as dt
import posixpath
from collections.abc import Callable, Iterator

from django.core.files.storage import default_storage

from apps.photo_storage.models import StoredPhoto
from core.clock import now

ROOT = "photos"

# Longer than any transaction: a younger file may belong to a row that is about to be committed.
ORPHAN_AGE = dt.timedelta(days=1)
SHORTEST_ORPHAN_AGE = dt.timedelta(hours=1)

# Names asked about in one statement; databases bound the number of its parameters.
BATCH = 500

Progress = Callable[[str, int], None]


def orphan_names(
    *, older_than: dt.timedelta = ORPHAN_AGE, told: Progress | None = None
) -> Iterator[str]:
    """Yield the names of stored files that no row mentions, such as those of a rollback.

    Args:
        older_than: Younger files may belong to a row that is about to be committed.
        told: Is told each folder and the number of its files as they are looked through.

    Raises:
        OSError: The storage does not answer.
    """
    latest = now() - older_than
    for names in _batches(ROOT, told):
        for name in sorted(names - referenced(names)):
            if default_storage.get_modified_time(name) <= latest:
                yield name


def _batches(folder: str, told: Progress | None) -> Iterator[set[str]]:
    # A bucket has no folders to ask for: it lists those that are not there as empty.
    try:
        children, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    if told is not None and files:
        told(folder, len(files))
    names = [posixpath.join(folder, file) for file in sorted(files)]
    for start in range(0, len(names), BATCH):
        yield set(names[start : start + BATCH])
    for child in sorted(children):
        yield from _batches(posixpath.join(folder, child), told)


def referenced(names: set[str]) -> set[str]:
    """Those of the names that a row mentions."""
    rows = StoredPhoto.objects
    found = (
        rows.filter(**{f"{column}__in": names}).values_list(column, flat=True)
        for column in ("storage_name", "screen_name", "thumb_name")
    )
    return {name for some in found for name in some}
