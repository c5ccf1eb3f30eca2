"""What repairs forget after a while."""

import datetime as dt

from apps.repairs.models import RepairLink
from core.clock import now
from core.schedule import Daily, scheduled

KEPT_FOR = dt.timedelta(days=90)


@scheduled("cleanup.links", title="Forget links that have ended", when=Daily(dt.time(3, 30)))
def forget_old(_due_at: dt.datetime) -> str:
    """Forget links into single repairs, 90 days after their end; the trail keeps their use."""
    ended = RepairLink.objects.filter(expires_at__lt=now() - KEPT_FOR)
    return f"Forgot {ended.delete()[0]} links."
