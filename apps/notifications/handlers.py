"""Doing what was promised."""

from django.apps import apps

from apps.notifications.sending import hand_over
from apps.notifications.services import NOTICE, PROMISES, notify
from core.models import OutboxMessage, User
from core.outbox import handler


@handler(NOTICE)
def write_promised_notice(message: OutboxMessage) -> None:
    """Tell people what a package of our own row has to say; it may not import this one."""
    payload = message.payload
    notify(
        kind=payload["kind"],
        recipients=User.objects.filter(pk__in=payload["recipients"]),
        target=apps.get_model(payload["target_type"])._default_manager.get(pk=payload["target_id"]),
        fields=payload["fields"],
        key=payload["key"],
    )


# In no transaction: a provider that answers slowly must hold nobody up.
for _promise in PROMISES.values():
    handler(_promise, in_steps=True)(hand_over)
