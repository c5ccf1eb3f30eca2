"""Answer with the bytes of a stored photo. Who may see it, the caller has decided."""

import logging
from dataclasses import dataclass
from pathlib import PurePosixPath

from django.core import signing
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.http import FileResponse

from apps.photo_storage.enums import Variant
from apps.photo_storage.models import StoredPhoto
from apps.photo_storage.variants import content_type_of
from core.errors import NotFound, Unavailable

TOKEN_SECONDS = 60
logger = logging.getLogger(__name__)
_SALT = "photo_storage.address"


@dataclass(frozen=True, slots=True)
class PhotoGrant:
    """What a signed address allows: this user, this photo, this size."""

    stored_id: int
    variant: Variant
    user_id: int


def photo_response(stored: StoredPhoto, variant: Variant) -> FileResponse:
    """Stream one size of the photo.

    Raises:
        NotFound, Unavailable: As ``open_file``.
    """
    name = stored.name_of(variant)
    return FileResponse(
        open_file(name),
        content_type=content_type_of(name),
        filename=f"photo-{stored.pk}-{variant}{PurePosixPath(name).suffix}",
        headers={"X-Content-Type-Options": "nosniff", "Cache-Control": "private, max-age=300"},
    )


def open_file(name: str) -> File[bytes]:
    """Open a stored file.

    Raises:
        NotFound: The storage has lost it.
        Unavailable: ``storage_away``: the storage does not answer.
    """
    try:
        return default_storage.open(name)
    except FileNotFoundError as error:
        raise NotFound from error
    except OSError as error:
        logger.exception("The storage does not give a photo.")
        raise Unavailable(code="storage_away", extra={"retry_after": 30}) from error


def signed_token(stored_id: int, variant: Variant, user_id: int) -> str:
    """Sign an address of a photo for one user; the time of signing is in it."""
    return signing.dumps([stored_id, variant.value, user_id], salt=_SALT)


def read_signed_token(token: str, max_age: int = TOKEN_SECONDS) -> PhotoGrant | None:
    """Read a signed address; ``None`` when it is forged, altered or older than ``max_age`` seconds.

    The caller checks again that the user may see the photo: rights may have gone since.
    """
    try:
        stored_id, variant, user_id = signing.loads(token, salt=_SALT, max_age=max_age)
    except signing.BadSignature:
        return None
    return PhotoGrant(stored_id=stored_id, variant=Variant(variant), user_id=user_id)
