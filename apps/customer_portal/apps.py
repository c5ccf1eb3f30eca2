"""Django's registration of the customer portal."""

from django.apps import AppConfig


class CustomerPortalConfig(AppConfig):
    """The customer portal."""

    name = "apps.customer_portal"
    label = "customer_portal"
