"""A stored photo (DOMAIN, section 10)."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from apps.photo_storage.enums import Variant


class StoredPhoto(models.Model):
    """A photo whose bytes are in the storage; written once, by ``services``.

    The same picture uploaded twice is two rows: were it one, an upload would tell whether somebody
    else's company has that picture. Whether it may be there twice is its owner's question.
    """

    sha256 = models.CharField(max_length=64, help_text="Of the bytes as they were uploaded.")
    byte_size = models.PositiveIntegerField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    content_type = models.CharField(max_length=50)
    storage_name = models.CharField(max_length=100, unique=True)
    screen_name = models.CharField(
        max_length=100,
        unique=True,
        null=True,
        blank=True,
        help_text="Missing on photos of the first release, which are shown in full size instead.",
    )
    thumb_name = models.CharField(max_length=100, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(byte_size__gt=0, width__gt=0, height__gt=0),
                name="stored_photo_has_substance",
            ),
        ]

    def __str__(self) -> str:
        return f"Photo {self.pk}"

    def name_of(self, variant: Variant) -> str:
        """Name in the storage of one of its sizes."""
        names = {Variant.SCREEN: self.screen_name, Variant.THUMB: self.thumb_name}
        return names.get(variant) or self.storage_name

    @property
    def names(self) -> list[str]:
        """Names of all its files in the storage."""
        return [name for name in (self.storage_name, self.screen_name, self.thumb_name) if name]
