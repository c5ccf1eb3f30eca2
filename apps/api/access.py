"""Which role may use which method of the API."""

from apps.security.access import METHODS, PUBLIC, SIGNED_IN, Access

ROWS: list[Access] = [
    Access("api:token", POST={PUBLIC}),
    Access("api:token-refresh", POST={PUBLIC}),
    Access("api:logout", POST={SIGNED_IN}),
    Access("api:logout-all", POST={SIGNED_IN}),
    Access("api:password", POST={SIGNED_IN}),
    Access("api:key-list", GET={SIGNED_IN}, POST={SIGNED_IN}),
    Access("api:key-detail", GET={SIGNED_IN}, DELETE={SIGNED_IN}),
    Access("api:user-list", GET={SIGNED_IN}),
    Access("api:user-me", GET={SIGNED_IN}),
    Access("api:user-detail", GET={SIGNED_IN}),
    Access("api:change-list", GET={SIGNED_IN}),
    Access("api:schema", GET={PUBLIC}),
    Access("api:swagger-ui", GET={PUBLIC}),
    Access("api:redoc", GET={PUBLIC}),
    Access("api:unknown", **{method: {PUBLIC} for method in METHODS}),
]
