from decimal import Decimal

import pytest

from apps.audit.models import AuditEntry
from apps.queue_management.use_cases import set_resins
from apps.repairs.models import ResinTable
from apps.repairs.queries import resins_in_force
from apps.repairs.viscosity import BUILT_IN, Range
from core.errors import Forbidden, Invalid, PreconditionFailed
from tests.books import nothing_written, refused
from tests.cast import PARTS, Cast

pytestmark = pytest.mark.django_db
WANTED = [Range(Decimal(70), "Thin"), Range(None, "Thick")]


def test_the_built_in_table_holds_until_one_is_set(cast: Cast) -> None:
    assert resins_in_force() == (None, BUILT_IN)
    table = set_resins(actor=cast.admin, ranges=WANTED)
    assert resins_in_force() == (table, tuple(WANTED))


def test_a_change_is_a_version_and_told_in_the_audit(cast: Cast) -> None:
    first = set_resins(actor=cast.admin, ranges=WANTED)
    assert first is not None
    set_resins(actor=cast.owner, ranges=[Range(None, "One for all")], version=first.pk)
    assert ResinTable.objects.count() == 2
    entry = AuditEntry.objects.filter(verb="resins.changed").latest("position")
    (told,) = entry.changes
    assert (entry.actor_name, told["field"]) == (str(cast.owner), "resins")
    assert told["old"] == "Below 70 °F: Thin; From 70 °F: Thick"
    assert told["new"] == "At any temperature: One for all"


def test_the_first_change_tells_what_was_built_in(cast: Cast) -> None:
    set_resins(actor=cast.admin, ranges=WANTED)
    (told,) = AuditEntry.objects.get(verb="resins.changed").changes
    assert told["old"] == "Below 60 °F: Thin; 60 to below 90 °F: Medium; From 90 °F: Thick"


def test_the_same_table_writes_nothing(cast: Cast) -> None:
    with nothing_written():
        assert set_resins(actor=cast.admin, ranges=BUILT_IN) is None
    table = set_resins(actor=cast.admin, ranges=WANTED)
    with nothing_written():
        assert set_resins(actor=cast.admin, ranges=WANTED) == table


@pytest.mark.parametrize("part", [each for each in PARTS if each not in {"admin", "owner"}])
def test_only_the_office_sets_it(cast: Cast, part: str) -> None:
    with refused(Forbidden):
        set_resins(actor=cast.member(part), ranges=WANTED)


def test_an_older_view_is_refused(cast: Cast) -> None:
    with refused(PreconditionFailed, "stale"):
        set_resins(actor=cast.admin, ranges=WANTED, version=1)
    first = set_resins(actor=cast.admin, ranges=WANTED)
    assert first is not None
    with refused(PreconditionFailed, "stale") as caught:
        set_resins(actor=cast.admin, ranges=BUILT_IN, version=first.pk + 1)
    assert caught.value.extra == {"version": first.pk}


@pytest.mark.parametrize("resin", ["", "  ", "x" * 31, "Th\u200bin"])
def test_a_resin_has_a_name(cast: Cast, resin: str) -> None:
    with refused(Invalid, "resins_not_valid") as caught:
        set_resins(actor=cast.admin, ranges=[Range(None, resin)])
    assert list(caught.value.errors) == ["rows.0.resin"]


def test_a_gap_is_told_row_by_row(cast: Cast) -> None:
    with refused(Invalid, "resins_not_valid") as caught:
        set_resins(actor=cast.admin, ranges=[*WANTED[:1], *WANTED])
    assert list(caught.value.errors) == ["rows.1.below"]
