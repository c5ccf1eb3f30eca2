"""A form's field for one picture."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from apps.photo_storage.services import PreparedPhoto, prepare_photo
from core.errors import DomainError


class PhotoField(forms.FileField):
    """Cleans to a ``PreparedPhoto``: decoded while the form is checked, before any lock is held."""

    widget = forms.ClearableFileInput

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)  # type: ignore[arg-type]  # whatever Django's field takes
        self.widget.attrs["accept"] = "image/*"

    def clean(self, data: object, initial: object = None) -> PreparedPhoto | None:
        """Decode what was uploaded; ``None`` when nothing was."""
        upload = super().clean(data, initial)
        if not isinstance(upload, UploadedFile):
            return None
        try:
            return prepare_photo(upload=upload)
        except DomainError as refusal:
            raise ValidationError(refusal.detail, code=refusal.code) from refusal
