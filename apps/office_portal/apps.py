"""Django's registration of the office portal."""

from django.apps import AppConfig


class OfficePortalConfig(AppConfig):
    """The office portal."""

    name = "apps.office_portal"
    label = "office_portal"
