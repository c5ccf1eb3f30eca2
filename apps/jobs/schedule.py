"""What jobs do at their hour."""

import datetime as dt

from apps.jobs.services import flag_overdue_jobs
from core.schedule import Daily, scheduled


@scheduled("jobs.overdue", title="Flag overdue jobs", when=Daily(dt.time(0, 5)))
def flag(_due_at: dt.datetime) -> str:
    """Flag what is overdue today and tell its people; what it does follows from the day alone."""
    flagged, cleared = flag_overdue_jobs()
    return f"{flagged} flagged, {cleared} not overdue any more."
