"""Django's registration of the technicians package."""

from django.apps import AppConfig


class TechniciansConfig(AppConfig):
    """Technicians."""

    name = "apps.technicians"
    label = "technicians"
