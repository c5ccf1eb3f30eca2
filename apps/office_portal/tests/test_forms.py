"""What a posted field may not spoil."""

import pytest

from apps.office_portal.fields import OfferingInput
from apps.office_portal.forms.repairs import MoveForm


@pytest.mark.parametrize("status", ["%", "%s%s", "", "\0", "NOWHERE"])
def test_a_move_to_nowhere_is_refused_and_shown_again(status: str) -> None:
    form = MoveForm({"status": status}, status=status)
    assert not form.is_valid()
    assert 'id="move_reason"' in form.as_p()


def test_a_box_that_offers_nothing_of_its_own_is_no_box() -> None:
    with pytest.raises(NotImplementedError):
        OfferingInput().render("unit", None)
