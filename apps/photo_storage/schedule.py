"""What the storage lets go of."""

import datetime as dt

from apps.photo_storage.queries import orphan_names
from apps.photo_storage.services import remove_orphans
from core.schedule import Daily, scheduled


@scheduled("cleanup.photos", title="Remove files of no picture", when=Daily(dt.time(3, 40)))
def remove(_due_at: dt.datetime) -> str:
    """Remove files that no row mentions and that are older than a day."""
    return f"Removed {sum(1 for _ in remove_orphans(orphan_names()))} files."
