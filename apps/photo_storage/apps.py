"""Django's registration of photo storage."""

from django.apps import AppConfig


class PhotoStorageConfig(AppConfig):
    """Photos as files."""

    name = "apps.photo_storage"
    label = "photo_storage"
    verbose_name = "Photo storage"
