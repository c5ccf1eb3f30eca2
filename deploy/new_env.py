"""Prints what docker-compose has to know: python3 deploy/new_env.py > deploy/.env.

Fill in the rest by hand, keep the file to yourself (umask 077), and name it with --env-file.
"""

from __future__ import annotations

import secrets

# Part of addresses, so of letters and digits only.
PASSWORDS = ("POSTGRES_PASSWORD", "RABBITMQ_PASSWORD", "REDIS_PASSWORD")
TEXT = """\
# The names people type, separated by commas; the first one is used by health checks.
ALLOWED_HOSTS=shop.example.com
PUBLIC_BASE_URL=https://shop.example.com
# Mail leaves by this server. `mailpit` on port 1025 catches it instead of sending it.
EMAIL_HOST=mailpit
EMAIL_PORT=1025
EMAIL_USE_TLS=False
DEFAULT_FROM_EMAIL=Our Shop <shop@shop.example.com>
# The first administrator, made by the first start.
ADMIN_USERNAME=owner
ADMIN_EMAIL=owner@shop.example.com
"""


def main() -> None:
    """Prints the whole file."""
    print(TEXT, end="")
    print(f"ADMIN_PASSWORD={secrets.token_urlsafe(18)}")
    print(f"SECRET_KEY={secrets.token_urlsafe(60)}")
    print(f"METRICS_TOKEN={secrets.token_urlsafe(30)}")
    for name in PASSWORDS:
        print(f"{name}={secrets.token_hex(24)}")


if __name__ == "__main__":
    main()
