"""How long the round is: the short one of `make test`, the long one with ``FAULTS=all``."""

import os

IS_LONG = os.environ.get("FAULTS") == "all"
# How often each outage comes.
CYCLES = 5 if IS_LONG else 1
# The short round dies at every so-manieth point, the long one at each.
STEP = 1 if IS_LONG else 7
