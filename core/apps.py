"""Django's registration of the kernel."""

from importlib import import_module

from django.apps import AppConfig
from django.core.signals import request_started


class CoreConfig(AppConfig):
    """The kernel."""

    name = "core"
    label = "core"
    verbose_name = "Core"

    def ready(self) -> None:
        """Look at the connection before each request, after Django has; register the schedule."""
        import_module("core.upkeep")
        from core.connections import trust_quiet_connection  # noqa: PLC0415  # wants the settings

        request_started.connect(trust_quiet_connection, dispatch_uid="core.connections")
