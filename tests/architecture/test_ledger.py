"""No insert that skips, or changes, what conflicts is anywhere near the ledger of points."""

import ast
import re

import pytest

from tests.architecture.test_budgets import ROOT, modules

pytestmark = pytest.mark.once

LEDGER = "apps.rewards_referrals"
SKIPS = re.compile(
    r"ignore_conflicts|update_conflicts|on\s+conflict\b|insert\s+or\s+(ignore|replace)|"
    r"\bmerge\s+into\b",
    re.IGNORECASE,
)


def is_near(name: str, source: str) -> bool:
    """A module of the ledger's package, or one that uses it."""
    return name.startswith(LEDGER.replace(".", "/")) or LEDGER in source


def skipping(source: str) -> list[int]:
    """Lines on which an insert could pass over what conflicts.

    Whatever else ``bulk_create`` is given than its rows counts: the third is ``ignore_conflicts``.
    """
    named = [source.count("\n", 0, found.start()) + 1 for found in SKIPS.finditer(source)]
    calls = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    given_more = [
        call.lineno
        for call in calls
        if ast.unparse(call.func).endswith("bulk_create") and (len(call.args) != 1 or call.keywords)
    ]
    return sorted({*named, *given_more})


def test_nothing_near_the_ledger_skips_what_conflicts() -> None:
    sources = {str(path.relative_to(ROOT)): path.read_text() for path in modules(tests=False)}
    near = {name: source for name, source in sources.items() if is_near(name, source)}
    # Its models, its services, and the use cases that call them.
    assert {
        "apps/rewards_referrals/models/ledger.py",
        "apps/rewards_referrals/services/ledger.py",
        "apps/queue_management/use_cases/rewards.py",
        "apps/queue_management/use_cases/finish.py",
    } <= near.keys()
    found = {name: lines for name, source in near.items() if (lines := skipping(source))}
    assert found == {}


@pytest.mark.parametrize(
    "source",
    [
        "Row.objects.bulk_create(rows, ignore_conflicts=True)",
        "Row.objects.bulk_create(rows, update_conflicts=True, unique_fields=['id'])",
        "Row.objects.bulk_create(rows, None, True)",
        "Row.objects.bulk_create(rows, **how)",
        "cursor.execute('INSERT INTO t VALUES (1) ON  CONFLICT DO NOTHING')",
        "cursor.execute('insert or ignore into t values (1)')",
    ],
)
def test_an_insert_that_skips_is_found(source: str) -> None:
    assert skipping(f"x = 1\n{source}") == [2]


def test_a_plain_insert_is_left_alone() -> None:
    assert skipping("Row.objects.bulk_create(rows)\nRow.objects.create(name='conflict')") == []
