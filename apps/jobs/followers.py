"""What follows a job in packages above, such as its visits.

They register here once, as the handlers of the outbox do, and are called in the transaction of
every write of a job: so no door to a job leaves them behind.
"""

from collections.abc import Callable

from apps.audit.recorder import Snapshot
from apps.jobs.models import Job
from core.models import User

Follower = Callable[[User, Job, Snapshot], None]
_followers: list[Follower] = []


def follows_jobs(follower: Follower) -> Follower:
    """Have it called with who acts, the job as it is now, and the snapshot from before.

    The job is locked, and so is the person whom it is given to.
    """
    _followers.append(follower)
    return follower


def tell_followers(actor: User, job: Job, before: Snapshot) -> None:
    """Call all of them."""
    for follower in _followers:
        follower(actor, job, before)
