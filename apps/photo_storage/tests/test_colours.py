"""A picture looks as its profile says, and the profile stays behind."""

import random
from typing import Any

import pytest
from PIL import Image

from apps.photo_storage import cleaning, decode_worker
from apps.photo_storage.enums import Variant
from apps.photo_storage.formats import recognise
from apps.photo_storage.limits import DEFAULT_LIMITS
from apps.photo_storage.tests.pictures import RED, decode, encode, half_red_half_blue
from apps.photo_storage.tests.profiles import adobe_rgb, dark_grey, display_p3, press, srgb

# How sRGB's pure colours stand in others, as their standards say.
P3_RED, ADOBE_RED, ADOBE_GREEN = (234, 51, 35), (219, 0, 0), (144, 255, 60)
ODD = (144, 90, 60)


def painted(colour: Any, profile: bytes, mode: str = "RGB") -> tuple[int, ...]:
    image = Image.new(mode, (4, 4), colour)
    image.info["icc_profile"] = profile
    return decode_worker.paint(image, 4).getpixel((0, 0))  # type: ignore[return-value]  # of RGB


@pytest.mark.parametrize(
    ("mode", "colour", "profile", "shown"),
    [
        ("RGB", P3_RED, display_p3(), (255, 0, 0)),
        ("RGBA", (*P3_RED, 255), display_p3(), (255, 0, 0)),
        ("RGB", ADOBE_RED, adobe_rgb(), (255, 0, 0)),
        ("RGB", ADOBE_GREEN, adobe_rgb(), (0, 255, 0)),
        ("RGB", ODD, srgb(), ODD),
        ("L", 128, dark_grey(), (188, 188, 188)),
        ("CMYK", (255, 255, 0, 0), press(), (255, 255, 255)),
        ("CMYK", (0, 0, 0, 255), press(), (0, 0, 0)),
    ],
)
def test_colours_are_painted_as_the_profile_says(
    mode: str, colour: Any, profile: bytes, shown: tuple[int, ...]
) -> None:
    have = painted(colour, profile, mode)
    assert all(abs(one - other) <= 2 for one, other in zip(have, shown, strict=True))


def test_what_is_seen_through_stays_so() -> None:
    assert painted((*P3_RED, 0), display_p3(), "RGBA") == (255, 255, 255)


@pytest.mark.parametrize(
    "profile",
    [
        b"",
        b"garbage",
        bytes(128),
        display_p3()[:200],
        display_p3().replace(b"rTRC", b"xTRC"),
        # Those of other colours than these, and more bytes than any profile has.
        dark_grey(),
        press(),
        display_p3().replace(b"RGB ", b"Lab "),
        display_p3().ljust(decode_worker.PROFILE_BYTES + 1, b"\0"),
    ],
)
def test_a_profile_that_is_of_no_use_changes_nothing(profile: bytes) -> None:
    assert painted(ODD, profile) == ODD


@pytest.mark.parametrize("good", [display_p3(), adobe_rgb(), srgb()])
def test_whatever_a_profile_says_the_picture_is_kept(good: bytes) -> None:
    chance = random.Random(1)  # noqa: S311 - no secret
    for _ in range(200):
        broken = bytearray(good)
        for _ in range(chance.randrange(1, 9)):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        assert len(painted(ODD, bytes(broken[: chance.randrange(len(broken) + 1)]))) == 3


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WebP", "HEIF"])
def test_a_phones_red_is_red_in_every_size(kind: str) -> None:
    image = Image.new("RGB", (64, 64), P3_RED)
    options = {} if kind == "PNG" else {"quality": 95}
    made = clean(encode(image, kind, icc_profile=display_p3(), **options))
    for picture in map(decode, made.files.values()):
        have = picture.convert("RGB").getpixel((32, 32))
        assert all(abs(one - other) < 12 for one, other in zip(have, RED, strict=True))  # type: ignore[arg-type]  # of RGB
        assert "icc_profile" not in picture.info


def test_a_picture_for_a_press_comes_out_as_it_would_be_printed() -> None:
    image = Image.new("CMYK", (64, 64), (255, 255, 255, 0))
    made = clean(encode(image, icc_profile=press(), quality=95))
    assert min(decode(made.files[Variant.FULL]).getpixel((32, 32))) > 250  # type: ignore[arg-type]  # of RGB
    without = clean(encode(image, quality=95))
    assert max(decode(without.files[Variant.FULL]).getpixel((32, 32))) < 5  # type: ignore[arg-type]  # of RGB


def test_a_turned_picture_with_a_profile_comes_out_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    made = clean(encode(half_red_half_blue(), exif=exif, icc_profile=display_p3(), quality=95))
    assert (made.width, made.height) == (40, 80)


def clean(data: bytes) -> cleaning.CleanPhoto:
    kind = recognise(data)
    assert kind is not None
    return cleaning.clean(data, kind, DEFAULT_LIMITS)
