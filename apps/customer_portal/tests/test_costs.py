import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.repairs.models import Repair
from core.models import User
from core.shop import shop_today
from tests.cast import Cast
from tests.factories import completed_repair
from tests.pages import send, statements_of, text_of, visit

pytestmark = pytest.mark.django_db
SUMS = ["customer_repair_cost_data", "customer_unit_repair_data"]


def done(cast: Cast, unit: str, *, ago: int = 0) -> Repair:
    repair = completed_repair(
        technician=cast.technician_record, customer=cast.fleet, unit_number=unit
    )
    moment = repair.completed_at
    assert moment
    Repair.objects.filter(pk=repair.pk).update(completed_at=moment - dt.timedelta(days=ago))
    return repair


def data(user: User, name: str, **query: Any) -> Any:
    response = visit(user, name, **query)
    assert response.status_code == 200, response.content
    return response.json()


def test_what_a_unit_cost_this_year_is_answered(cast: Cast) -> None:
    for unit in ("4127", "4127", "8"):
        done(cast, unit)
    year = f"year={shop_today().year}"
    shown = text_of(cast.mate, "customer_costs", period=year, unit="Unit 4127")
    assert '<h2 class="section-title" id="answer">Unit 4127</h2>' in shown
    assert "<dt>Repairs</dt><dd>2</dd>" in shown
    assert "<dt>Charged</dt><dd>$90.00</dd>" in shown
    assert "<dt>Saved</dt><dd>$10.00</dd>" in shown


def test_several_units_are_summed(cast: Cast) -> None:
    for unit in ("4127", "4128", "9"):
        done(cast, unit)
    assert "<dt>Charged</dt><dd>$150.00</dd>" in text_of(cast.mate, "customer_costs")
    shown = text_of(cast.mate, "customer_costs", unit="41", period="months=36")
    assert "Units that begin with “41”" in shown
    assert "<dt>Charged</dt><dd>$100.00</dd>" in shown


def test_no_repair_in_these_months_is_said(cast: Cast) -> None:
    done(cast, "4127", ago=500)
    assert "No repair was completed in these months." in text_of(cast.mate, "customer_costs")


def test_an_impossible_filter_narrows_nothing(cast: Cast) -> None:
    done(cast, "4127")
    shown = text_of(cast.mate, "customer_costs", period="year=1", unit="x" * 51)
    assert "<dt>Charged</dt><dd>$50.00</dd>" in shown


def test_the_cut_of_a_long_list_is_told(cast: Cast) -> None:
    for number in range(20):
        done(cast, f"U{number}")
    assert "The table names the 20 dearest units" in text_of(cast.mate, "customer_costs")


def test_months_are_told_as_data(cast: Cast) -> None:
    done(cast, "4127")
    done(cast, "4127")
    told = data(cast.mate, "customer_repair_cost_data")
    today = shop_today()
    assert len(told["months"]) == 12
    sums = {"repairs": 2, "charged": "90.00", "saved": "10.00"}
    assert told["months"][-1] == sums | {"month": f"{today:%Y-%m}"}
    assert told["total"] == sums
    assert told["until"][:7] == f"{today:%Y-%m}"


def test_units_are_told_as_data(cast: Cast) -> None:
    for _ in range(2):
        done(cast, "4127")
    repair = done(cast, "8")
    year = {"year": shop_today().year}
    told = data(cast.mate, "customer_unit_repair_data", unit="8", **year)
    assert told["from"] == f"{shop_today().year}-01-01"
    (unit,) = told["units"]
    assert unit.pop("last_at")
    assert unit == {
        "unit": repair.unit_id,
        "unit_number": "8",
        "repairs": 1,
        "charged": "50.00",
        "url": reverse("customer_unit_detail", args=[repair.unit_id]),
    }


@pytest.mark.parametrize("name", SUMS)
@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"months": "0"}, "months"),
        ({"months": "37"}, "months"),
        ({"months": "x"}, "months"),
        ({"year": "1999"}, "year"),
        ({"year": "9" * 30}, "year"),
        ({"year": "2026", "months": "3"}, "year"),
        ({"unit": "x" * 51}, "unit"),
        ({"unit": "\x00"}, "unit"),
        ({"customer": "1"}, "parameters"),
    ],
)
def test_a_bad_value_is_a_problem_that_names_it(
    cast: Cast, name: str, query: dict[str, str], field: str
) -> None:
    response = visit(cast.mate, name, **query)
    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")
    assert list(response.json()["errors"]) == [field]


@pytest.mark.parametrize("name", SUMS)
def test_who_belongs_to_no_company_has_no_figures(cast: Cast, name: str) -> None:
    response = visit(cast.nobody, name)
    assert (response.status_code, response.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("name", SUMS)
def test_nobody_else_is_answered(cast: Cast, name: str) -> None:
    for part in ("technician", "owner"):
        response = visit(cast.member(part), name)
        assert (response.status_code, response.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("name", SUMS)
def test_who_is_not_signed_in_is_told_so_instead_of_led_to_a_page(name: str) -> None:
    response = Client().get(reverse(name))
    assert (response.status_code, response["Content-Type"]) == (401, "application/problem+json")
    assert response.json()["code"] == "not_signed_in"


@pytest.mark.parametrize("name", SUMS)
def test_nothing_is_sent_there(cast: Cast, name: str) -> None:
    response = send(cast.mate, name)
    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD")
    assert response["Content-Type"] == "application/problem+json"


def test_figures_are_of_ones_own_company(cast: Cast) -> None:
    done(cast, "4127")
    assert data(cast.stranger, "customer_repair_cost_data")["total"]["repairs"] == 0
    assert data(cast.stranger, "customer_unit_repair_data")["units"] == []
    assert "$50.00" not in text_of(cast.stranger, "customer_costs")


def test_they_cost_the_same_with_one_row_and_with_three(cast: Cast) -> None:
    def cost() -> list[int]:
        return [statements_of(cast.mate, name) for name in ("customer_costs", *SUMS)]

    done(cast, "1")
    assert cost() == [7, 5, 4]
    done(cast, "2")
    done(cast, "2")
    assert cost() == [7, 5, 4]


def lines(cast: Cast, by: str, **query: str) -> list[str]:
    answer = visit(cast.mate, "customer_costs_csv", by, **query)
    assert f'filename="costs-by-{by}-' in answer["Content-Disposition"]
    return b"".join(answer).decode("utf-8-sig").splitlines()


def test_the_months_are_a_file(cast: Cast) -> None:
    done(cast, "4127")
    done(cast, "4127")
    head, *rows = lines(cast, "month", unit="41")
    assert head == "Month,Repairs,Charged,Saved"
    assert len(rows) == 12
    assert rows[-1] == f"{shop_today():%Y-%m},2,90.00,10.00"
    assert lines(cast, "month", unit="8")[-1] == f"{shop_today():%Y-%m},0,0.00,0.00"
    link = reverse("customer_costs_csv", args=["month"])
    assert f'href="{link}?unit=41"' in text_of(cast.mate, "customer_costs", unit="41")


def test_all_units_are_a_file_however_many(cast: Cast) -> None:
    for number in range(21):
        done(cast, f"U{number}")
    head, *rows = lines(cast, "unit", period="nonsense")
    assert head == "Unit,Repairs,Charged,Last repaired"
    assert len(rows) == 21
    assert rows[0].startswith("U0,1,50.00,")


def test_there_is_no_other_file_and_none_for_others(cast: Cast) -> None:
    assert visit(cast.mate, "customer_costs_csv", "year").status_code == 404
    assert visit(cast.technician, "customer_costs_csv", "month").status_code == 404
    assert visit(cast.nobody, "customer_costs_csv", "month").status_code == 404
