"""Django's registration of the audit package."""

from importlib import import_module

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The audit trail."""

    name = "apps.audit"
    label = "audit"

    def ready(self) -> None:
        """Register the schedule."""
        import_module("apps.audit.schedule")
