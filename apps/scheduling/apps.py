"""Django's registration of the scheduling package."""

from importlib import import_module

from django.apps import AppConfig


class SchedulingConfig(AppConfig):
    """Scheduling."""

    name = "apps.scheduling"
    label = "scheduling"

    def ready(self) -> None:
        """Register the invariants, the schedule, and that visits follow their jobs."""
        import_module("apps.scheduling.invariants")
        import_module("apps.scheduling.schedule")
        import_module("apps.scheduling.services.of_jobs")
