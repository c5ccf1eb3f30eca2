"""Many photos as one ZIP."""

import datetime as dt
import io
import os
import zipfile
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from apps.photo_storage.archive import Member, archive_response, zip_parts
from core.errors import Unavailable

AT = dt.datetime(2026, 11, 22, 14, 30, 10, tzinfo=dt.UTC)


def member(name: str, content: bytes) -> Member:
    return Member(name, default_storage.save(f"photos/{name}", ContentFile(content)), AT)


def opened(parts: object) -> zipfile.ZipFile:
    archive = zipfile.ZipFile(io.BytesIO(b"".join(parts)))  # type: ignore[arg-type] # any parts
    assert archive.testzip() is None
    return archive


def test_each_file_is_in_it_under_its_name_and_time() -> None:
    archive = opened(zip_parts([member("a.jpg", b"one"), member("b.jpg", b"two")]))
    assert {name: archive.read(name) for name in archive.namelist()} == {
        "a.jpg": b"one",
        "b.jpg": b"two",
    }
    assert archive.getinfo("a.jpg").date_time == (2026, 11, 22, 14, 30, 10)


def test_it_is_sent_while_it_is_made(media_root: Path) -> None:
    large = os.urandom(500_000)
    members = [member(f"{number}.jpg", large) for number in range(3)]
    parts = zip_parts(members)
    first = next(parts)
    (media_root / members[2].stored_name).write_bytes(b"changed meanwhile")
    rest = list(parts)
    assert opened([first, *rest]).read("2.jpg") == b"changed meanwhile"
    assert len(rest) > 3


def test_no_part_is_empty_for_that_would_end_the_answer() -> None:
    parts = list(zip_parts([member("flat.jpg", bytes(1_000_000))]))
    assert all(parts)
    assert opened(parts).getinfo("flat.jpg").file_size == 1_000_000


def test_what_the_storage_has_lost_is_named() -> None:
    lost, kept = member("lost.jpg", b"one"), member("kept.jpg", b"two")
    default_storage.delete(lost.stored_name)
    archive = opened(zip_parts([lost, kept]))
    assert archive.namelist() == ["kept.jpg", "MISSING.txt"]
    assert archive.read("MISSING.txt") == b"Lost by the storage:\r\nlost.jpg\r\n"


def test_the_answer_is_a_file_to_keep() -> None:
    response = archive_response([member("a.jpg", b"one")], filename="repair-7-photos.zip")
    assert {name: response[name] for name in response.headers} == {
        "Content-Type": "application/zip",
        "Content-Disposition": 'attachment; filename="repair-7-photos.zip"',
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }
    assert opened(response.streaming_content).namelist() == ["a.jpg"]


def test_a_storage_that_is_away_is_told_before_anything_is_sent(media_root: Path) -> None:
    broken = member("a.jpg", b"one")
    (media_root / broken.stored_name).unlink()
    (media_root / broken.stored_name).mkdir()
    with pytest.raises(Unavailable):
        archive_response([broken], filename="x.zip")
