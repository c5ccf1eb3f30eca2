"""URLs and rows fit together, in this project and wherever they do not."""

from apps.security.access import ADMIN, Access
from apps.security.checks import check_access_table, table_faults, view_names


def test_every_url_of_the_project_has_a_row_and_every_row_a_url() -> None:
    assert check_access_table() == []


def test_the_names_of_the_project_carry_their_namespaces() -> None:
    assert {"health", "admin:index"} <= set(view_names())


def test_a_url_without_a_row_is_a_fault() -> None:
    assert [fault.id for fault in table_faults(["a"], [])] == ["security.E001"]


def test_a_row_without_a_url_is_a_fault() -> None:
    assert [fault.id for fault in table_faults([], [Access("a", GET={ADMIN})])] == ["security.E002"]


def test_two_rows_of_one_url_are_a_fault() -> None:
    twice = [Access("a", GET={ADMIN}), Access("a", POST={ADMIN})]

    assert [fault.id for fault in table_faults(["a"], twice)] == ["security.E003"]
