"""The demonstration's points go with it, unless somebody else has points by them."""

import pytest

from apps.queue_management import use_cases
from apps.rewards_referrals.models import Reward
from core.errors import Conflict
from core.models import User
from rs_systems.demo.rewards import remove_rewards
from tests import factories
from tests.books import refused

pytestmark = pytest.mark.django_db


def test_a_ledger_goes_unless_others_have_points_by_its_repairs() -> None:
    referrer, brought = factories.make_customer(), factories.make_customer()
    factories.refer(referrer, brought)
    done = factories.completed_repair(customer=brought)
    with refused(Conflict, "in_use"):
        remove_rewards([brought])
    factories.redeem(factories.make_option(), customer=brought)
    use_cases.void_repair(actor=User.objects.system(), repair_id=done.pk, reason="Mistake")
    remove_rewards([referrer, brought])
    assert not Reward.objects.exists()
