"""Writes of points, redemptions and referrals.

Only the use cases of ``queue_management`` call these: they check who may and hold the locks.
"""

from apps.rewards_referrals.services.ledger import locked_accounts, open_account
from apps.rewards_referrals.services.merging import move_account
from apps.rewards_referrals.services.offers import (
    OPTION_FIELDS,
    TERMS_FIELDS,
    TYPE_FIELDS,
    create,
    edit,
    make_defaults,
    set_terms,
)
from apps.rewards_referrals.services.redemptions import (
    approve,
    choose,
    end,
    hand_out,
    lock_account,
    lock_accounts_of_chosen,
    locked_redemption,
    redeem,
    repair_has_reward,
    return_chosen,
)
from apps.rewards_referrals.services.referrals import (
    check_newcomer,
    code_of,
    find_code,
    known_code,
    lock_referrals,
    refer,
    refuse,
)
from apps.rewards_referrals.services.repairs import Outcome, earn_and_apply, take_back
from apps.rewards_referrals.services.upkeep import adjust, expire

__all__ = [
    "OPTION_FIELDS",
    "TERMS_FIELDS",
    "TYPE_FIELDS",
    "Outcome",
    "adjust",
    "approve",
    "check_newcomer",
    "choose",
    "code_of",
    "create",
    "earn_and_apply",
    "edit",
    "end",
    "expire",
    "find_code",
    "hand_out",
    "known_code",
    "lock_account",
    "lock_accounts_of_chosen",
    "lock_referrals",
    "locked_accounts",
    "locked_redemption",
    "make_defaults",
    "move_account",
    "open_account",
    "redeem",
    "refer",
    "refuse",
    "repair_has_reward",
    "return_chosen",
    "set_terms",
    "take_back",
]
