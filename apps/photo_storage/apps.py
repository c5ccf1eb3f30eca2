"""Django's registration of photo storage."""

from importlib import import_module

from django.apps import AppConfig


class PhotoStorageConfig(AppConfig):
    """Photos as files."""

    name = "apps.photo_storage"
    label = "photo_storage"
    verbose_name = "Photo storage"

    def ready(self) -> None:
        """Register the schedule."""
        import_module("apps.photo_storage.schedule")
