from decimal import Decimal
from typing import Any

import pytest

from apps.queue_management.use_cases import set_resins
from apps.repairs.models import ResinTable
from apps.repairs.queries import resins_in_force
from apps.repairs.viscosity import Range
from tests.cast import Cast
from tests.pages import folded, send, statements_of, text_of

pytestmark = pytest.mark.django_db


def put(cast: Cast, *rows: tuple[str, str], **more: Any) -> Any:
    data: dict[str, Any] = {"rows-TOTAL_FORMS": len(rows), "rows-INITIAL_FORMS": len(rows)}
    for place, (below, resin) in enumerate(rows):
        data |= {f"rows-{place}-below": below, f"rows-{place}-resin": resin}
    return send(cast.admin, "office_resins", **data, **more)


def test_the_table_as_delivered_is_there_to_change(cast: Cast) -> None:
    shown = text_of(cast.admin, "office_resins")
    assert 'value="Medium"' in shown
    assert "60 to below 90 °F" in shown
    assert "See the table" in text_of(cast.admin, "office_settings")


def test_a_new_table_is_in_force_and_the_old_one_stays_to_be_seen(cast: Cast) -> None:
    first = set_resins(actor=cast.owner, ranges=[Range(None, "Old one")])
    assert first is not None
    assert put(cast, ("70", "Thin"), ("", "Thick"), version=first.pk).status_code == 303
    assert resins_in_force()[1] == (Range(Decimal(70), "Thin"), Range(None, "Thick"))
    shown = text_of(cast.admin, "office_resins")
    assert ("Old one" in shown, "Olga Owner" in shown) == (True, True)
    trail = text_of(cast.admin, "office_audit", kind="repairs.resintable")
    assert "Below 70 °F: Thin; From 70 °F: Thick" in trail
    assert "At any temperature: Old one" in trail


def test_an_empty_row_is_passed_over(cast: Cast) -> None:
    assert put(cast, ("70", "Thin"), ("", ""), ("", "Thick")).status_code == 303
    assert len(resins_in_force()[1]) == 2


def test_a_gap_is_told_at_its_row(cast: Cast) -> None:
    refused = folded(put(cast, ("70", "Thin"), ("", ""), ("60", "Medium"), ("", "Thick")))
    assert "Glass colder than, °F: This must be above 70 and at most 250." in refused
    assert 'href="#id_rows-2-below"' in refused
    assert not ResinTable.objects.exists()


def test_an_older_view_is_told_above_the_rows(cast: Cast) -> None:
    assert "changed by somebody else" in folded(put(cast, ("", "Thick"), version=1))


def test_a_resin_needs_its_name(cast: Cast) -> None:
    assert "Resin: This field is required." in folded(put(cast, ("70", ""), ("", "Thick")))


def test_the_page_costs_the_same_with_one_version_and_with_three(cast: Cast) -> None:
    set_resins(actor=cast.owner, ranges=[Range(None, "One")])
    before = statements_of(cast.admin, "office_resins")
    for name in ("Two", "Three"):
        set_resins(actor=cast.owner, ranges=[Range(None, name)])
    assert (before, statements_of(cast.admin, "office_resins")) == (6, 6)
