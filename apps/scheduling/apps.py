"""Django's registration of the scheduling package."""

from django.apps import AppConfig


class SchedulingConfig(AppConfig):
    """Scheduling."""

    name = "apps.scheduling"
    label = "scheduling"
