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


def test_only_one_kind_of_damage_is_wanted() -> None:
    request(damage_type="Chip")
    crack = request(damage_type="Crack")
    form = RepairFilter({"damage": "Crack"}, reader="office")
    assert list(form.narrow(Repair.objects.all())) == [crack]


@pytest.mark.parametrize(
    ("address", "is_unfolded"),
    [({}, False), ({"status": "PENDING", "unit": "4"}, False), ({"damage": "Chip"}, True)],
)
def test_filters_in_use_are_not_folded_away(
    address: dict[str, str],
    is_unfolded: bool,  # noqa: FBT001  # a case of the test
) -> None:
    form = RepairFilter(address, reader="office")
    assert [bound.name for bound in form.further] == ["damage", "since", "until"]
    assert form.is_unfolded is is_unfolded
