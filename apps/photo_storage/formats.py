"""Picture formats, told by their first bytes: a name or a declared type proves nothing."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PhotoFormat:
    """One kind of picture.

    Attributes:
        name: Ours to people.
        signature: What its file begins with.
        accepted: Whether an upload may be one; the others are known to be refused by name.
        decoder: What Pillow calls it, where that differs.
    """

    name: str
    signature: re.Pattern[bytes]
    accepted: bool = False
    decoder: str = ""


FORMATS = (
    PhotoFormat("JPEG", re.compile(rb"\xff\xd8\xff"), accepted=True),
    PhotoFormat("PNG", re.compile(rb"\x89PNG\r\n\x1a\n"), accepted=True),
    PhotoFormat("GIF", re.compile(rb"GIF8[79]a")),
    PhotoFormat("WebP", re.compile(rb"RIFF.{4}WEBP", re.DOTALL), accepted=True, decoder="WEBP"),
    PhotoFormat("AVIF", re.compile(rb".{4}ftyp(?:avi|(?:.{4}){2,8}avif)", re.DOTALL)),
    PhotoFormat(
        "HEIC",
        re.compile(rb".{4}ftyp(?:hei|hev|mif1|msf1)", re.DOTALL),
        accepted=True,
        decoder="HEIF",
    ),
    PhotoFormat("TIFF", re.compile(rb"II\*\x00|MM\x00\*")),
    PhotoFormat("BMP", re.compile(rb"BM.{4}\x00{4}", re.DOTALL)),
    PhotoFormat("SVG", re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:\?xml|!--|!DOCTYPE svg|svg)")),
)


def recognise(data: bytes) -> PhotoFormat | None:
    """Say which format the bytes begin like, or ``None`` for none that we know."""
    return next((known for known in FORMATS if known.signature.match(data)), None)


def accepted_names() -> str:
    """Name the accepted formats for a sentence: ``JPEG, PNG, WebP or HEIC``."""
    *most, last = [known.name for known in FORMATS if known.accepted]
    return f"{', '.join(most)} or {last}"
