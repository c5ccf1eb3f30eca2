"""Where the office says whose signature counts."""

import pytest

from core.enums import SpotRule, SpotWish
from core.models import CustomerPreference
from core.shop import shop_settings
from tests.cast import Cast
from tests.factories import make_person
from tests.pages import send, text_of

pytestmark = pytest.mark.django_db


def test_the_shop_says_who_may_sign(cast: Cast) -> None:
    form = {
        "time_zone": "America/New_York",
        "assignment_mode": "automatic",
        "on_the_spot": SpotRule.EVERYBODY,
        "redo_months": 12,
    }
    assert send(cast.admin, "office_settings", part="shop", **form).status_code == 303
    assert shop_settings().on_the_spot == SpotRule.EVERYBODY


def test_a_person_s_own_wish_is_all_there_is_to_say(cast: Cast) -> None:
    person = make_person()
    shown = text_of(cast.admin, "office_customer_prices", person.pk)
    assert ('name="on_the_spot"' in shown, 'name="approval_policy"' in shown) == (True, False)
    answer = send(
        cast.admin, "office_customer_prices", person.pk, part="policy", on_the_spot=SpotWish.NO
    )
    assert answer.status_code == 303
    assert CustomerPreference.objects.get(customer=person).on_the_spot == SpotWish.NO
