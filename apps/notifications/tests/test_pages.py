"""The page of notices, the same behind every door."""

import pytest
from django.urls import reverse

from apps.notifications.kinds import kind_of
from apps.notifications.models import Notification
from apps.notifications.services import notify
from core.models import User
from tests.cast import Cast
from tests.factories import request
from tests.pages import send, statements_of, text_of, visit

pytestmark = pytest.mark.django_db
DOORS = [
    ("primary", "customer_notices"),
    ("technician", "technician_notices"),
    ("admin", "office_notices"),
    ("nobody", "notices"),
]
every_door = pytest.mark.parametrize(("part", "page"), DOORS)


def tell(cast: Cast, user: User, number: int) -> list[Notification]:
    repair = request(customer=cast.fleet)
    Notification.objects.all().delete()
    for each in range(number):
        notify(
            kind="repair_assigned",
            recipients=[user],
            target=repair,
            fields=kind_of("repair_assigned").sample,
            key=f"told:{each}",
        )
    return list(Notification.objects.order_by("pk"))


@every_door
def test_one_is_marked_as_read_and_the_others_are_not(cast: Cast, part: str, page: str) -> None:
    user = cast.member(part)
    first, second = tell(cast, user, 2)
    assert text_of(user, page).count("Mark as read") == 4
    answer = send(user, page, notice=first.pk)
    assert (answer.status_code, answer["Location"]) == (303, reverse(page))
    assert list(Notification.objects.filter(read_at=None)) == [second]
    shown = text_of(user, page)
    assert f'name="notice" value="{second.pk}"' in shown
    assert f'name="notice" value="{first.pk}"' not in shown


@every_door
def test_all_are_marked_as_read(cast: Cast, part: str, page: str) -> None:
    user = cast.member(part)
    tell(cast, user, 2)
    assert send(user, page).status_code == 303
    assert not Notification.objects.filter(read_at=None).exists()
    assert "Mark" not in text_of(user, page).split("<main", 1)[1]


@every_door
def test_where_nothing_is_told_a_button_leads_on(cast: Cast, part: str, page: str) -> None:
    assert "Nothing" in text_of(cast.member(part), page)


@pytest.mark.parametrize("number", ["x", "9" * 30, "999999", ""])
def test_what_is_no_notice_of_theirs_is_missing(cast: Cast, number: str) -> None:
    (others,) = tell(cast, cast.technician, 1)
    for notice in (number, others.pk):
        assert send(cast.primary, "customer_notices", notice=notice).status_code == 404
    assert Notification.objects.get().read_at is None


def test_who_follows_the_link_has_read_it(cast: Cast) -> None:
    (notice,) = tell(cast, cast.primary, 1)
    address = reverse("notice_open", args=[notice.pk])
    assert f'href="{address}"' in text_of(cast.primary, "customer_notices")
    answer = visit(cast.primary, "notice_open", notice.pk)
    assert answer["Location"] == reverse("customer_repair_detail", args=[notice.target_id])
    notice.refresh_from_db()
    assert notice.read_at is not None


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_costs_the_same_with_one_and_with_three(cast: Cast, number: int) -> None:
    tell(cast, cast.admin, number)
    assert statements_of(cast.admin, "office_notices") == 5
