"""Django's registration of the repairs package."""

from importlib import import_module

from django.apps import AppConfig


class RepairsConfig(AppConfig):
    """Repairs."""

    name = "apps.repairs"
    label = "repairs"

    def ready(self) -> None:
        """Register the invariants, the schedule."""
        import_module("apps.repairs.invariants")
        import_module("apps.repairs.schedule")
