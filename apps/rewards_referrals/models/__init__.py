"""The points accounts, what they buy, and who brought whom (DOMAIN, section 5)."""

from apps.rewards_referrals.models.ledger import LedgerWrittenError, Reward, RewardEntry
from apps.rewards_referrals.models.options import RewardOption, RewardType
from apps.rewards_referrals.models.redemptions import RewardRedemption
from apps.rewards_referrals.models.referrals import CODE_LENGTH, Referral, ReferralCode
from apps.rewards_referrals.models.terms import RewardTerms

__all__ = [
    "CODE_LENGTH",
    "LedgerWrittenError",
    "Referral",
    "ReferralCode",
    "Reward",
    "RewardEntry",
    "RewardOption",
    "RewardRedemption",
    "RewardTerms",
    "RewardType",
]
