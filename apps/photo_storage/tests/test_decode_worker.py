"""What the decoding process does, step by step; its bounds are tried in test_cleaning."""

import io
import json
import resource
import struct
from typing import Any

import pytest
from PIL import Image, ImageOps
from PIL.ExifTags import Base
from pillow_heif import register_heif_opener

from apps.photo_storage import decode_worker
from apps.photo_storage.tests.pictures import (
    BLUE,
    GREEN,
    RED,
    WHITE,
    decode,
    encode,
    half_red_half_blue,
    header_only_png,
    heic_that_promises,
    moving,
    plain,
    telltale,
    text_bomb_png,
)

EDGES = [2048, 320]
VARIANTS = [
    {"edge": 2048, "encoder": "JPEG", "quality": 85},
    {"edge": 320, "encoder": "WEBP", "quality": 75},
]


def near(pixel: Any, colour: tuple[int, int, int]) -> bool:
    return all(abs(have - want) < 25 for have, want in zip(pixel, colour, strict=True))


def clean(data: bytes, kind: str = "JPEG") -> list[Image.Image]:
    return decode_worker.clean(data, format_name=kind, pixels=1_000_000, edges=EDGES)


def ask(data: bytes, kind: str = "JPEG", pixels: int = 1_000_000) -> tuple[dict[str, Any], bytes]:
    out = io.BytesIO()
    decode_worker.answer(data, {"format": kind, "pixels": pixels, "variants": VARIANTS}, out)
    header, _, rest = out.getvalue().partition(b"\n")
    return json.loads(header), rest


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_the_picture_comes_out_upright(kind: str) -> None:
    full, thumb = clean(telltale(kind), kind)
    assert (full.size, thumb.size) == ((40, 80), (40, 80))
    assert near(full.getpixel((20, 10)), RED)
    assert near(full.getpixel((20, 70)), BLUE)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_is_turned_as_pillow_turns_it(orientation: int) -> None:
    exif = Image.Exif()
    exif[Base.Orientation] = orientation
    image = half_red_half_blue()
    image.paste(GREEN, (0, 0, 40, 20))
    data = encode(image, "PNG", exif=exif)
    full, _ = clean(data, "PNG")
    assert full.tobytes() == ImageOps.exif_transpose(decode(data)).tobytes()


def test_exif_that_cannot_be_written_anew_is_only_read() -> None:
    camera, height = b"\x01\x0f\x00\x02", b"\x01\x01\x00\x02"
    # The camera's name stands where a number belongs, as careless editors leave it.
    data = telltale().replace(camera, height)
    with pytest.raises(struct.error):
        ImageOps.exif_transpose(decode(data))
    full, _ = clean(data)
    assert full.size == (40, 80)


@pytest.mark.parametrize("orientation", [0, 9, 65535])
def test_an_orientation_that_does_not_exist_turns_nothing(orientation: int) -> None:
    exif = Image.Exif()
    exif[Base.Orientation] = orientation
    full, _ = clean(encode(half_red_half_blue(), exif=exif))
    assert full.size == (80, 40)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_nothing_but_pixels_comes_along(kind: str) -> None:
    full, thumb = clean(telltale(kind), kind)
    assert (full.info, thumb.info) == ({}, {})


def test_each_variant_fits_its_edge_and_keeps_its_shape() -> None:
    sizes = [picture.size for picture in clean(plain((3000, 300)))]
    assert sizes == [(2048, 205), (320, 32)]


def test_transparency_becomes_white() -> None:
    image = Image.new("RGBA", (40, 20), (0, 255, 0, 0))
    image.paste((*GREEN, 255), (20, 0, 40, 20))
    full, _ = clean(encode(image, "PNG"), "PNG")
    assert (full.getpixel((5, 10)), full.getpixel((35, 10))) == (WHITE, GREEN)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_png_mode_is_painted(mode: str) -> None:
    full, _ = clean(plain(kind="PNG", mode=mode), "PNG")
    assert (full.mode, full.size) == ("RGB", (40, 20))


@pytest.mark.parametrize("mode", ["L", "CMYK", "RGB"])
def test_every_jpeg_mode_is_painted(mode: str) -> None:
    full, _ = clean(plain(mode=mode))
    assert (full.mode, full.size) == ("RGB", (40, 20))


def test_sixteen_bit_grey_keeps_its_brightness() -> None:
    full, _ = clean(encode(Image.new("I;16", (40, 20), 0x8000), "PNG"), "PNG")
    assert full.getpixel((20, 10)) == (128, 128, 128)


def test_a_palette_keeps_its_colours() -> None:
    full, _ = clean(encode(half_red_half_blue().quantize(2), "PNG"), "PNG")
    assert near(full.getpixel((5, 10)), RED)
    assert near(full.getpixel((75, 10)), BLUE)


def test_the_first_picture_of_a_phones_mpo_counts() -> None:
    first, second = half_red_half_blue(), Image.new("RGB", (80, 40), GREEN)
    full, _ = clean(encode(first, "MPO", save_all=True, append_images=[second], quality=95))
    assert near(full.getpixel((5, 10)), RED)


def test_the_first_picture_of_a_heic_counts() -> None:
    second = Image.new("RGB", (80, 40), GREEN)
    data = encode(half_red_half_blue(), "HEIF", save_all=True, append_images=[second], quality=95)
    full, _ = clean(data, "HEIF")
    assert near(full.getpixel((5, 10)), RED)


def test_a_thumbnail_that_travels_along_is_never_shown() -> None:
    data = encode(Image.new("RGB", (400, 200)), "HEIF", thumbnails=[100])
    register_heif_opener(thumbnails=True)
    assert decode(data).info["thumbnails"] != []
    checked = decode_worker.open_checked(data, format_name="HEIF", pixels=80_000)
    assert checked.info["thumbnails"] == []


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA"])
@pytest.mark.parametrize("kind", ["WEBP", "HEIF"])
def test_every_newer_mode_is_painted(kind: str, mode: str) -> None:
    full, _ = clean(plain(kind=kind, mode=mode), kind)
    assert (full.mode, full.size) == ("RGB", (40, 20))


def test_the_answer_is_a_line_and_the_pictures() -> None:
    header, rest = ask(plain((1000, 500)))
    first, second = header.pop("sizes")
    assert header == {"width": 1000, "height": 500}
    assert decode(rest[:first]).size == (1000, 500)
    assert decode(rest[first:]).size == (320, 160)
    assert len(rest) == first + second


@pytest.mark.parametrize(
    ("data", "kind", "code"),
    [
        (header_only_png(1001, 1000), "PNG", "photo_too_many_pixels"),
        (header_only_png(60_000, 60_000), "PNG", "photo_too_many_pixels"),
        (moving("PNG"), "PNG", "photo_animated"),
        (plain((1001, 1000), "WebP"), "WEBP", "photo_too_many_pixels"),
        (
            heic_that_promises(60_000, 60_000),
            "HEIF",
            "photo_too_many_pixels",
        ),
        (plain((1001, 1000), "HEIF"), "HEIF", "photo_too_many_pixels"),
        (moving("WebP"), "WEBP", "photo_animated"),
        (plain((64, 64), "HEIF")[:-20], "HEIF", "photo_damaged"),
        (plain((64, 64), "WebP")[:-8], "WEBP", "photo_damaged"),
        (header_only_png(100, 100), "PNG", "photo_damaged"),
        (text_bomb_png(), "PNG", "photo_damaged"),
        (plain()[:-200], "JPEG", "photo_damaged"),
        (b"\xff\xd8\xff", "JPEG", "photo_damaged"),
        (plain(kind="PNG"), "JPEG", "photo_damaged"),
    ],
)
def test_a_refusal_is_an_answer(data: bytes, kind: str, code: str) -> None:
    assert ask(data, kind) == ({"refused": code}, b"")


def test_what_memory_cannot_hold_is_too_demanding() -> None:
    endless = header_only_png(2**31 - 1, 2**31 - 1)
    assert ask(endless, "PNG", pixels=2**64) == ({"refused": "photo_too_demanding"}, b"")


def test_as_many_pixels_as_allowed_are_allowed() -> None:
    header, _ = ask(plain((1000, 1000)))
    assert header["width"] == 1000


def present_bounds() -> dict[str, int]:
    """The bounds this process has already: setting them again changes nothing for other tests."""
    kinds = (resource.RLIMIT_AS, resource.RLIMIT_CPU, resource.RLIMIT_FSIZE)
    names = ("memory_bytes", "cpu_seconds", "output_bytes")
    return {name: resource.getrlimit(kind)[1] for name, kind in zip(names, kinds, strict=True)}


def test_bounds_are_set_for_good() -> None:
    decode_worker.bound(**present_bounds())
    assert resource.getrlimit(resource.RLIMIT_CORE) == (0, 0)


def test_the_job_goes_from_standard_input_to_standard_output(
    monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    job = {"format": "JPEG", "pixels": 1000, "variants": VARIANTS, "bounds": present_bounds()}
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(plain((10, 10)))))
    decode_worker.main([json.dumps(job)])
    header = json.loads(capfdbinary.readouterr().out.partition(b"\n")[0])
    assert (header["width"], header["height"]) == (10, 10)
