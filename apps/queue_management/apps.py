"""Django's registration of the queue management package."""

from importlib import import_module

from django.apps import AppConfig


class QueueManagementConfig(AppConfig):
    """Use cases and assignment."""

    name = "apps.queue_management"
    label = "queue_management"

    def ready(self) -> None:
        """Register the invariants, the schedule, and who checks and writes long lists."""
        import_module("apps.queue_management.invariants")
        import_module("apps.queue_management.schedule")
        import_module("apps.queue_management.use_cases.list_imports")
        import_module("apps.queue_management.use_cases.list_checks")
