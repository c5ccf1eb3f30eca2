"""A technician's page, beyond what every step is tested for."""

import datetime as dt

import pytest

from apps.office_portal.tests import making
from tests.cast import Cast
from tests.factories import make_technician
from tests.pages import folded, send, text_of

pytestmark = pytest.mark.django_db


def test_an_admin_sets_no_limit_of_their_own(cast: Cast) -> None:
    own = make_technician(user=cast.admin)
    assert 'name="override_limit"' not in text_of(cast.admin, "office_technician", own.pk)
    assert 'name="override_limit"' in text_of(cast.owner, "office_technician", own.pk)


def test_a_day_with_a_break_keeps_both_its_spans(cast: Cast) -> None:
    hours = cast.technician_record.hours
    hours.create(weekday=2, starts_at=dt.time(8), ends_at=dt.time(12))
    hours.create(weekday=2, starts_at=dt.time(13), ends_at=dt.time(17))
    shown = text_of(cast.admin, "office_technician", cast.technician_record.pk)
    assert shown.count("Wednesday") == 2
    assert 'value="13:00"' in shown


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"rows-0-ends_at": ""}, "Please fill this in too."),
        ({"rows-0-starts_at": ""}, "Please fill this in too."),
        ({"rows-0-weekday": "x"}, "Enter a whole number."),
        (
            {"rows-1-weekday": "0", "rows-1-starts_at": "09:00", "rows-1-ends_at": "10:00"},
            "overlaps",
        ),
        ({"rows-TOTAL_FORMS": "x"}, "ManagementForm"),
    ],
)
def test_an_impossible_week_is_told(cast: Cast, sent: dict[str, str], told: str) -> None:
    args, week = making.hours(cast)
    assert told in folded(send(cast.admin, "office_technician", *args, **week | sent))
    assert not cast.technician_record.hours.exists()


def test_an_unknown_part_of_a_technician_is_not_found(cast: Cast) -> None:
    pk = cast.technician_record.pk
    assert send(cast.admin, "office_technician", pk, part="role").status_code == 404
