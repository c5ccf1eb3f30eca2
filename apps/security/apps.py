"""Django's registration of the security package."""

from django.apps import AppConfig


class SecurityConfig(AppConfig):
    """Sign-in and the access table."""

    name = "apps.security"
    label = "security"

    def ready(self) -> None:
        """Register the checks of the access table."""
        from apps.security import checks  # noqa: F401, PLC0415  # registering is its effect
