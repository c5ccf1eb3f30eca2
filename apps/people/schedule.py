"""What people forget after a while."""

import datetime as dt

from core.clock import now
from core.models import Invitation
from core.schedule import Daily, scheduled

KEPT_FOR = dt.timedelta(days=90)


@scheduled("cleanup.invitations", title="Forget old invitations", when=Daily(dt.time(3, 20)))
def forget_old(_due_at: dt.datetime) -> str:
    """Forget invitations that nobody took, 90 days after their end; the trail keeps them."""
    unused = Invitation.objects.filter(used_at=None, expires_at__lt=now() - KEPT_FOR)
    return f"Forgot {unused.delete()[0]} invitations."
