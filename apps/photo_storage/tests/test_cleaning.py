"""Untrusted bytes are decoded in a process that cannot cost more than its bounds."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from apps.photo_storage import cleaning
from apps.photo_storage.cleaning import CleaningRefused, CleanPhoto
from apps.photo_storage.enums import Variant
from apps.photo_storage.formats import recognise
from apps.photo_storage.limits import DEFAULT_LIMITS, PhotoLimits
from apps.photo_storage.tests.pictures import (
    COMMENT_MARK,
    GPS_MARK,
    MAKER_MARK,
    decode,
    encode,
    header_only_png,
    plain,
    scan_bomb_jpeg,
    telltale,
)
from core.errors import Unavailable


def clean(data: bytes, limits: PhotoLimits = DEFAULT_LIMITS) -> CleanPhoto:
    kind = recognise(data)
    assert kind is not None
    return cleaning.clean(data, kind, limits)


def refusal_of(data: bytes, limits: PhotoLimits = DEFAULT_LIMITS) -> str:
    with pytest.raises(CleaningRefused) as refusal:
        clean(data, limits)
    return str(refusal.value)


def test_a_photo_comes_back_in_three_sizes() -> None:
    photo = clean(plain((3000, 1500)))
    assert (photo.width, photo.height) == (2048, 1024)
    made = {variant: decode(file) for variant, file in photo.files.items()}
    assert {variant: (image.format, image.size) for variant, image in made.items()} == {
        Variant.FULL: ("JPEG", (2048, 1024)),
        Variant.SCREEN: ("WEBP", (1024, 512)),
        Variant.THUMB: ("WEBP", (320, 160)),
    }


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WebP", "HEIF"])
def test_no_telltale_byte_is_left(kind: str) -> None:
    original = telltale(kind)
    assert GPS_MARK in original
    assert MAKER_MARK in original
    marks = (GPS_MARK, MAKER_MARK, COMMENT_MARK, b"SECRET", b"Exif", b"EXIF", b"ICC", b"XMP")
    made = clean(original).files.values()
    assert not any(mark in file for mark in marks for file in made)
    assert not any(decode(file).getexif() for file in made)


@pytest.mark.parametrize(
    "exif", [b"garbage", b"", b"II*\0\xff\xff\xff\xff", b"MM\0*\0\0\0\x08\0\x01"]
)
def test_a_good_picture_with_broken_exif_is_kept(exif: bytes) -> None:
    photo = clean(plain(exif=b"Exif\0\0" + exif))
    assert (photo.width, photo.height) == (40, 20)


def test_144_megapixels_in_a_few_kilobytes_cost_nothing() -> None:
    bomb = encode(Image.new("1", (12_000, 12_000)), "PNG")
    assert len(bomb) < 20_000
    # Within these bounds it could not be decoded, as the next tests show.
    limits = replace(DEFAULT_LIMITS, memory_bytes=256 * 1024**2, cpu_seconds=1)
    assert refusal_of(bomb, limits) == "photo_too_many_pixels"


def test_a_promise_of_four_billion_pixels_is_refused() -> None:
    assert refusal_of(header_only_png(65_000, 65_000)) == "photo_too_many_pixels"


def test_memory_is_bounded_where_the_header_is_not() -> None:
    bomb = encode(Image.new("1", (12_000, 12_000)), "PNG")
    limits = replace(DEFAULT_LIMITS, pixels=10**9, memory_bytes=256 * 1024**2)
    assert refusal_of(bomb, limits) == "photo_too_demanding"


def test_processor_time_is_bounded() -> None:
    limits = replace(DEFAULT_LIMITS, cpu_seconds=1)
    assert refusal_of(scan_bomb_jpeg(), limits) == "photo_too_demanding"


def test_time_by_the_clock_is_bounded() -> None:
    limits = replace(DEFAULT_LIMITS, wall_seconds=1)
    assert refusal_of(scan_bomb_jpeg(), limits) == "photo_too_demanding"


def test_whoever_waits_too_long_is_told_to_come_again() -> None:
    for _ in range(cleaning.AT_ONCE):
        cleaning._turns.acquire()
    try:
        with pytest.raises(Unavailable) as refusal:
            clean(plain(), replace(DEFAULT_LIMITS, queue_seconds=0))
    finally:
        cleaning._turns.release(cleaning.AT_ONCE)
    assert (refusal.value.code, refusal.value.extra) == ("photo_busy", {"retry_after": 5})


def test_a_worker_that_does_not_run_is_our_fault() -> None:
    with pytest.raises(RuntimeError, match="does not run"):
        clean(plain(), replace(DEFAULT_LIMITS, output_bytes=10))


def test_the_worker_sees_neither_environment_nor_working_directory(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "PIL.py").write_text("raise SystemExit('taken over')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert clean(plain()).width == 40


def test_sixteen_at_once_get_each_their_own_photo() -> None:
    uploads = [plain((width, 10)) for width in range(20, 36)]
    with ThreadPoolExecutor(16) as threads:
        widths = [photo.width for photo in threads.map(clean, uploads)]
    assert widths == list(range(20, 36))
