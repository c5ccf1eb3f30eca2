"""Django's registration of the rewards package."""

from importlib import import_module

from django.apps import AppConfig


class RewardsReferralsConfig(AppConfig):
    """Rewards and referrals."""

    name = "apps.rewards_referrals"
    label = "rewards_referrals"
    verbose_name = "Rewards and referrals"

    def ready(self) -> None:
        """Register the invariants."""
        import_module("apps.rewards_referrals.invariants")
