"""The project as an application, for its commands and checks."""

from django.apps import AppConfig


class RsSystemsConfig(AppConfig):
    """Home of the commands and checks that cross domains."""

    name = "rs_systems"
    verbose_name = "RS Systems"

    def ready(self) -> None:
        """Registers the checks."""
        from rs_systems import checks  # noqa: F401, PLC0415  # registering is the import's effect
