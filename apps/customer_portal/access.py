"""Who may knock at the customer portal's addresses."""

from apps.security.access import CUSTOMER, Access, DataAccess

OWN = {CUSTOMER}
PAGES = (
    "customer_import_errors",
    "customer_dashboard",
    "customer_repairs",
    "customer_repairs_csv",
    "customer_repair_detail",
    "customer_photo",
    "customer_repair_messages",
    "customer_repair_photos",
    "customer_batch_photos",
    "customer_batch_detail",
    "customer_waiting",
    "customer_visits",
    "customer_costs",
    "customer_costs_csv",
    "customer_units",
    "customer_units_csv",
    "customer_unit_detail",
    "customer_rewards",
    "customer_reward_points",
    "customer_redemptions",
)
DATA = ("customer_repair_cost_data", "customer_unit_repair_data")
FORMS = (
    "customer_import_new",
    "customer_import",
    "customer_notices",
    "customer_request_repair",
    "customer_team",
    "customer_member",
    "customer_visit",
    "customer_preferences",
    "customer_reward_redeem",
)
BUTTONS = (
    "customer_import_drop",
    "customer_repair_approve",
    "customer_repair_deny",
    "customer_repair_cancel",
    "customer_repair_came_back",
    "customer_repair_photo",
    "customer_repair_note",
    "customer_batch_approve",
    "customer_batch_deny",
    "customer_waiting_approve",
    "customer_waiting_deny",
    "customer_member_primary",
    "customer_unit_stickers",
    "customer_unit_edit",
    "customer_unit_withdraw",
    "customer_unit_bring_back",
    "customer_unit_new_sticker",
    "customer_join_request",
    "customer_invitation_revoke",
    "customer_reward_cancel",
    "customer_reward_choose",
)

ROWS = [
    *(Access(name, GET=OWN) for name in PAGES),
    *(DataAccess(name, GET=OWN) for name in DATA),
    *(Access(name, GET=OWN, POST=OWN) for name in FORMS),
    *(Access(name, POST=OWN) for name in BUTTONS),
]
