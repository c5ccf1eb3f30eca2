"""What sign-in forgets after a while."""

import datetime as dt
from importlib import import_module

from django.conf import settings
from django.db.models import Q

from apps.security.devices import purge_unused
from apps.security.models import ApiKey
from apps.security.sessions import purge_old
from core.clock import now
from core.schedule import Daily, scheduled

DEAD_KEYS_KEPT_FOR = dt.timedelta(days=90)


@scheduled("cleanup.sessions", title="Forget old sessions and keys", when=Daily(dt.time(3, 10)))
def forget_old(_due_at: dt.datetime) -> str:
    """Forget expired sessions of pages, unused ones of the API, keys and devices long unused."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    long_ago = now() - DEAD_KEYS_KEPT_FOR
    dead = Q(revoked_at__lt=long_ago) | Q(expires_at__lt=long_ago)
    keys = ApiKey.objects.filter(dead).delete()[0]
    return f"Forgot {purge_old()} sessions, {keys} keys and {purge_unused()} devices."
