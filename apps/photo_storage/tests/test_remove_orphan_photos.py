"""The command that removes what no photo mentions."""

import datetime as dt
import io
import os
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command

from apps.photo_storage.services import store_photo
from apps.photo_storage.tests.pictures import plain, uploaded

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> list[str]:
    out = io.StringIO()
    call_command("remove_orphan_photos", *arguments, stdout=out, stderr=io.StringIO())
    return out.getvalue().splitlines()


def aged(name: str, root: Path, hours: float) -> str:
    at = (dt.datetime.now(dt.UTC) - dt.timedelta(hours=hours)).timestamp()
    os.utime(root / name, (at, at))
    return name


@pytest.fixture
def orphan(media_root: Path) -> str:
    name = default_storage.save("photos/2026/01/left.jpg", ContentFile(b"left behind"))
    return aged(name, media_root, hours=25)


def test_it_only_tells_unless_it_is_asked_to_remove(orphan: str) -> None:
    assert run() == [
        f"orphan   {orphan}",
        "Found 1 files that no photo mentions; nothing was removed.",
        "Remove them with: manage.py remove_orphan_photos --remove",
    ]
    assert default_storage.exists(orphan)


def test_it_removes_and_says_so_and_can_be_run_again(orphan: str) -> None:
    done = "files that no photo mentions."
    assert run("--remove") == [f"removed  {orphan}", f"Removed 1 {done}"]
    assert run("--remove") == [f"Removed 0 {done}"]
    assert run() == ["Found 0 files that no photo mentions; nothing was removed."]


def test_files_of_a_photo_stay_however_old(media_root: Path) -> None:
    photo = store_photo(upload=uploaded(plain()), uploaded_by=None)
    for name in photo.names:
        aged(name, media_root, hours=24 * 365)
    assert run("--remove")[-1].startswith("Removed 0")
    assert all(map(default_storage.exists, photo.names))


def test_what_is_younger_than_the_age_stays(orphan: str) -> None:
    assert run("--remove", "--hours", "26")[-1].startswith("Removed 0")
    assert run("--remove", "--hours", "24")[-1].startswith("Removed 1")
    assert not default_storage.exists(orphan)


def test_an_age_below_an_hour_is_refused() -> None:
    with pytest.raises(CommandError, match="at least 1"):
        run("--hours", "0")


def test_each_folder_is_told_as_progress(orphan: str) -> None:
    told = io.StringIO()
    call_command("remove_orphan_photos", stdout=io.StringIO(), stderr=told)
    assert told.getvalue() == f"looked through {orphan.rpartition('/')[0]}: 1 files\n"


def test_a_storage_that_does_not_answer_is_a_failure(media_root: Path) -> None:
    (media_root / "photos").write_text("a file where a folder belongs")
    with pytest.raises(CommandError, match="does not answer"):
        run()
