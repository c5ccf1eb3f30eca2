"""A form's fields for pictures."""

from collections.abc import Sequence

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from apps.photo_storage.services import PreparedPhoto, prepare_photo
from core.errors import DomainError

MOST = 10
# Of all fields of a form together; so many take a server some ten seconds.
MOST_A_FORM = 20
MOST_BYTES = 60 * 1024**2
LONGEST_NAME = 60


class PhotoField(forms.FileField):
    """Cleans to a ``PreparedPhoto``: decoded while the form is checked, before any lock is held."""

    widget = forms.ClearableFileInput

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)  # type: ignore[arg-type]  # whatever Django's field takes
        self.widget.attrs["accept"] = "image/*"

    def clean(self, data: object, initial: object = None) -> PreparedPhoto | None:
        """Decode what was uploaded; ``None`` when nothing was."""
        upload = super().clean(data, initial)
        return _decoded(upload) if isinstance(upload, UploadedFile) else None


class SeveralFiles(forms.FileInput):
    """A file field in which several are chosen."""

    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """Cleans to a list of ``PreparedPhoto``; which picture is refused is told by its name."""

    widget = SeveralFiles

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)  # type: ignore[arg-type]  # whatever Django's field takes
        self.widget.attrs["accept"] = "image/*"

    def has_changed(self, initial: object, data: object) -> bool:
        """Whether any was chosen: none is an empty list here."""
        return bool(data)

    def clean(self, data: object, initial: object = None) -> list[PreparedPhoto]:
        """Decode what was uploaded, after a look at how much it is."""
        uploads = data if isinstance(data, list) else []
        if not uploads and self.required:
            raise ValidationError(self.error_messages["required"], code="required")
        check_together(uploads, MOST)
        photos, refusals = [], []
        for upload in uploads:
            try:
                photos.append(_decoded(super().clean(upload)))
            except ValidationError as refusal:
                refusals.append(_of(upload, refusal))
        if refusals:
            raise ValidationError(refusals)
        return photos


def _decoded(upload: "UploadedFile[bytes]") -> PreparedPhoto:
    try:
        return prepare_photo(upload=upload)
    except DomainError as refusal:
        raise ValidationError(refusal.detail, code=refusal.code) from refusal


def check_together(uploads: Sequence["UploadedFile[bytes]"], most: int) -> None:
    """Refuse more pictures than are decoded in one request.

    Raises:
        ValidationError: ``photos_too_many``, ``photos_too_large``.
    """
    if len(uploads) > most:
        raise ValidationError(f"Send at most {most} pictures at once.", code="photos_too_many")
    if sum(upload.size or 0 for upload in uploads) > MOST_BYTES:
        told = f"The pictures are larger than {MOST_BYTES // 1024**2} MB together; send fewer."
        raise ValidationError(told, code="photos_too_large")


def _of(upload: "UploadedFile[bytes]", refusal: ValidationError) -> ValidationError:
    name = (upload.name or "")[-LONGEST_NAME:]
    return ValidationError(f"{name}: {' '.join(refusal.messages)}", code=refusal.code)
