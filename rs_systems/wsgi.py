"""The WSGI application: pages and REST."""

import os

from django.core.wsgi import get_wsgi_application

from rs_systems.environment import settings_module

os.environ.setdefault("DJANGO_SETTINGS_MODULE", settings_module())

_ordinary = get_wsgi_application()

# Its views want the settings that the line above has read.
from apps.api.hot_reads import HotReads  # noqa: E402 - settings come first

application = HotReads(_ordinary)
