"""A list narrowed by what an address says, whatever that is."""

import pytest

from apps.repairs.filters import RepairFilter
from apps.repairs.models import Repair
from tests.factories import request

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("field", ["since", "until"])
@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "2026-02-30", "\0", "9" * 5000])
def test_an_impossible_day_narrows_nothing(field: str, day: str) -> None:
    repair = request()
    form = RepairFilter({field: day}, reader="office")
    assert list(form.narrow(Repair.objects.all())) == [repair]


@pytest.mark.parametrize(("field", "is_found"), [("since", False), ("until", True)])
def test_a_later_day_ends_and_does_not_begin_with_what_there_is(
    field: str,
    is_found: bool,  # noqa: FBT001  # a case of the test
) -> None:
    request()
    form = RepairFilter({field: "8999-12-31"}, reader="office")
    assert form.narrow(Repair.objects.all()).exists() is is_found
