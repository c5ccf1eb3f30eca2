"""Which role may use which method of the API."""

from apps.security.access import METHODS, PUBLIC, Access

ROWS: list[Access] = [
    Access("api:schema", GET={PUBLIC}),
    Access("api:swagger-ui", GET={PUBLIC}),
    Access("api:redoc", GET={PUBLIC}),
    Access("api:unknown", **{method: {PUBLIC} for method in METHODS}),
]
