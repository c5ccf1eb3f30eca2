#!/usr/bin/env python
"""The command line of RS Systems."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

from rs_systems.environment import settings_module


def main() -> None:
    """Runs one command; a configuration we refuse is one sentence, not a traceback."""
    try:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", settings_module())
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"RS Systems cannot start: {error}")


if __name__ == "__main__":
    main()
