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
)
SALES_FORMS = (
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
    "office_job_templates",
    "office_technicians",
    "office_technicians_csv",
    "office_people_csv",
    "office_audit",
    "office_audit_csv",
)
FORMS = (
    "office_assignment",
    "office_people",
    "office_person",
    "office_technician",
    "office_settings",
    "office_resins",
    "office_job_template_new",
    "office_job_template",
    "office_repair_edit",
    "office_customer_prices",
    "office_join_request",
)
BUTTONS = (
    "office_prices_withdraw",
    "office_job_template_active",
    "office_job_template_order",
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
    Access("office_import_drop", POST=SALES),
    Access("office_repair_came_back", POST=SALES),
]
