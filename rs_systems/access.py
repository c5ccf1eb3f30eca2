"""The access table of the whole project: every package's rows."""

from apps.admin_site import access as admin_site
from apps.api import access as api
from apps.customer_portal import access as customer_portal
from apps.office_portal import access as office_portal
from apps.public_site import access as public_site
from apps.security.access import PUBLIC, Access
from apps.technician_portal import access as technician_portal

ROWS: list[Access] = [
    Access("health", GET={PUBLIC}),
    Access("health_live", GET={PUBLIC}),
    Access("health_ready", GET={PUBLIC}),
    Access("favicon", GET={PUBLIC}),
    # Strangers find nothing: who may is the view's own question, as Prometheus has no session.
    Access("metrics", GET={PUBLIC}),
    *admin_site.ROWS,
    *api.ROWS,
    *customer_portal.ROWS,
    *office_portal.ROWS,
    *public_site.ROWS,
    *technician_portal.ROWS,
]
