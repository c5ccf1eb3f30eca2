"""The process that decodes one upload, started by ``cleaning``.

It reads the picture from standard input and writes to standard output one line of JSON, then the
clean pictures one after another. The line is ``{"refused": code}`` or
``{"width": w, "height": h, "sizes": [bytes of each picture]}``.

Only the standard library and Pillow are imported, the decoder of HEIC and the colours of a profile
where they are asked for: it starts quickly, and a flaw in a decoder finds neither the database nor
a secret in it.
"""

import io
import json
import resource
import sys
from typing import Any, BinaryIO, cast

from PIL import Image
from PIL.ExifTags import Base

# EXIF's orientation, and what turns it upright.
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

# Several pictures in one file, of which the first is the photo: a phone's MPO and HEIC carry depth
# maps, second lenses and bursts behind it.
_FIRST_COUNTS = {"MPO", "HEIF"}

# What a profile calls the colours that it describes, and the modes which hold those. The largest
# profiles in use, of printing presses, have three megabytes.
_SPACES = {"RGB ": {"RGB", "RGBA"}, "GRAY": {"L"}, "CMYK": {"CMYK"}}
PROFILE_BYTES = 4 * 1024**2


class Refused(Exception):
    """The picture breaks a rule that its uploader can be told."""


def bound(*, memory_bytes: int, cpu_seconds: int, output_bytes: int) -> None:
    """Bound this process for good; what exceeds a bound ends it."""
    bounds = (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_FSIZE, output_bytes),
        (resource.RLIMIT_CORE, 0),
    )
    for kind, value in bounds:
        resource.setrlimit(kind, (value, value))


def prepare_decoder(format_name: str) -> None:
    """Load what Pillow cannot decode by itself."""
    if format_name != "HEIF":
        return
    from pillow_heif import register_heif_opener  # noqa: PLC0415 - a third of the start-up time

    # A thumbnail that travels along may show something else than the picture.
    register_heif_opener(thumbnails=False, depth_images=False, aux_images=False, decode_threads=1)


def open_checked(data: bytes, *, format_name: str, pixels: int) -> Image.Image:
    """Read the header, and judge the picture by it before a pixel is decoded.

    Raises:
        Refused: Too many pixels, or moving pictures.
    """
    # Pillow's own bound only warns at first; ours is the next line but one.
    Image.MAX_IMAGE_PIXELS = None
    prepare_decoder(format_name)
    image = Image.open(io.BytesIO(data), formats=[format_name])
    if image.width * image.height > pixels:
        raise Refused("photo_too_many_pixels")
    if image.format not in _FIRST_COUNTS and getattr(image, "is_animated", False):
        raise Refused("photo_animated")
    return image


def paint(image: Image.Image, edge: int) -> Image.Image:
    """Paint the picture upright on a fresh white canvas, within a square of ``edge`` pixels.

    Nothing but pixels comes along: no EXIF, colour profile, comment or text. What a profile says
    of the colours is painted in.
    """
    plain = _eight_bit(image)
    # Made small first, so that the colours of four million pixels are worked out at most.
    plain.thumbnail((edge, edge))
    upright = _in_srgb(_upright(plain)).convert("RGBA")
    canvas = Image.new("RGB", upright.size, "white")
    canvas.paste(upright, mask=upright.getchannel("A"))
    return canvas


def clean(data: bytes, *, format_name: str, pixels: int, edges: list[int]) -> list[Image.Image]:
    """Decode the upload once and return a clean picture for each edge, the largest edge first."""
    pictures = [paint(open_checked(data, format_name=format_name, pixels=pixels), edges[0])]
    for edge in edges[1:]:
        pictures.append(pictures[0].copy())
        pictures[-1].thumbnail((edge, edge))
    return pictures


def answer(data: bytes, job: dict[str, Any], out: BinaryIO) -> None:
    """Clean one upload as the job says and write the answer."""
    edges = [variant["edge"] for variant in job["variants"]]
    try:
        pictures = clean(data, format_name=job["format"], pixels=job["pixels"], edges=edges)
    except Refused as refusal:
        _write(out, {"refused": str(refusal)})
    except MemoryError:
        _write(out, {"refused": "photo_too_demanding"})
    except Exception:  # noqa: BLE001 - decoders raise whatever broken data makes them meet
        _write(out, {"refused": "photo_damaged"})
    else:
        files = list(map(_encoded, pictures, job["variants"]))
        width, height = pictures[0].size
        header = {"width": width, "height": height, "sizes": [len(file) for file in files]}
        _write(out, header, *files)


def _eight_bit(image: Image.Image) -> Image.Image:
    """Return it in a mode that scales smoothly; palettes and 16-bit grey do not."""
    if image.mode in {"L", "RGB", "RGBA", "CMYK", "YCbCr"}:
        return image
    if not image.mode.startswith("I"):
        return image.convert("RGBA")
    # Pillow clips 16-bit grey at 255 when it converts, which turns most of a picture white.
    grey = image.convert("I").point(lambda value: value / 256).convert("L")
    grey.info = image.info
    return grey


def _in_srgb(image: Image.Image) -> Image.Image:
    """Return it in the colours that a screen shows; without a profile it is taken to be in them.

    A profile that is broken, or describes other colours than these, is as good as none.
    """
    profile = image.info.get("icc_profile") or b""
    if not 0 < len(profile) <= PROFILE_BYTES:
        return image
    from PIL import ImageCms  # noqa: PLC0415 - most pictures say nothing of their colours

    try:
        own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if image.mode not in _SPACES.get(own.profile.xcolor_space, ()):
            return image
        mode = "RGBA" if image.mode == "RGBA" else "RGB"
        shown = ImageCms.profileToProfile(
            image, own, ImageCms.createProfile("sRGB"), outputMode=mode
        )
    except Exception:  # noqa: BLE001 - whatever a broken profile makes the library stumble over
        return image
    return cast("Image.Image", shown)


def _upright(image: Image.Image) -> Image.Image:
    # Not ImageOps.exif_transpose: it writes the EXIF anew and fails on what some phones put there.
    turn = _TURNS.get(image.getexif().get(Base.Orientation, 1))
    return image if turn is None else image.transpose(turn)


def _encoded(picture: Image.Image, variant: dict[str, Any]) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, variant["encoder"], quality=variant["quality"], optimize=True)
    return buffer.getvalue()


def _write(out: BinaryIO, header: dict[str, Any], *files: bytes) -> None:
    out.write(json.dumps(header).encode() + b"\n")
    out.writelines(files)


def main(arguments: list[str]) -> None:
    """Do the job described by the first argument, within its bounds."""
    job = cast("dict[str, Any]", json.loads(arguments[0]))
    bound(**job["bounds"])
    answer(sys.stdin.buffer.read(), job, sys.stdout.buffer)


if __name__ == "__main__":  # pragma: no cover - only so in a process of its own, without coverage
    main(sys.argv[1:])
