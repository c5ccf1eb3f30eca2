"""Who may knock at the technician portal's addresses."""

from apps.security.access import ADMIN, TECHNICIAN, Access

SHOP = {TECHNICIAN, ADMIN}
PAGES = (
    "technician_dashboard",
    "repair_list",
    "repair_detail",
    "technician_photo",
    "repair_photos",
    "technician_batch_photos",
    "technician_batch",
    "technician_signature",
    "technician_units",
    "technician_day",
    "technician_job",
    "technician_task_picture",
    "technician_rewards",
)
FORMS = (
    "technician_notices",
    "technician_profile",
    "create_repair",
    "create_person",
    "repair_edit",
    "repair_sign",
    "batch_sign",
)
BUTTONS = (
    "update_queue_status",
    "repair_photo",
    "repair_notes",
    "windshield_replaced",
    "own_time_off_remove",
    "technician_job_finish",
    "technician_task_move",
    "technician_task_notes",
    "technician_task_pictures",
    "technician_task_picture_remove",
    "technician_reward_hand_out",
    "technician_reward_choose",
)

ROWS = [
    *(Access(name, GET=SHOP) for name in PAGES),
    *(Access(name, GET=SHOP, POST=SHOP) for name in FORMS),
    *(Access(name, POST=SHOP) for name in BUTTONS),
]
