"""Django's registration of the technician portal."""

from django.apps import AppConfig


class TechnicianPortalConfig(AppConfig):
    """The technician portal."""

    name = "apps.technician_portal"
    label = "technician_portal"
