"""Pages by key, over users as the rows."""

from collections.abc import Callable
from itertools import chain
from typing import Any

import pytest
from django.conf import settings
from django.core import signing
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from core.errors import Invalid
from core.models import CustomerUser, User
from core.paging import Page, binding_of, paginate, read_page_size
from tests.factories import make_customer

BY_NAME = ("first_name", "id")
BY_NAME_BACK = ("-first_name", "-id")


@pytest.fixture
def people(db: None) -> list[int]:
    """Seven users, with ties on the first name; their ids by (name, id)."""
    names = ["b", "a", "b", "c", "b", "a", "c"]
    made = [User.objects.create(username=f"u{n}", first_name=x) for n, x in enumerate(names)]
    return [user.pk for user in sorted(made, key=lambda user: (user.first_name, user.pk))]


def page(**arguments: Any) -> Page[User]:
    chosen: dict[str, Any] = {"ordering": BY_NAME, "page_size": 3} | arguments
    return paginate(User.objects.all(), **chosen)


def ids(found: Page[User]) -> list[int]:
    return [user.pk for user in found.rows]


def walk(step: Callable[[str | None], Page[User]]) -> list[list[int]]:
    seen: list[list[int]] = []
    cursor = None
    while not seen or cursor:
        found = step(cursor)
        seen.append(ids(found))
        cursor = found.next
    return seen


@pytest.mark.parametrize("ordering", [BY_NAME, BY_NAME_BACK])
def test_all_rows_come_once_in_order(people: list[int], ordering: tuple[str, str]) -> None:
    seen = walk(lambda cursor: page(ordering=ordering, cursor=cursor))

    expected = people if ordering is BY_NAME else people[::-1]
    assert seen == [expected[:3], expected[3:6], expected[6:]]


def test_a_page_leads_back_to_the_one_before(people: list[int]) -> None:
    first = page()
    second = page(cursor=first.next)
    third = page(cursor=second.next)

    back = page(cursor=third.previous)
    assert ids(back) == ids(second)
    assert ids(page(cursor=back.previous)) == ids(first)
    assert ids(page(cursor=back.next)) == ids(third)


def test_the_first_page_has_none_before_it_however_it_was_reached(people: list[int]) -> None:
    first = page()
    again = page(cursor=page(cursor=first.next).previous)

    assert first.previous is None
    assert again.previous is None


def test_the_last_page_has_none_behind_it(people: list[int]) -> None:
    assert page(page_size=7).next is None


def test_an_empty_list_is_one_empty_page(db: None) -> None:
    assert page() == Page(rows=[], next=None, previous=None)


def test_a_row_that_comes_in_between_moves_nothing(people: list[int]) -> None:
    first = page()
    User.objects.create(username="new", first_name="a0")

    assert ids(page(cursor=first.next)) == people[3:6]


def test_a_page_is_one_statement_without_a_count(people: list[int]) -> None:
    cursor = page().next
    with CaptureQueriesContext(
        connection,
    ) as statements:
        page(cursor=cursor)

    assert len(statements) == 1
    assert "COUNT" not in statements[0]["sql"].upper()


def test_dictionaries_page_like_instances(people: list[int]) -> None:
    rows = User.objects.values("id", "first_name")
    first = paginate(rows, ordering=BY_NAME, page_size=3)
    second = paginate(rows, ordering=BY_NAME, page_size=3, cursor=first.next)

    assert [row["id"] for row in second.rows] == people[3:6]


def test_rows_come_in_the_order_of_what_they_belong_to(people: list[int]) -> None:
    fleet = make_customer()
    for pk in reversed(people):
        CustomerUser.objects.create(user_id=pk, customer=fleet)
    rows = CustomerUser.objects.select_related("user")

    first = paginate(rows, ordering=("user__first_name", "user__id"), page_size=3)
    second = paginate(
        rows, ordering=("user__first_name", "user__id"), page_size=3, cursor=first.next
    )

    assert [row.user_id for row in first.rows + second.rows] == people[:6]


def test_instants_are_read_back_exactly(people: list[int]) -> None:
    seen = walk(lambda cursor: page(ordering=("-date_joined", "-id"), cursor=cursor))

    assert sorted(chain.from_iterable(seen)) == sorted(people)


@pytest.mark.parametrize("cursor", ["x", "a:b", "\x00", "é:é", "W10:abc"])
def test_a_forged_cursor_is_refused(people: list[int], cursor: str) -> None:
    with pytest.raises(Invalid) as fault:
        page(cursor=cursor)

    assert list(fault.value.errors) == ["cursor"]


def test_a_cursor_is_signed_as_django_signs(people: list[int]) -> None:
    cursor = page().next
    assert cursor is not None
    text, _, _ = cursor.rpartition(":")
    salt = "paging:core.user:first_name,id:"
    assert cursor == signing.Signer(salt=salt).sign(text)


def test_a_cursor_signed_with_the_key_before_still_leads_on(
    people: list[int],
) -> None:
    cursor = page().next
    before = settings.SECRET_KEY
    with override_settings(SECRET_KEY="another", SECRET_KEY_FALLBACKS=[before]):
        assert ids(page(cursor=cursor)) == people[3:6]


@pytest.mark.parametrize("other", [{"binding": "status=x"}, {"ordering": BY_NAME_BACK}])
def test_a_cursor_of_another_list_is_refused(people: list[int], other: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        page(cursor=page().next, **other)


@pytest.mark.parametrize("size", [0, 201, -1])
def test_a_page_size_out_of_range_is_refused(db: None, size: int) -> None:
    with pytest.raises(Invalid):
        page(page_size=size)


@pytest.mark.parametrize("text", ["", "abc", "0", "201", "-1", "1.5", "٣", "9" * 5000])
def test_a_page_size_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as fault:
        read_page_size(text)

    assert list(fault.value.errors) == ["page_size"]


@pytest.mark.parametrize(("text", "size"), [(None, 25), ("1", 1), ("200", 200)])
def test_a_page_size_is_read(text: str | None, size: int) -> None:
    assert read_page_size(text) == size


def test_mixed_directions_are_a_mistake_of_ours(db: None) -> None:
    with pytest.raises(ValueError, match="one direction"):
        page(ordering=("first_name", "-id"))


def test_the_binding_does_not_depend_on_the_order_of_parameters() -> None:
    assert binding_of({"a": 1, "b": 2}) == binding_of({"b": 2, "a": 1})


@pytest.mark.postgresql
def test_the_index_answers_a_deep_page(db: None) -> None:
    User.objects.bulk_create(
        User(username=f"u{n}", username_key=f"u{n}", role="customer") for n in range(3000)
    )
    rows = User.objects.only("id", "role")
    cursor = paginate(rows, ordering=("role", "id"), page_size=200).next
    with connection.cursor() as database:
        database.execute("ANALYZE core_user")
        database.execute("SET LOCAL enable_seqscan = off")

    with CaptureQueriesContext(connection) as statements:
        paginate(rows, ordering=("role", "id"), page_size=25, cursor=cursor)
    with connection.cursor() as database:
        database.execute(f"EXPLAIN {statements[0]['sql']}")
        plan = "\n".join(line for (line,) in database.fetchall())

    assert "using user_role_idx" in plan
    assert "Index Cond: (ROW(" in plan
    assert "Sort" not in plan
