"""Django's registration of the people package."""

from importlib import import_module

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """People and customers."""

    name = "apps.people"
    label = "people"

    def ready(self) -> None:
        """Register the invariants, the schedule."""
        import_module("apps.people.invariants")
        import_module("apps.people.schedule")
