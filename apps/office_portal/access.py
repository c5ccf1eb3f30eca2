"""Who may knock at the office's addresses: admins; sales agents at those about their customers."""

from apps.security.access import ADMIN, SALES_AGENT, Access

OFFICE = {ADMIN}
SALES = {ADMIN, SALES_AGENT}
SALES_PAGES = (
    "office_search",
    "office_dashboard",
    "office_repair_detail",
    "office_customers",
    "office_customers_csv",
    "office_customer_units_csv",
    "office_batch_detail",
    "office_import_errors",
    "office_job",
    "office_jobs_csv",
)
SALES_FORMS = (
    "office_jobs",
    "office_job_edit",
    "office_job_new",
    "office_customer_job",
    "office_task",
    "office_import_new",
    "office_import",
    "office_notices",
    "office_request_repair",
    "office_customer_detail",
    "office_customer_new",
    "office_customer_edit",
    "office_customer_units",
    "office_site",
)
PAGES = (
    "office_repairs_csv",
    "office_photo",
    "office_signature",
    "office_repair_photos",
    "office_batch_photos",
    "office_technicians",
    "office_technicians_csv",
    "office_people_csv",
    "office_audit",
    "office_audit_csv",
    "office_equipment_csv",
    "office_clashes",
    "office_analytics",
    "office_analytics_csv",
)
FORMS = (
    "office_assignment",
    "office_people",
    "office_person",
    "office_technician",
    "office_settings",
    "office_resins",
    "office_repair_edit",
    "office_customer_prices",
    "office_join_request",
    "office_equipment",
    "office_equipment_item",
)
BUTTONS = (
    "office_equipment_active",
    "office_equipment_delete",
    "office_prices_withdraw",
    "office_repair_move",
    "office_repair_assign",
    "office_repair_pin",
    "office_repair_void",
    "office_repair_price",
    "office_repair_photo",
    "office_customer_confirm",
    "office_customer_merge",
    "office_customer_service",
    "office_customer_active",
    "office_batch_approve",
    "office_batch_deny",
    "office_unit_windshield",
    "office_unit_merge",
    "office_customer_stickers",
    "office_person_active",
    "office_invitation_revoke",
    "office_technician_out",
    "office_time_off_remove",
)

SALES_BUTTONS = (
    "office_import_drop",
    "office_repair_came_back",
    "office_job_move",
    "office_job_delete",
    "office_job_task_new",
    "office_job_order",
    "office_task_move",
    "office_task_remove",
)

ROWS = [
    *(Access(name, GET=SALES) for name in SALES_PAGES),
    *(Access(name, GET=SALES, POST=SALES) for name in SALES_FORMS),
    *(Access(name, GET=OFFICE) for name in PAGES),
    *(Access(name, GET=OFFICE, POST=OFFICE) for name in FORMS),
    Access("office_unit_detail", GET=SALES, POST=OFFICE),
    Access("office_repairs", GET=SALES, POST=OFFICE),
    Access("office_view_save", POST=SALES),
    Access("office_view", POST=SALES),
    *(Access(name, POST=OFFICE) for name in BUTTONS),
    *(Access(name, POST=SALES) for name in SALES_BUTTONS),
]
