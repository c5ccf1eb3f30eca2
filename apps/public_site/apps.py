"""Django's registration of the public site."""

from django.apps import AppConfig


class PublicSiteConfig(AppConfig):
    """The public site."""

    name = "apps.public_site"
    label = "public_site"
