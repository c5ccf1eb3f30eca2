"""Pictures made for the tests, good ones and bad ones."""

import io
import struct
import zlib
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw
from PIL.ExifTags import IFD, Base
from pillow_heif import register_heif_opener

register_heif_opener()

RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)
GPS_MARK, MAKER_MARK, COMMENT_MARK = b"47-SECRET-36", b"SECRET-CAMERA", b"<script>SECRET</script>"


def encode(image: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    """Write a picture in a format."""
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def plain(
    size: tuple[int, int] = (40, 20), kind: str = "JPEG", mode: str = "RGB", **options: Any
) -> bytes:
    """A picture of one colour."""
    return encode(Image.new(mode, size), kind, **options)


def decode(data: bytes) -> Image.Image:
    """Read a picture again, whole."""
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def half_red_half_blue() -> Image.Image:
    """80 x 40: the left half red, the right half blue."""
    image = Image.new("RGB", (80, 40), RED)
    image.paste(BLUE, (40, 0, 80, 40))
    return image


def telltale(kind: str = "JPEG") -> bytes:
    """A picture to be turned a quarter clockwise, that tells where, by what and by whom."""
    exif = Image.Exif()
    exif[Base.Orientation] = 6
    exif[Base.Make] = MAKER_MARK.decode()
    exif.get_ifd(IFD.GPSInfo)[29] = GPS_MARK.decode()
    profile = b"\0" * 36 + b"acsp" + b"SECRET-PROFILE".ljust(88, b"\0")
    image = half_red_half_blue()
    # A HEIC is turned by a mark of its own, which the encoder writes for what the picture says.
    image.info["exif"] = exif.tobytes()
    words = {"comment": COMMENT_MARK} if kind == "JPEG" else {"xmp": COMMENT_MARK}
    options = words if kind == "HEIF" else words | {"exif": exif}
    return encode(image, kind, icc_profile=profile, quality=95, **options)


def windshield(size: tuple[int, int] = (1600, 1200), kind: str = "JPEG", **options: Any) -> bytes:
    """A picture with something on it, so that its compressed size is believable."""
    image = Image.radial_gradient("L").resize(size).convert("RGB")
    draw = ImageDraw.Draw(image)
    for step in range(0, size[0], 40):
        draw.line((step, 0, size[0] - step, size[1]), fill=(step % 256, 90, 160), width=3)
    return encode(image, kind, **options)


def header_only_png(width: int, height: int) -> bytes:
    """A PNG that promises many pixels and holds none."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", b"") + _chunk(b"IEND", b"")
    )


def text_bomb_png() -> bytes:
    """A small PNG whose compressed comment unpacks to 200 MB."""
    png = plain(kind="PNG")
    bomb = b"Comment\0\0" + zlib.compress(bytes(200 * 1024**2), 1)
    return png[:33] + _chunk(b"zTXt", bomb) + png[33:]


def scan_bomb_jpeg() -> bytes:
    """58 KB and 4 megapixels that take seconds: a progressive JPEG with 3,000 layers more."""
    jpeg = plain((2000, 2000), mode="L", progressive=True)
    end = b"\xff\xd9"
    layer = jpeg[jpeg.rindex(b"\xff\xda") : -len(end)]
    return jpeg.removesuffix(end) + 3000 * layer + end


def moving(kind: str) -> bytes:
    """Two pictures in one file."""
    second = Image.new("RGB", (40, 20), RED)
    return encode(Image.new("RGB", (40, 20)), kind, save_all=True, append_images=[second])


def uploaded(data: bytes, name: str = "windshield.jpg") -> SimpleUploadedFile:
    """The bytes as a browser sends them."""
    return SimpleUploadedFile(name, data, content_type="image/jpeg")


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def heic_that_promises(width: int, height: int) -> bytes:
    """A HEIC whose container says it is larger than what is in it."""
    data = plain((64, 64), "HEIF")
    start = data.index(b"ispe") + 8
    return data[:start] + struct.pack(">II", width, height) + data[start + 8 :]


def webp_that_promises(width: int, height: int) -> bytes:
    """A WebP of a few bytes whose header promises many pixels."""
    size = (width - 1) | (height - 1) << 14
    body = b"VP8L" + struct.pack("<I", 5) + b"\x2f" + struct.pack("<I", size) + b"\0"
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def gif_of(frames: int) -> bytes:
    """A GIF of many tiny frames."""
    gif = plain((4, 4), "GIF")
    head, frame = gif[:-1], gif[gif.index(b"\x2c") : -1]
    return head + frame * (frames - 1) + b"\x3b"
