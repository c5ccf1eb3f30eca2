"""Django's registration of the security package."""

from django.apps import AppConfig


class SecurityConfig(AppConfig):
    """Sign-in and the access table."""

    name = "apps.security"
    label = "security"

    def ready(self) -> None:
        """Register the checks of the access table, and the schedule."""
        from apps.security import (  # noqa: PLC0415  # registering is their effect
            checks,  # noqa: F401  # as above
            schedule,  # noqa: F401  # as above
        )
