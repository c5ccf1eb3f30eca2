"""What always holds of repairs is missed where it does not."""

import pytest

from apps.repairs.models import RepairApproval
from core.invariants import invariant_violations
from tests import factories

pytestmark = pytest.mark.django_db
NAME = "Work is only done on what was approved"


def test_work_without_an_approval_is_found() -> None:
    approved, other = factories.approved_repair(), factories.approved_repair()
    assert invariant_violations() == []
    RepairApproval.objects.filter(repair=approved).delete()
    (found,) = invariant_violations()
    assert (found.name, found.examples) == (NAME, [str(approved)])
    assert str(other) != str(approved)
