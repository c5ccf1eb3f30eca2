"""Django's registration of the REST API."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The REST API."""

    name = "apps.api"
    label = "api"

    def ready(self) -> None:
        """Teach the schema how callers prove who they are."""
        from apps.api import schema  # noqa: F401, PLC0415  # registering is its effect
