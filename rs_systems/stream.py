"""The ASGI application of the event stream, as a process of `manage.py stream` loads it."""

import os

from django.core.wsgi import get_wsgi_application

from rs_systems.environment import settings_module
from rs_systems.parents import die_with_parent

die_with_parent()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", settings_module())

_pages = get_wsgi_application()

# Its modules want the settings that the line above has read.
from apps.api.stream.application import EventsApplication  # noqa: E402 - settings come first

application = EventsApplication(_pages)
