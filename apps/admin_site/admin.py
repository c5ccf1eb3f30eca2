"""Every model, to read and search; nothing is written here, so that there is no second path."""

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib import admin
from django.contrib.auth.models import Group

from apps.admin_site.lists import LISTS
from apps.admin_site.reading import Columns, admin_class

for _model, _columns in LISTS.items():
    admin.site.register(_model, admin_class(_columns))
for _foreign in (Group, AccessAttempt, AccessLog, AccessFailureLog):
    admin.site.unregister(_foreign)
admin.site.register(AccessAttempt, admin_class(Columns(("username", "ip_address", "attempt_time"))))
admin.site.site_header = admin.site.site_title = "RS Systems"
