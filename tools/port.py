"""Exits non-zero with one sentence when a loopback port is taken: tools/port.py PORT.

Runs before anything is set up, so it needs nothing but Python.
"""

from __future__ import annotations

import socket
import sys


def main() -> int:
    """Tries to bind the port the way a server does, and lets go of it."""
    port = sys.argv[1]
    try:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", int(port)))
    except (ValueError, OverflowError):
        print(f"PORT={port!r} is not a port. Write a number from 1 to 65535.")
        return 1
    except OSError as error:
        print(f"Port {port} cannot be used ({error.strerror}). Try another: PORT=8001 make run")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
