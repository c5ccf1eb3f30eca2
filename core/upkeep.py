"""What the kernel forgets after a while."""

import datetime as dt

from core.clock import now
from core.idempotency import purge_old
from core.models import OutboxMessage, ScheduledRun
from core.schedule import Daily, scheduled

# As long as a key may come again: what was promised once is not promised anew.
DONE_KEPT_FOR = dt.timedelta(days=90)
RUNS_KEPT_FOR = dt.timedelta(days=400)


@scheduled("cleanup.books", title="Forget old answers and done work", when=Daily(dt.time(3)))
def forget_old(_due_at: dt.datetime) -> str:
    """Forget answers after a day, done rows of the outbox after 90, runs after 400."""
    answers = purge_old()
    done = OutboxMessage.objects.filter(done_at__lt=now() - DONE_KEPT_FOR).delete()[0]
    runs = ScheduledRun.objects.filter(due_at__lt=now() - RUNS_KEPT_FOR).delete()[0]
    return f"Forgot {answers} answers, {done} done rows, {runs} runs."
