"""Whether the server in this container answers: python deploy/healthy.py PORT [PATH].

Runs every few seconds, so it needs nothing but Python. It asks as the proxy would, under the first
name of ALLOWED_HOSTS, since a server of ours answers to no other.
"""

from __future__ import annotations

import http.client
import os
import sys

OK = 200


def main() -> int:
    """Asks once; 0 when the answer is 200."""
    port, path = int(sys.argv[1]), (sys.argv[2:] or ["/health/live"])[0]
    host = os.environ.get("ALLOWED_HOSTS", "").split(",")[0].strip().lstrip(".") or "localhost"
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=4)
    try:
        connection.request("GET", path, headers={"Host": host, "X-Forwarded-Proto": "https"})
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        print(f"no answer: {error}")
        return 1
    finally:
        connection.close()
    print(status)
    return int(status != OK)


if __name__ == "__main__":
    sys.exit(main())
