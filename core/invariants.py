"""Facts that always hold, each as one query that must find nothing (ARCHITECTURE, guard 5)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

Query = Callable[[], Iterable[object]]


@dataclass(frozen=True)
class Violation:
    """An invariant that does not hold, with the first few things that break it."""

    name: str
    examples: list[str]


_invariants: dict[str, Query] = {}


def invariant(name: str) -> Callable[[Query], Query]:
    """Register a query under a sentence that says what always holds."""

    def register(query: Query) -> Query:
        _invariants[name] = query
        return query

    return register


def registered() -> list[str]:
    """The names of all invariants, sorted."""
    return sorted(_invariants)


def invariant_violations(*, examples: int = 5) -> list[Violation]:
    """Every invariant that does not hold now; empty when all is well."""
    found = []
    for name, query in sorted(_invariants.items()):
        broken = [str(item) for _, item in zip(range(examples), query(), strict=False)]
        if broken:
            found.append(Violation(name, broken))
    return found
