"""Removing orphaned files while a picture is on its way into the database."""

import datetime as dt
import io
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection, transaction
from pytest_django.fixtures import Settings

from apps.photo_storage.models import StoredPhoto
from apps.photo_storage.queries import orphan_names
from apps.photo_storage.services import keep_photo, prepare_photo, remove_orphans, staged
from apps.photo_storage.tests.pictures import plain, uploaded
from tests.races.harness import PATIENCE_SECONDS

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def media_root(tmp_path: Path, settings: Settings) -> None:
    """A storage folder of the test's own."""
    settings.MEDIA_ROOT = tmp_path


@contextmanager
def upload_under_way() -> Iterator[None]:
    """Elsewhere, the files are written and their row waits to be committed until the end."""
    is_written, may_commit = threading.Event(), threading.Event()

    def upload() -> None:
        prepared = prepare_photo(upload=uploaded(plain()))
        try:
            with staged(prepared), transaction.atomic():
                keep_photo(prepared=prepared, uploaded_by=None)
                is_written.set()
                assert may_commit.wait(PATIENCE_SECONDS)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(upload)
        try:
            assert is_written.wait(PATIENCE_SECONDS)
            yield
        finally:
            may_commit.set()
        running.result()


def files_left() -> int:
    return sum(map(default_storage.exists, StoredPhoto.objects.get().names))


def test_the_files_of_an_upload_under_way_stay() -> None:
    with upload_under_way():
        call_command("remove_orphan_photos", "--remove", stdout=io.StringIO(), stderr=io.StringIO())
    assert files_left() == 3


def test_without_the_age_they_would_be_lost() -> None:
    with upload_under_way():
        assert len(list(remove_orphans(orphan_names(older_than=dt.timedelta())))) == 3
    assert files_left() == 0
