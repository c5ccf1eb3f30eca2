"""The ASGI application, for servers that speak only that; pages are meant for WSGI."""

import os

from django.core.asgi import get_asgi_application

from rs_systems.environment import settings_module

os.environ.setdefault("DJANGO_SETTINGS_MODULE", settings_module())

application = get_asgi_application()
