"""The register of what always holds."""

from collections.abc import Iterator

import pytest

from core import invariants


@pytest.fixture(autouse=True)
def _own_register(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(invariants, "_invariants", {})


def test_violations_name_the_broken_ones_with_a_few_examples() -> None:
    asked = []

    @invariants.invariant("B holds")
    def broken() -> Iterator[object]:
        for number in range(100):
            asked.append(number)
            yield number

    @invariants.invariant("A holds")
    def whole() -> list[object]:
        return []

    found = invariants.invariant_violations(examples=2)
    assert found == [invariants.Violation("B holds", ["0", "1"])]
    assert len(asked) <= 3
    assert invariants.registered() == ["A holds", "B holds"]
