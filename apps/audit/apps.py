"""Django's registration of the audit package."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The audit trail."""

    name = "apps.audit"
    label = "audit"
