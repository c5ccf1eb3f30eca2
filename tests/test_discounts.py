"""What a reward takes off is off wherever a price is shown or added up: what is charged counts."""

import csv
import io
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail

from apps.repairs.models import Repair
from apps.repairs.statistics import customer_statistics
from apps.rewards_referrals.enums import RewardKind
from core import outbox
from core.models import User
from tests import factories
from tests.cast import Cast
from tests.pages import text_of, visit

pytestmark = pytest.mark.django_db
FULL, CHARGED = "35.00", "17.50"


@pytest.fixture
def repair(cast: Cast) -> Repair:
    """The third repair of a unit, at $35.00, half of which a reward takes off."""
    for _ in range(2):
        factories.completed_repair(
            customer=cast.fleet, technician=cast.technician_record, unit_number="4127"
        )
    half = factories.make_option(kind=RewardKind.PERCENTAGE, value=Decimal(50))
    factories.redeem(half, customer=cast.fleet)
    outbox.drain(limit=1000)
    mail.outbox.clear()
    return factories.completed_repair(
        customer=cast.fleet, technician=cast.technician_record, unit_number="4127"
    )


@pytest.mark.parametrize(
    ("part", "name"),
    [
        ("primary", "customer_repair_detail"),
        ("technician", "repair_detail"),
        ("admin", "office_repair_detail"),
    ],
)
def test_a_page_shows_what_is_charged_and_why(
    cast: Cast, repair: Repair, part: str, name: str
) -> None:
    shown = text_of(cast.member(part), name, repair.pk)
    assert f"${CHARGED}" in shown
    assert "Reward: " in shown


def test_figures_and_files_add_up_what_is_charged(cast: Cast, repair: Repair) -> None:
    assert (str(repair.cost), str(repair.discounted_cost)) == (FULL, CHARGED)
    # 50.00, 40.00 and half of 35.00.
    figures = customer_statistics(cast.fleet.pk)
    assert (figures["total_cost"], figures["total_saved"]) == (Decimal("107.50"), Decimal("42.50"))
    (month,) = [m for m in data(cast, "customer_repair_cost_data")["months"] if m["repairs"]]
    assert (month["charged"], month["saved"]) == ("107.50", "42.50")
    (unit,) = data(cast, "customer_unit_repair_data")["units"]
    assert unit["charged"] == "107.50"
    for user, name in ((cast.primary, "customer_repairs_csv"), (cast.admin, "office_repairs_csv")):
        row = next(row for row in rows_of(user, name) if FULL in row.values())
        assert CHARGED in row.values()
    by_month = rows_of(cast.primary, "customer_costs_csv", "month")
    assert [row["Charged"] for row in by_month if row["Repairs"] != "0"] == ["107.50"]


def test_the_message_names_what_is_charged(repair: Repair) -> None:
    outbox.drain(limit=1000)
    told = [str(m.body) for m in mail.outbox if m.subject.startswith("Repaired: unit 4127")]
    assert told
    assert all(CHARGED in body and FULL not in body for body in told)


def data(cast: Cast, name: str) -> Any:
    return visit(cast.primary, name).json()


def rows_of(user: User, name: str, *args: str) -> list[dict[str, str]]:
    text = visit(user, name, *args).getvalue().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))
