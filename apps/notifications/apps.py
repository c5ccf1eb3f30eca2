"""Django's registration of the notifications package."""

from importlib import import_module

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """Notices and mail."""

    name = "apps.notifications"
    label = "notifications"

    def ready(self) -> None:
        """Register the kinds of messages and the outbox handler."""
        import_module("apps.notifications.catalogue")
        import_module("apps.notifications.handlers")
