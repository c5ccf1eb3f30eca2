"""Django's registration of the admin site."""

from django.apps import AppConfig


class AdminSiteConfig(AppConfig):
    """The admin site."""

    name = "apps.admin_site"
    label = "admin_site"
