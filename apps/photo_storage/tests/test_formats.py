"""Formats are told by their first bytes."""

import pytest

from apps.photo_storage.formats import accepted_names, recognise
from apps.photo_storage.tests.pictures import plain


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WebP", "HEIC", "TIFF", "BMP", "AVIF"])
def test_a_real_picture_is_recognised(kind: str) -> None:
    known = recognise(plain(kind="HEIF" if kind == "HEIC" else kind))
    assert known is not None
    assert (known.name, known.accepted) == (kind, kind in {"JPEG", "PNG", "WebP", "HEIC"})


@pytest.mark.parametrize(
    ("beginning", "kind", "accepted"),
    [
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", "HEIC", True),
        (b"\x00\x00\x00\x18ftypmif1\x00\x00\x00\x00mif1heic", "HEIC", True),
        (b"\x00\x00\x00\x1cftypmif1\x00\x00\x00\x00mif1avifmiaf", "AVIF", False),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "SVG", False),
        (b'\xef\xbb\xbf\n<?xml version="1.0"?><svg/>', "SVG", False),
    ],
)
def test_what_pillow_cannot_write_is_recognised_too(
    beginning: bytes, kind: str, *, accepted: bool
) -> None:
    known = recognise(beginning)
    assert known is not None
    assert (known.name, known.accepted) == (kind, accepted)


@pytest.mark.parametrize("data", [b"", b"hello", b"<html>", b"BMW", b"RIFF1234WAVE", b"PK\x03\x04"])
def test_anything_else_is_unknown(data: bytes) -> None:
    assert recognise(data) is None


def test_the_accepted_formats_are_named_for_people() -> None:
    assert accepted_names() == "JPEG, PNG, WebP or HEIC"
