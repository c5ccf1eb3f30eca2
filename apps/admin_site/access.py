"""Who may knock at the admin site: admins, to read."""

from apps.security.access import ADMIN, Access

ROWS = [
    Access("admin:*", GET={ADMIN}),
    Access("admin:logout", POST={ADMIN}),
]
