"""The product's settings, and the tokens that the references sign in with."""

from rs_systems.settings import *  # noqa: F403 - the product as it is
from rs_systems.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "rest_framework.authtoken"]
