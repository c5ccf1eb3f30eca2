"""Work in the background that was given up, and is to be tried again."""

from apps.audit.recorder import record, snapshot
from apps.audit.use_case import use_case
from core.clock import now
from core.errors import Forbidden, NotFound
from core.models import OutboxMessage, User
from core.rules import is_admin


@use_case
def try_again(*, actor: User, message_id: int) -> OutboxMessage:
    """Let a row that was given up be due again, with all its attempts; again changes nothing.

    Raises:
        Forbidden: Somebody else than an admin asks.
        NotFound: There is no such row, or its work was done.
    """
    if not is_admin(actor):
        raise Forbidden
    rows = OutboxMessage.objects.select_for_update(no_key=True).filter(done_at=None)
    message = rows.filter(pk=message_id).first()
    if message is None:
        raise NotFound
    if message.dead_at is None:
        return message
    before = snapshot(message)
    message.attempts, message.dead_at, message.next_at = 0, None, now()
    message.rung_at = None
    message.save(update_fields=["attempts", "dead_at", "next_at", "rung_at"])
    record(actor=actor, verb="outbox.tried_again", target=message, before=before)
    return message
