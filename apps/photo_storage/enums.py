"""Values of photo storage."""

from django.db import models


class Variant(models.TextChoices):
    """The sizes in which a photo is kept."""

    FULL = "full", "Full size"
    SCREEN = "screen", "As large as a screen"
    THUMB = "thumb", "Thumbnail"
