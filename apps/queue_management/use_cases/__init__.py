"""Everything that changes the state of work, each called by every door.

A use case takes the acting user first, finds what it works on by what that user may see, locks,
checks, writes, audits and queues messages in one transaction, and returns the changed object.
"""

from apps.queue_management.use_cases.batches import (
    BatchRow,
    approve_batch,
    create_field_batch,
    deny_batch,
    request_batch,
)
from apps.queue_management.use_cases.bookings import Work, book_visit, cancel_visit, move_visit
from apps.queue_management.use_cases.bulk import assign_repairs, pin_repairs, put_back_repairs
from apps.queue_management.use_cases.corrections import (
    mark_windshield_replaced,
    merge_units,
    void_repair,
)
from apps.queue_management.use_cases.customers import merge_customers
from apps.queue_management.use_cases.decisions import (
    approve_repair,
    ask_approval,
    deny_repair,
    put_back_repair,
)
from apps.queue_management.use_cases.dispatch import (
    assign_repair,
    pin_repair,
    unpin_repair,
)
from apps.queue_management.use_cases.edits import (
    add_photo,
    attach_photo,
    attach_photos,
    bring_back_unit,
    edit_repair,
    edit_unit,
    move_with_photo,
    photo_for,
    set_cost_override,
    withdraw_unit,
)
from apps.queue_management.use_cases.finish import complete_repair, finish_repair
from apps.queue_management.use_cases.links import (
    approve_by_link,
    deny_by_link,
    mail_repair_link,
    make_repair_link,
)
from apps.queue_management.use_cases.moves import move_repair, start_repair
from apps.queue_management.use_cases.on_the_spot import (
    SpotWord,
    approve_batch_on_spot,
    approve_on_spot,
)
from apps.queue_management.use_cases.people import (
    accept_invitation,
    accept_invitation_as_new,
    change_role,
    create_user,
    deactivate_person,
    reactivate_person,
)
from apps.queue_management.use_cases.prices import (
    set_customer_pricing,
    set_shop_prices,
    withdraw_shop_prices,
)
from apps.queue_management.use_cases.redo import ask_again
from apps.queue_management.use_cases.referrals import (
    enter_referral_code,
    referral_code_of,
    refuse_referral,
    register_customer,
)
from apps.queue_management.use_cases.requests import (
    RequestDetails,
    create_field_repair,
    request_repair,
)
from apps.queue_management.use_cases.resins import set_resins
from apps.queue_management.use_cases.reward_offers import (
    create_reward_option,
    create_reward_type,
    edit_reward_option,
    edit_reward_type,
    make_default_rewards,
    set_reward_terms,
)
from apps.queue_management.use_cases.rewards import (
    adjust_points,
    approve_redemption,
    cancel_redemption,
    choose_reward,
    expire_points,
    fulfil_redemption,
    redeem_reward,
    reject_redemption,
)
from apps.queue_management.use_cases.series import book_series
from apps.queue_management.use_cases.stickers import (
    new_sticker,
    request_by_sticker,
    stickers_of,
    stickers_of_list,
)
from apps.queue_management.use_cases.technicians import (
    add_time_off,
    edit_technician,
    remove_time_off,
    set_needed_skill,
    set_preferred_technician,
    set_technician_out,
    set_working_hours,
    update_technician,
)
from apps.queue_management.use_cases.together import approve_repairs, deny_repairs
from apps.queue_management.use_cases.units import create_unit
from apps.queue_management.use_cases.with_photos import ask_for_repairs, report_damage
from apps.repairs.services import NO_REASON, Reason

__all__ = [
    "NO_REASON",
    "BatchRow",
    "Reason",
    "RequestDetails",
    "SpotWord",
    "Work",
    "accept_invitation",
    "accept_invitation_as_new",
    "add_photo",
    "add_time_off",
    "adjust_points",
    "approve_batch",
    "approve_batch_on_spot",
    "approve_by_link",
    "approve_on_spot",
    "approve_redemption",
    "approve_repair",
    "approve_repairs",
    "ask_again",
    "ask_approval",
    "ask_for_repairs",
    "assign_repair",
    "assign_repairs",
    "attach_photo",
    "attach_photos",
    "book_series",
    "book_visit",
    "bring_back_unit",
    "cancel_redemption",
    "cancel_visit",
    "change_role",
    "choose_reward",
    "complete_repair",
    "create_field_batch",
    "create_field_repair",
    "create_reward_option",
    "create_reward_type",
    "create_unit",
    "create_user",
    "deactivate_person",
    "deny_batch",
    "deny_by_link",
    "deny_repair",
    "deny_repairs",
    "edit_repair",
    "edit_reward_option",
    "edit_reward_type",
    "edit_technician",
    "edit_unit",
    "enter_referral_code",
    "expire_points",
    "finish_repair",
    "fulfil_redemption",
    "mail_repair_link",
    "make_default_rewards",
    "make_repair_link",
    "mark_windshield_replaced",
    "merge_customers",
    "merge_units",
    "move_repair",
    "move_visit",
    "move_with_photo",
    "new_sticker",
    "photo_for",
    "pin_repair",
    "pin_repairs",
    "put_back_repair",
    "put_back_repairs",
    "reactivate_person",
    "redeem_reward",
    "referral_code_of",
    "refuse_referral",
    "register_customer",
    "reject_redemption",
    "remove_time_off",
    "report_damage",
    "request_batch",
    "request_by_sticker",
    "request_repair",
    "set_cost_override",
    "set_customer_pricing",
    "set_needed_skill",
    "set_preferred_technician",
    "set_resins",
    "set_reward_terms",
    "set_shop_prices",
    "set_technician_out",
    "set_working_hours",
    "start_repair",
    "stickers_of",
    "stickers_of_list",
    "unpin_repair",
    "update_technician",
    "void_repair",
    "withdraw_shop_prices",
    "withdraw_unit",
]
