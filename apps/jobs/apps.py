"""Django's registration of the jobs package."""

from importlib import import_module

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Jobs."""

    name = "apps.jobs"
    label = "jobs"

    def ready(self) -> None:
        """Register the invariants, the schedule."""
        import_module("apps.jobs.invariants")
        import_module("apps.jobs.schedule")
