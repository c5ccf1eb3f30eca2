"""How much one upload may cost us."""

from dataclasses import dataclass

from django.conf import settings


@dataclass(frozen=True, slots=True)
class PhotoLimits:
    """Bounds of one upload and of the process that decodes it.

    Attributes:
        upload_bytes: Size of the uploaded file (setting ``PHOTO_MAX_BYTES``).
        pixels: Width times height, read from the header (setting ``PHOTO_MAX_PIXELS``).
        memory_bytes: Address space of the decoding process.
        cpu_seconds: Its processor time.
        wall_seconds: Its time by the clock.
        queue_seconds: How long it may wait until others are decoded.
        output_bytes: What it may write.
    """

    upload_bytes: int = 15 * 1024**2
    pixels: int = 50_000_000
    memory_bytes: int = 1024**3
    cpu_seconds: int = 5
    wall_seconds: int = 15
    queue_seconds: float = 40
    output_bytes: int = 32 * 1024**2


DEFAULT_LIMITS = PhotoLimits()


def photo_limits() -> PhotoLimits:
    """Return the limits in force."""
    return PhotoLimits(
        upload_bytes=getattr(settings, "PHOTO_MAX_BYTES", DEFAULT_LIMITS.upload_bytes),
        pixels=getattr(settings, "PHOTO_MAX_PIXELS", DEFAULT_LIMITS.pixels),
    )
