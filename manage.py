#!/usr/bin/env python
"""The command line of RS Systems."""

import os
import sys

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.core.management.base import CommandParser, handle_default_options

from rs_systems.environment import settings_module


def load_settings() -> None:
    """Loads the settings now: Django itself would go on with some commands after a refusal."""
    parser = CommandParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--settings")
    parser.add_argument("--pythonpath")
    options, _ = parser.parse_known_args(sys.argv[2:])
    handle_default_options(options)
    if "DJANGO_SETTINGS_MODULE" not in os.environ:
        os.environ["DJANGO_SETTINGS_MODULE"] = settings_module()
    settings.SECRET_KEY  # noqa: B018  # touching one loads them all


def main() -> None:
    """Runs one command; a configuration we refuse is one sentence, not a traceback."""
    try:
        load_settings()
    except ImproperlyConfigured as error:
        sys.exit(f"RS Systems cannot start: {error}")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
