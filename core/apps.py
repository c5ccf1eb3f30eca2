"""Django's registration of the kernel."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """The kernel."""

    name = "core"
    label = "core"
    verbose_name = "Core"
