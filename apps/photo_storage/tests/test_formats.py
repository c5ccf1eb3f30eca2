"""Formats are told by their first bytes."""

import pytest

from apps.photo_storage.formats import accepted_names, recognise
from apps.photo_storage.tests.pictures import plain


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WebP", "TIFF", "BMP", "AVIF"])
def test_a_real_picture_is_recognised(kind: str) -> None:
    known = recognise(plain(kind=kind))
    assert known is not None
    assert (known.name, known.accepted) == (kind, kind in {"JPEG", "PNG"})


@pytest.mark.parametrize(
    ("beginning", "kind"),
    [
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", "HEIC"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "SVG"),
        (b'\xef\xbb\xbf\n<?xml version="1.0"?><svg/>', "SVG"),
    ],
)
def test_what_pillow_cannot_write_is_recognised_too(beginning: bytes, kind: str) -> None:
    known = recognise(beginning)
    assert known is not None
    assert (known.name, known.accepted) == (kind, False)


@pytest.mark.parametrize("data", [b"", b"hello", b"<html>", b"BMW", b"RIFF1234WAVE", b"PK\x03\x04"])
def test_anything_else_is_unknown(data: bytes) -> None:
    assert recognise(data) is None


def test_the_accepted_formats_are_named_for_people() -> None:
    assert accepted_names() == "JPEG or PNG"
