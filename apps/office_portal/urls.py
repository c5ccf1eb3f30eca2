"""Addresses of the office portal, below ``/office/``."""

from django.urls import path

from apps.office_portal.views import (
    assignment,
    audit,
    batches,
    customers,
    home,
    imports,
    job_templates,
    people,
    prices,
    repair_list,
    repair_steps,
    repairs,
    requests,
    resins,
    saved_views,
    search,
    shop,
    technicians,
    units,
)
from apps.repairs import photo_pages

urlpatterns = [
    path("", home.office_dashboard, name="office_dashboard"),
    path("notices/", home.office_notices, name="office_notices"),
    path("request/", requests.office_request_repair, name="office_request_repair"),
    path("assignment/", assignment.office_assignment, name="office_assignment"),
    path("repairs/", repair_list.office_repairs, name="office_repairs"),
    path("repairs/list.csv", repair_list.office_repairs_csv, name="office_repairs_csv"),
    path("views/", saved_views.office_view_save, name="office_view_save"),
    path("views/<int:view_id>/", saved_views.office_view, name="office_view"),
    path("search/", search.office_search, name="office_search"),
    path("repairs/<int:repair_id>/", repairs.office_repair_detail, name="office_repair_detail"),
    path(
        "repairs/<int:repair_id>/move/", repair_steps.office_repair_move, name="office_repair_move"
    ),
    path(
        "repairs/<int:repair_id>/assign/",
        repair_steps.office_repair_assign,
        name="office_repair_assign",
    ),
    path("repairs/<int:repair_id>/pin/", repair_steps.office_repair_pin, name="office_repair_pin"),
    path(
        "repairs/<int:repair_id>/void/", repair_steps.office_repair_void, name="office_repair_void"
    ),
    path(
        "repairs/<int:repair_id>/price/",
        repair_steps.office_repair_price,
        name="office_repair_price",
    ),
    path(
        "repairs/<int:repair_id>/photo/",
        repair_steps.office_repair_photo,
        name="office_repair_photo",
    ),
    path(
        "repairs/<int:repair_id>/came-back/",
        repair_steps.office_repair_came_back,
        name="office_repair_came_back",
    ),
    path("repairs/<int:repair_id>/edit/", repairs.office_repair_edit, name="office_repair_edit"),
    path("batches/<int:batch_id>/", batches.office_batch_detail, name="office_batch_detail"),
    path(
        "batches/<int:batch_id>/approve/",
        batches.office_batch_approve,
        name="office_batch_approve",
    ),
    path("batches/<int:batch_id>/deny/", batches.office_batch_deny, name="office_batch_deny"),
    path(
        "repairs/<int:repair_id>/photos.zip", photo_pages.repair_photos, name="office_repair_photos"
    ),
    path("batches/<int:batch_id>/photos.zip", photo_pages.batch_photos, name="office_batch_photos"),
    path("photos/<int:photo_id>/<str:variant>/", photo_pages.photo, name="office_photo"),
    path("signatures/<int:approval_id>/", photo_pages.signature, name="office_signature"),
    path("customers/", customers.office_customers, name="office_customers"),
    path("customers/list.csv", customers.office_customers_csv, name="office_customers_csv"),
    path("customers/new/", customers.office_customer_new, name="office_customer_new"),
    path(
        "customers/<int:customer_id>/",
        customers.office_customer_detail,
        name="office_customer_detail",
    ),
    path(
        "customers/<int:customer_id>/confirm/",
        customers.office_customer_confirm,
        name="office_customer_confirm",
    ),
    path(
        "customers/<int:customer_id>/merge/",
        customers.office_customer_merge,
        name="office_customer_merge",
    ),
    path(
        "customers/<int:customer_id>/service/",
        customers.office_customer_service,
        name="office_customer_service",
    ),
    path(
        "customers/<int:customer_id>/edit/",
        customers.office_customer_edit,
        name="office_customer_edit",
    ),
    path(
        "customers/<int:customer_id>/active/",
        customers.office_customer_active,
        name="office_customer_active",
    ),
    path(
        "customers/<int:customer_id>/prices/",
        prices.office_customer_prices,
        name="office_customer_prices",
    ),
    path(
        "customers/<int:customer_id>/units/",
        units.office_customer_units,
        name="office_customer_units",
    ),
    path(
        "customers/<int:customer_id>/units/list.csv",
        units.office_customer_units_csv,
        name="office_customer_units_csv",
    ),
    path(
        "customers/<int:customer_id>/units/stickers/",
        units.office_customer_stickers,
        name="office_customer_stickers",
    ),
    path("imports/new/", imports.office_import_new, name="office_import_new"),
    path("imports/<int:import_id>/", imports.office_import, name="office_import"),
    path(
        "imports/<int:import_id>/errors/",
        imports.office_import_errors,
        name="office_import_errors",
    ),
    path("imports/<int:import_id>/drop/", imports.office_import_drop, name="office_import_drop"),
    path("sites/<int:site_id>/", customers.office_site, name="office_site"),
    path("units/<int:unit_id>/", units.office_unit_detail, name="office_unit_detail"),
    path(
        "units/<int:unit_id>/windshield/",
        units.office_unit_windshield,
        name="office_unit_windshield",
    ),
    path("units/<int:unit_id>/merge/", units.office_unit_merge, name="office_unit_merge"),
    path("join/<int:request_id>/", people.office_join_request, name="office_join_request"),
    path("people/", people.office_people, name="office_people"),
    path("people/list.csv", people.office_people_csv, name="office_people_csv"),
    path("people/<int:user_id>/", people.office_person, name="office_person"),
    path("people/<int:user_id>/active/", people.office_person_active, name="office_person_active"),
    path(
        "people/invitations/<int:invitation_id>/revoke/",
        people.office_invitation_revoke,
        name="office_invitation_revoke",
    ),
    path("technicians/", technicians.office_technicians, name="office_technicians"),
    path("technicians/list.csv", technicians.office_technicians_csv, name="office_technicians_csv"),
    path(
        "technicians/<int:technician_id>/",
        technicians.office_technician,
        name="office_technician",
    ),
    path(
        "technicians/<int:technician_id>/out/",
        technicians.office_technician_out,
        name="office_technician_out",
    ),
    path(
        "time-off/<int:time_off_id>/remove/",
        technicians.office_time_off_remove,
        name="office_time_off_remove",
    ),
    path("settings/", shop.office_settings, name="office_settings"),
    path("settings/resins/", resins.office_resins, name="office_resins"),
    path(
        "settings/job-templates/", job_templates.office_job_templates, name="office_job_templates"
    ),
    path(
        "settings/job-templates/new/",
        job_templates.office_job_template_new,
        name="office_job_template_new",
    ),
    path(
        "settings/job-templates/<int:template_id>/",
        job_templates.office_job_template,
        name="office_job_template",
    ),
    path(
        "settings/job-templates/<int:template_id>/active/",
        job_templates.office_job_template_active,
        name="office_job_template_active",
    ),
    path(
        "settings/job-templates/<int:template_id>/order/",
        job_templates.office_job_template_order,
        name="office_job_template_order",
    ),
    path(
        "settings/prices/<int:price_list_id>/withdraw/",
        shop.office_prices_withdraw,
        name="office_prices_withdraw",
    ),
    path("audit/", audit.office_audit, name="office_audit"),
    path("audit/list.csv", audit.office_audit_csv, name="office_audit_csv"),
]
