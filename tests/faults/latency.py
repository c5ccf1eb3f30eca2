"""How long writes take while something is harmed, beside how long they take while all is well."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from itertools import chain


def p95(seconds: list[float]) -> float:
    """What 95 of a hundred stay below."""
    return statistics.quantiles(seconds, n=20, method="inclusive")[-1]


@dataclass
class Figures:
    """Seconds of each write, turn by turn."""

    well: list[list[float]] = field(default_factory=list)
    harmed: list[list[float]] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        """p95 of a harmed turn by that of the turn beside it, in the median of all turns.

        Whatever else a busy machine does meets both turns of a pair or spoils one pair of many.
        """
        pairs = zip(self.harmed, self.well, strict=True)
        return statistics.median(p95(harmed) / p95(well) for harmed, well in pairs)

    def __str__(self) -> str:
        well, harmed = ([*chain(*turns)] for turns in (self.well, self.harmed))
        return (
            f"{len(well)} + {len(harmed)} writes in {len(self.well)} pairs of turns: "
            f"p50 {1000 * statistics.median(well):.0f} ms and "
            f"{1000 * statistics.median(harmed):.0f} ms harmed, "
            f"p95 {1000 * p95(well):.0f} ms and {1000 * p95(harmed):.0f} ms harmed, "
            f"median of the pairs' ratios of p95 {self.ratio:.2f}"
        )


def in_turns(
    write: Callable[[], None],
    harm: Callable[[], AbstractContextManager[None]],
    *,
    pairs: int,
    writes: int,
) -> Figures:
    """Time so many writes in each turn, every other pair beginning with the harm."""
    figures = Figures()

    def turn() -> list[float]:
        return list(_timed(write, writes))

    turn()  # connections, caches and prepared statements are not what is compared
    for number in range(pairs):
        if number % 2:
            figures.well.append(turn())
        with harm():
            figures.harmed.append(turn())
        if not number % 2:
            figures.well.append(turn())
    return figures


def _timed(write: Callable[[], None], times: int) -> Iterator[float]:
    for _ in range(times):
        begun = time.perf_counter()
        write()
        yield time.perf_counter() - begun
