"""Colour profiles as phones, cameras and presses embed them, made byte by byte."""

import struct
from collections.abc import Mapping, Sequence

from PIL import ImageCms

Colorants = Sequence[tuple[float, float, float]]
# Red, green and blue of the two as the profiles say them: XYZ, adapted to D50.
P3: Colorants = ((0.51512, 0.2412, -0.00105), (0.29198, 0.69225, 0.04189), (0.1571, 0.06657, 0.784))
ADOBE: Colorants = ((0.60974, 0.3111, 0.0195), (0.2053, 0.6257, 0.0609), (0.1492, 0.0632, 0.7446))
# The curve of sRGB, which Display P3 shares: gamma, a, b, c, d.
CURVE = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)


def display_p3() -> bytes:
    """What an iPhone embeds."""
    return _matrix(P3, b"para" + struct.pack(">IHH", 0, 3, 0) + _fixed(*CURVE))


def adobe_rgb() -> bytes:
    """What cameras offer beside sRGB: gamma 2.2."""
    return _matrix(ADOBE, b"curv" + struct.pack(">IIH", 0, 1, round(2.19921875 * 256)))


def srgb() -> bytes:
    """What most pictures mean anyway."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def dark_grey() -> bytes:
    """Grey of gamma 1: what is half by number is bright."""
    return _profile(b"mntr", b"GRAY", b"XYZ ", {b"kTRC": b"curv" + struct.pack(">II", 0, 0)})


def press() -> bytes:
    """Four inks of which only the last darkens: a table of two points an ink, in Lab."""
    corners = bytes(value for point in range(16) for value in ((0 if point & 1 else 255), 128, 128))
    ramp = bytes(range(256))
    matrix = _fixed(1, 0, 0, 0, 1, 0, 0, 0, 1)
    head = b"mft1" + struct.pack(">IBBBB", 0, 4, 3, 2, 0)
    table = head + matrix + 4 * ramp + corners + 3 * ramp
    return _profile(b"prtr", b"CMYK", b"Lab ", {b"A2B0": table}, version=2)


def _matrix(colorants: Colorants, curve: bytes) -> bytes:
    tags = {
        name: b"XYZ " + bytes(4) + _fixed(*colour)
        for name, colour in zip((b"rXYZ", b"gXYZ", b"bXYZ"), colorants, strict=True)
    }
    curves = dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve)
    return _profile(b"mntr", b"RGB ", b"XYZ ", tags | curves)


def _profile(
    kind: bytes, space: bytes, between: bytes, tags: Mapping[bytes, bytes], version: int = 4
) -> bytes:
    white = _fixed(0.9642, 1, 0.82491)
    tags = {b"wtpt": b"XYZ " + bytes(4) + white, **tags}
    table, body = struct.pack(">I", len(tags)), b""
    begin = 128 + 4 + 12 * len(tags)
    for name, content in tags.items():
        table += struct.pack(">4sII", name, begin + len(body), len(content))
        body += content + bytes(-len(content) % 4)
    head = struct.pack(">I4xB3x", begin + len(body), version) + kind + space + between
    head = (head.ljust(36, b"\0") + b"acsp").ljust(68, b"\0") + white
    return head.ljust(128, b"\0") + table + body


def _fixed(*numbers: float) -> bytes:
    return b"".join(struct.pack(">i", round(number * 65536)) for number in numbers)
