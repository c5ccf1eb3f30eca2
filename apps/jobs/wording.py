"""A job's history in plain sentences."""

from collections.abc import Iterable
from dataclasses import replace

from apps.audit.models import AuditEntry
from apps.jobs.models import JobTask
from apps.repairs.wording import TimelineEntry, in_full

# What a sentence says already, or what only programs like to read.
UNTOLD = frozenset(
    {"status", "started_at", "completed_at", "overdue_flagged_at", "removed_task", "task"}
)
TASK = JobTask._meta.label_lower


def job_timeline(entries: Iterable[AuditEntry]) -> list[TimelineEntry]:
    """The entries of ``job_history``, newest first; those of a task say which one."""
    return [_told(entry) for entry in reversed(list(entries)) if entry.verb != "job.task_removed"]


def _told(entry: AuditEntry) -> TimelineEntry:
    is_new = entry.verb.endswith(".created")
    kept = [change for change in entry.changes if change["field"] not in UNTOLD]
    entry.changes = [change for change in kept if not is_new or change["field"] == "equipment"]
    line = in_full(entry)
    if entry.target_type != TASK:
        return line
    text = line.text[:1].lower() + line.text[1:]
    return replace(line, text=f"Task {entry.target_label}: {text}")
