"""How a process that a server started ends with it."""

import ctypes
import signal
import sys

PR_SET_PDEATHSIG = 1


def die_with_parent() -> None:
    """Asks the kernel to stop this process with its parent, even when that is killed outright.

    An orphan would go on answering, and keep the port from the next start.
    """
    if sys.platform == "linux":  # pragma: no branch - elsewhere the kernel cannot be asked
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
