"""What the trail does at its hour."""

import datetime as dt

from apps.audit.chain import write_anchor
from core.schedule import Daily, scheduled


@scheduled("audit.anchor", title="Write down the head of the audit trail", when=Daily(dt.time(2)))
def anchor(_due_at: dt.datetime) -> str:
    """Write the head down outside the database; again on the same head changes nothing."""
    written = write_anchor()
    return f"Anchored at entry {written.position}." if written else "The trail is empty."
