"""What the trail does at its hour."""

import datetime as dt

from django.conf import settings

from apps.audit.chain import write_anchor
from core.clock import now
from core.mails import promise_mail
from core.schedule import Daily, scheduled


@scheduled("audit.anchor", title="Write down the head of the audit trail", when=Daily(dt.time(2)))
def anchor(due_at: dt.datetime) -> str:
    """Write the head down outside the database, and mail it to ``AUDIT_ANCHOR_MAIL_TO``, if any.

    Who can change the database can often change the file beside it: what was mailed they cannot.
    Again on the same head changes nothing, and a time is mailed once.
    """
    written = write_anchor()
    if written is None:
        return "The trail is empty."
    told = f"Anchored at entry {written.position}."
    if not settings.AUDIT_ANCHOR_MAIL_TO:
        return told
    promise_mail(
        to=settings.AUDIT_ANCHOR_MAIL_TO,
        kind="audit_anchor",
        fields={"position": str(written.position), "hash": written.hash},
        key=f"audit_anchor:{due_at:%Y-%m-%dT%H:%MZ}",
        moments={"when": now()},
    )
    return f"{told} A mail tells it."
