"""Writes of photo storage (DOMAIN, section 10).

Files are written before the row that mentions them, so that a row never lacks its bytes. When the
caller's transaction rolls back, or the process dies in it, the files stay behind unmentioned:
nothing can be run reliably at that moment, so ``queries.orphan_names`` finds them later.
"""

import hashlib
import os
import uuid
from dataclasses import dataclass
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage
from django.core.files.uploadedfile import UploadedFile

from apps.photo_storage.cleaning import CleaningRefused, CleanPhoto, clean
from apps.photo_storage.formats import PhotoFormat, accepted_names, recognise
from apps.photo_storage.limits import PhotoLimits, photo_limits
from apps.photo_storage.models import StoredPhoto
from apps.photo_storage.queries import ROOT
from core.clock import now
from core.errors import Invalid
from core.models import User

CONTENT_TYPE = "image/jpeg"


@dataclass(frozen=True, slots=True)
class PreparedPhoto:
    """A cleaned upload that is not stored yet, with the SHA-256 of its original bytes."""

    clean: CleanPhoto
    sha256: str


def store_photo(*, upload: "UploadedFile[bytes]", uploaded_by: User | None) -> StoredPhoto:
    """Check, clean and store an upload.

    Decoding takes up to seconds. A caller that holds locks prepares the photo before it takes them
    and calls the two steps itself.

    Raises:
        Invalid: As ``prepare_photo``.
    """
    return keep_photo(prepared=prepare_photo(upload=upload), uploaded_by=uploaded_by)


def prepare_photo(*, upload: "UploadedFile[bytes]") -> PreparedPhoto:
    """Check and clean an upload, without touching database or storage.

    Raises:
        Invalid: ``photo_empty``, ``photo_too_large``, ``photo_not_an_image``,
            ``photo_format_not_accepted``, ``photo_too_many_pixels``, ``photo_animated``,
            ``photo_damaged`` or ``photo_too_demanding``, at the field ``image``.
    """
    limits = photo_limits()
    data = _read(upload, limits)
    kind = _accepted_format(data, limits)
    try:
        cleaned = clean(data, kind, limits)
    except CleaningRefused as refusal:
        raise _refused(str(refusal), limits) from refusal
    return PreparedPhoto(clean=cleaned, sha256=hashlib.sha256(data).hexdigest())


def keep_photo(*, prepared: PreparedPhoto, uploaded_by: User | None) -> StoredPhoto:
    """Write the files, then the row, in the caller's transaction."""
    stem = f"{ROOT}/{now():%Y/%m}/{uuid.uuid4().hex}"
    picture = prepared.clean
    return StoredPhoto.objects.create(
        sha256=prepared.sha256,
        byte_size=len(picture.full),
        width=picture.width,
        height=picture.height,
        content_type=CONTENT_TYPE,
        storage_name=_save(f"{stem}.jpg", picture.full),
        thumb_name=_save(f"{stem}_thumb.jpg", picture.thumb),
        uploaded_by=uploaded_by,
    )


def _read(upload: "UploadedFile[bytes]", limits: PhotoLimits) -> bytes:
    upload.seek(0)
    data: bytes = upload.read(limits.upload_bytes + 1)
    if not data:
        raise _refused("photo_empty", limits)
    if len(data) > limits.upload_bytes:
        raise _refused("photo_too_large", limits)
    return data


def _accepted_format(data: bytes, limits: PhotoLimits) -> PhotoFormat:
    kind = recognise(data)
    if kind is None:
        raise _refused("photo_not_an_image", limits)
    if not kind.accepted:
        raise _refused("photo_format_not_accepted", limits)
    return kind


def _save(name: str, content: bytes) -> str:
    saved = default_storage.save(name, ContentFile(content))
    _flush(saved)
    return saved


def _flush(name: str) -> None:
    # A committed row survives a power cut; so must the bytes it promises. Other storages than a
    # local folder answer when theirs are safe.
    if isinstance(default_storage, FileSystemStorage):
        with Path(default_storage.path(name)).open("rb") as file:
            os.fsync(file.fileno())


def _refused(code: str, limits: PhotoLimits) -> Invalid:
    formats, megapixels = accepted_names(), f"{limits.pixels / 1e6:g} million pixels"
    detail = {
        "photo_empty": "The file is empty.",
        "photo_too_large": f"The file is larger than {limits.upload_bytes / 1024**2:g} MB.",
        "photo_not_an_image": f"This is not a picture. Send a {formats}.",
        "photo_format_not_accepted": f"This kind of picture is not accepted. Send a {formats}.",
        "photo_too_many_pixels": f"The picture has more than {megapixels}.",
        "photo_animated": "This is a moving picture. Send a still one.",
        "photo_damaged": "The picture is damaged or incomplete. Send it again.",
        "photo_too_demanding": "The picture takes too much work to read. Send a smaller one.",
    }[code]
    return Invalid(detail, code=code, errors={"image": [detail]})
