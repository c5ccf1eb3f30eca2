"""The root addresses: each door includes its own."""

from __future__ import annotations

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from core import views
from rs_systems import health
from rs_systems.metrics import metrics

urlpatterns: list[URLPattern | URLResolver] = [
    path("health/", views.health, name="health"),
    path("health/live", views.live, name="health_live"),
    path("health/ready", health.ready, name="health_ready"),
    path("favicon.ico", views.favicon, name="favicon"),
    path("metrics/", metrics, name="metrics"),
    path("admin/", admin.site.urls),
    path("app/", include("apps.customer_portal.urls")),
    path("tech/", include("apps.technician_portal.urls")),
    path("office/", include("apps.office_portal.urls")),
    path("api/", include("apps.api.urls")),
    path("", include("apps.public_site.urls")),
]
handler500 = "rs_systems.faults.answer_fault"
