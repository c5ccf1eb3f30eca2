"""New repairs with their pictures in one use case."""

from typing import Any

import pytest

from apps.photo_storage.services import PreparedPhoto, prepare_photo, staged
from apps.photo_storage.tests.pictures import plain, uploaded
from apps.queue_management import use_cases
from apps.repairs.enums import PhotoKind
from apps.repairs.models import Repair, RepairPhoto
from core.errors import Conflict
from core.invariants import invariant_violations
from tests import factories
from tests.books import refused
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def picture() -> PreparedPhoto:
    return prepare_photo(upload=uploaded(plain()))


def kinds(repairs: list[Repair]) -> list[list[str]]:
    return [[photo.kind for photo in repair.photos.all()] for repair in repairs]


def test_a_damage_comes_with_its_picture(cast: Cast, picture: PreparedPhoto) -> None:
    with staged(picture):
        made = use_cases.report_damage(
            actor=cast.technician,
            customer_id=cast.fleet.pk,
            rows=[factories.details("1")],
            photos=[[picture]],
        )
    assert kinds(made) == [[PhotoKind.BEFORE]]


def test_each_break_keeps_its_own_picture(cast: Cast, picture: PreparedPhoto) -> None:
    made = use_cases.report_damage(
        actor=cast.technician,
        customer_id=cast.fleet.pk,
        rows=[factories.details("1"), factories.details("1")],
        photos=[[], [picture]],
    )
    assert kinds(made) == [[], [PhotoKind.BEFORE]]
    assert [repair.break_number for repair in made] == [1, 2]
    assert invariant_violations() == []


def test_what_a_customer_asks_for_comes_with_its_pictures(
    cast: Cast, picture: PreparedPhoto
) -> None:
    common: dict[str, Any] = {"actor": cast.primary, "customer_id": cast.fleet.pk}
    one = use_cases.ask_for_repairs(rows=[factories.details("1")], photos=[[picture]], **common)
    rows = [factories.details("2"), factories.details("3")]
    two = use_cases.ask_for_repairs(rows=rows, photos=[[picture], []], **common)
    assert kinds([*one, *two]) == [[PhotoKind.CUSTOMER], [PhotoKind.CUSTOMER], []]


def test_all_of_it_or_nothing(cast: Cast, picture: PreparedPhoto) -> None:
    factories.request(customer=cast.fleet, unit_number="2")
    with refused(Conflict, "possible_duplicate"):
        use_cases.report_damage(
            actor=cast.technician,
            customer_id=cast.fleet.pk,
            rows=[factories.details("1"), factories.details("2")],
            photos=[[picture], [picture]],
        )
    assert not RepairPhoto.objects.exists()


def test_each_break_has_as_many_pictures_as_were_taken(cast: Cast, picture: PreparedPhoto) -> None:
    other = prepare_photo(upload=uploaded(plain((50, 20))))
    with staged(picture, other):
        made = use_cases.report_damage(
            actor=cast.technician,
            customer_id=cast.fleet.pk,
            rows=[factories.details("1")],
            photos=[[picture, other, picture]],
        )
    assert kinds(made) == [[PhotoKind.BEFORE, PhotoKind.BEFORE]]
