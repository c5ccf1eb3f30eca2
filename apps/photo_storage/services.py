"""Writes of photo storage (DOMAIN, section 10).

Files are written before the row that mentions them, so that a row never lacks its bytes, and before
the transaction, so that nobody waits at a lock for a disk or a bucket::

    prepared = prepare_photo(upload=upload)      # seconds of decoding
    with staged(prepared):                       # writes the files
        attach(prepared)                         # the transaction; ``keep_photo`` writes the row

What no row took is removed at the end. When the process dies between, the files stay behind
unmentioned; ``services.remove_orphans`` finds them later.
"""

import hashlib
import logging
import os
import time
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import DatabaseError, transaction

from apps.photo_storage.cleaning import CleaningRefused, CleanPhoto, clean
from apps.photo_storage.enums import Variant
from apps.photo_storage.formats import PhotoFormat, accepted_names, recognise
from apps.photo_storage.limits import PhotoLimits, photo_limits
from apps.photo_storage.models import StoredPhoto
from apps.photo_storage.queries import ROOT, referenced
from apps.photo_storage.variants import SPECS, content_type_of
from core.clock import now
from core.errors import Invalid, Unavailable
from core.models import User

logger = logging.getLogger(__name__)

Names = dict[Variant, str]
# Of all files of a request together: somebody waits, and so does a thread of the server.
WRITING_SECONDS = 45.0
REMOVING_SECONDS = 10.0


@dataclass(slots=True)
class PreparedPhoto:
    """A cleaned upload that has no row yet.

    Attributes:
        clean: Its pictures.
        sha256: Of its original bytes.
        names: Of its files in the storage, while they are written and not taken by a row.
    """

    clean: CleanPhoto
    sha256: str
    names: Names | None = field(default=None)


def store_photo(*, upload: "UploadedFile[bytes]", uploaded_by: User | None) -> StoredPhoto:
    """Check, clean and store an upload, for callers that hold no lock.

    Raises:
        Invalid, Unavailable: As ``prepare_photo`` and ``staged``.
    """
    prepared = prepare_photo(upload=upload)
    with staged(prepared):
        return keep_photo(prepared=prepared, uploaded_by=uploaded_by)


def prepare_photo(*, upload: "UploadedFile[bytes]") -> PreparedPhoto:
    """Check and clean an upload, without touching database or storage.

    Raises:
        Invalid: ``photo_empty``, ``photo_too_large``, ``photo_not_an_image``,
            ``photo_format_not_accepted``, ``photo_too_many_pixels``, ``photo_animated``,
            ``photo_damaged`` or ``photo_too_demanding``, at the field ``image``.
        Unavailable: ``photo_busy``: too many are being decoded.
    """
    limits = photo_limits()
    data = _read(upload, limits)
    kind = _accepted_format(data, limits)
    try:
        cleaned = clean(data, kind, limits)
    except CleaningRefused as refusal:
        raise _refused(str(refusal), limits) from refusal
    return PreparedPhoto(clean=cleaned, sha256=hashlib.sha256(data).hexdigest())


@contextmanager
def staged(*photos: PreparedPhoto | None) -> Iterator[None]:
    """Write the files of prepared photos, and at the end remove those that no row took.

    To be entered before the transaction in which ``keep_photo`` is called, and left after it.

    Raises:
        Unavailable: ``storage_away``: disk or bucket do not take them.
    """
    waiting = [photo for photo in photos if photo is not None]
    written: list[str] = []
    ends_at = time.monotonic() + WRITING_SECONDS
    try:
        for photo in waiting:
            photo.names = _write(photo.clean, written, ends_at)
        yield
    finally:
        for photo in waiting:
            photo.names = None
        _remove_unless_kept(written)


def keep_photo(*, prepared: PreparedPhoto, uploaded_by: User | None) -> StoredPhoto:
    """Write the row, in the caller's transaction; first the files where they are not staged.

    Raises:
        Unavailable: As ``staged``.
    """
    names = prepared.names or _write(prepared.clean, [], time.monotonic() + WRITING_SECONDS)
    # Kept a second time, it needs files of its own.
    prepared.names = None
    return StoredPhoto.objects.create(
        sha256=prepared.sha256,
        byte_size=len(prepared.clean.files[Variant.FULL]),
        width=prepared.clean.width,
        height=prepared.clean.height,
        content_type=content_type_of(names[Variant.FULL]),
        storage_name=names[Variant.FULL],
        screen_name=names[Variant.SCREEN],
        thumb_name=names[Variant.THUMB],
        uploaded_by=uploaded_by,
    )


def forget_photo(stored: StoredPhoto) -> None:
    """Delete the row in the caller's transaction, and its files once that is committed."""
    names = stored.names
    stored.delete()
    transaction.on_commit(lambda: _remove_unless_kept(names))


def remove_orphans(names: Iterable[str]) -> Iterator[str]:
    """Remove files that ``queries.orphan_names`` found; yields what is gone.

    Asks once more for each whether a row mentions it: who has looked through a long list found
    its beginning some time ago.
    """
    for name in names:
        if not referenced({name}):
            default_storage.delete(name)
            yield name


def _write(picture: CleanPhoto, written: list[str], ends_at: float) -> Names:
    """Write all files of one photo; each name joins ``written`` before its file is begun."""
    stem = f"{ROOT}/{now():%Y/%m}/{uuid.uuid4().hex}"
    names = {variant: f"{stem}{spec.ending}" for variant, spec in SPECS.items()}
    try:
        for variant, name in names.items():
            if time.monotonic() > ends_at:
                raise TimeoutError("the storage is too slow for so many files")
            written.append(name)
            _save(name, picture.files[variant])
    except OSError as error:
        logger.exception("The storage does not take a photo.")
        raise Unavailable(
            "The picture cannot be stored right now. Nothing was saved; try again in a moment.",
            code="storage_away",
            extra={"retry_after": 30},
        ) from error
    return names


def _remove_unless_kept(names: list[str]) -> None:
    # Where this fails or takes long, nothing is lost but space: they are orphans then.
    ends_at = time.monotonic() + REMOVING_SECONDS
    with suppress(DatabaseError, OSError):
        for name in set(names) - referenced(set(names)):
            if time.monotonic() > ends_at:
                return
            default_storage.delete(name)


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


def _save(name: str, content: bytes) -> None:
    saved = default_storage.save(name, ContentFile(content))
    if saved != name:  # pragma: no cover - 122 random bits met themselves
        raise FileExistsError(name)
    _flush(saved)


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
