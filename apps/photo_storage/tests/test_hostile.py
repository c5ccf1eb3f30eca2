"""Files made to harm: refused, or cleaned of everything but pixels, in bounded memory and time."""

import functools
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from apps.photo_storage import cleaning
from apps.photo_storage.formats import recognise
from apps.photo_storage.limits import DEFAULT_LIMITS
from apps.photo_storage.models import StoredPhoto
from apps.photo_storage.services import store_photo
from apps.photo_storage.tests.pictures import (
    COMMENT_MARK,
    GPS_MARK,
    MAKER_MARK,
    encode,
    gif_of,
    header_only_png,
    heic_that_promises,
    moving,
    plain,
    telltale,
    text_bomb_png,
    uploaded,
    webp_that_promises,
    windshield,
)
from core.errors import Invalid

pytestmark = pytest.mark.django_db

Make = Callable[[], bytes]
SCRIPT = b"<script>alert('SECRET')</script>"
# What a decoder may take at most, far below the gigabyte at which it would be ended.
MEGABYTES = 400
# Where the bounds themselves must end a decoder, ``test_cleaning`` tries it with narrow ones.
SECONDS = DEFAULT_LIMITS.wall_seconds


def megapixels_144() -> bytes:
    bomb = encode(Image.new("1", (12_000, 12_000)), "PNG")
    assert len(bomb) < 20_000
    return bomb


def svg() -> bytes:
    return b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'


def truncated(kind: str, share: float) -> bytes:
    whole = windshield((640, 480), kind)
    return whole[: int(len(whole) * share)]


REFUSED: dict[str, tuple[Make, str]] = {
    "144 megapixels in 18 KB": (megapixels_144, "photo_too_many_pixels"),
    "10,000 frames": (functools.partial(gif_of, 10_000), "photo_format_not_accepted"),
    "SVG named .jpg": (svg, "photo_format_not_accepted"),
    "truncated HEIC": (functools.partial(truncated, "HEIF", 0.5), "photo_damaged"),
    "HEIC cut in its header": (functools.partial(truncated, "HEIF", 0.01), "photo_damaged"),
    "truncated WebP": (functools.partial(truncated, "WebP", 0.5), "photo_damaged"),
    "truncated JPEG": (functools.partial(truncated, "JPEG", 0.5), "photo_damaged"),
    "HEIC that promises": (functools.partial(heic_that_promises, 65_000, 65_000), "photo_too"),
    "HEIC that lies": (functools.partial(heic_that_promises, 7_000, 7_000), "photo_damaged"),
    "WebP that promises": (functools.partial(webp_that_promises, 16_000, 16_000), "photo_"),
    "PNG that promises": (functools.partial(header_only_png, 65_000, 65_000), "photo_too"),
    "200 MB of comment": (text_bomb_png, "photo_damaged"),
    "moving WebP": (functools.partial(moving, "WebP"), "photo_animated"),
    "moving PNG": (functools.partial(moving, "PNG"), "photo_animated"),
    "nothing": (bytes, "photo_empty"),
    "zeros": (functools.partial(bytes, 10_000), "photo_not_an_image"),
    "a page": (lambda: b"<!DOCTYPE html>" + SCRIPT, "photo_not_an_image"),
    "a program": (lambda: b"\x7fELF" + bytes(500), "photo_not_an_image"),
    "an archive": (lambda: b"PK\x03\x04" + bytes(500), "photo_not_an_image"),
    "a GIF that is a script": (lambda: b"GIF89a=1;" + SCRIPT, "photo_format_not_accepted"),
}

CLEANED: dict[str, Make] = {
    "JPEG that tells": functools.partial(telltale, "JPEG"),
    "PNG that tells": functools.partial(telltale, "PNG"),
    "WebP that tells": functools.partial(telltale, "WebP"),
    "HEIC that tells": functools.partial(telltale, "HEIF"),
    "JPEG and page in one": lambda: plain() + b"\n<html>" + SCRIPT,
    "JPEG and archive in one": lambda: plain() + b"PK\x03\x04SECRET" + bytes(200),
    "PNG and script in one": lambda: plain(kind="PNG") + b"<?php " + SCRIPT,
    "WebP and script in one": lambda: plain(kind="WebP") + SCRIPT,
    "HEIC and script in one": lambda: plain((64, 64), "HEIF") + SCRIPT,
}


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


# A process begun by a large one counts that one's memory as its own; this one is small.
MEASURE = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={})
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def memory_of(data: bytes) -> float:
    """The megabytes that the decoder took, in a process whose own bounds are those in force."""
    kind = recognise(data)
    assert kind
    command = cleaning._command(kind, DEFAULT_LIMITS)
    measured = subprocess.run(  # noqa: S603 - our own interpreter and script, no shell
        [sys.executable, "-c", MEASURE, *command], input=data, stdout=subprocess.PIPE, check=True
    )
    return int(measured.stdout) / 1024


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused(name: str, media_root: Path) -> None:
    make, code = REFUSED[name]
    data = make()
    begun = time.monotonic()
    with pytest.raises(Invalid) as refusal:
        store_photo(upload=uploaded(data), uploaded_by=None)
    assert time.monotonic() - begun < SECONDS
    assert refusal.value.code.startswith(code)
    assert (StoredPhoto.objects.count(), files_in(media_root)) == (0, [])


@pytest.mark.parametrize("name", CLEANED)
def test_nothing_but_pixels_is_stored(name: str, media_root: Path) -> None:
    data = CLEANED[name]()
    assert b"SECRET" in data
    store_photo(upload=uploaded(data), uploaded_by=None)
    stored = [path.read_bytes() for path in files_in(media_root)]
    marks = (GPS_MARK, MAKER_MARK, COMMENT_MARK, SCRIPT, b"SECRET", b"script", b"PK\x03\x04")
    assert len(stored) == 3
    assert not any(mark in content for mark in marks for content in stored)


@pytest.mark.parametrize(
    "name", ["144 megapixels in 18 KB", "HEIC that promises", "HEIC that lies"]
)
def test_the_decoder_stays_small(name: str) -> None:
    assert memory_of(REFUSED[name][0]()) < MEGABYTES
