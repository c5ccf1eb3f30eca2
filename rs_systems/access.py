"""The access table of the whole project: every package's rows."""

from apps.security.access import ADMIN, PUBLIC, Access

ROWS: list[Access] = [
    Access("health", GET={PUBLIC}),
    Access("health_live", GET={PUBLIC}),
    Access("health_ready", GET={PUBLIC}),
    Access("admin:*", GET={ADMIN}, POST={ADMIN}),
]
