"""Faults reported to Sentry, or to a server that speaks its protocol, by `SENTRY_DSN`.

Its library is no part of the product: who wants it adds `sentry-sdk` to their image. For another
service, call its set-up in place of ``report_faults``: the logger `django.request` has every fault.
"""

from importlib import import_module
from importlib.util import find_spec

from django.core.exceptions import ImproperlyConfigured


def report_faults(dsn: str, *, release: str) -> None:
    """Begin to report; nothing of the person who met the fault is sent.

    Raises:
        ImproperlyConfigured: The library is missing.
    """
    if find_spec("sentry_sdk") is None:
        raise ImproperlyConfigured(
            "SENTRY_DSN is set, but its library is missing: pip install sentry-sdk, or leave "
            "SENTRY_DSN out."
        )
    import_module("sentry_sdk").init(dsn=dsn, release=release, send_default_pii=False)
