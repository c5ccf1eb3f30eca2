"""How each size of a photo is made.

The full size leaves the house: it is downloaded, printed, sent to insurers, so it is a JPEG, which
everything opens. The smaller ones are only ever shown by a browser, and WebP is a third smaller.
"""

from dataclasses import dataclass
from pathlib import PurePosixPath

from apps.photo_storage.enums import Variant


@dataclass(frozen=True, slots=True)
class VariantSpec:
    """One size.

    Attributes:
        edge: The longest side in pixels; smaller pictures are not enlarged.
        encoder: Pillow's name of the format.
        quality: Of the encoder, 0 to 100.
        ending: What the name in the storage ends with.
    """

    edge: int
    encoder: str
    quality: int
    ending: str


# The largest first: the others are made from it.
SPECS = {
    Variant.FULL: VariantSpec(2048, "JPEG", 85, ".jpg"),
    Variant.SCREEN: VariantSpec(1024, "WEBP", 80, "_screen.webp"),
    Variant.THUMB: VariantSpec(320, "WEBP", 75, "_thumb.webp"),
}

_TYPES = {".jpg": "image/jpeg", ".webp": "image/webp"}


def content_type_of(name: str) -> str:
    """The media type of a stored file, which its name tells: we gave it ourselves."""
    return _TYPES[PurePosixPath(name).suffix]
