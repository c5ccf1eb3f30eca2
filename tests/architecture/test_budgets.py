"""The budgets of QUALITY: small modules, small functions, no receivers, no bare suppression."""

import ast
import io
import re
import statistics
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parent.parent.parent
MODULE_LINES = 400
FUNCTION_LINES = 60
SUPPRESSION = re.compile(r"#\s*(noqa|type:\s*ignore|pragma:\s*no (?:cover|branch))")
# A reason follows the suppression as a comment of its own, or as words after a dash or colon.
REASONED = re.compile(
    r"#\s*(noqa(:\s*[A-Z]+\d+(,\s*[A-Z]+\d+)*)?|type:\s*ignore(\[[\w, -]+\])?"
    r"|pragma:\s*no (cover|branch))\s*(#|-|:)\s*\w+\W+\w+"
)


def modules(*, tests: bool) -> list[Path]:
    """Our own sources, with or without their tests; migrations are generated."""
    found = [
        path for part in ("core", "apps", "rs_systems") for path in (ROOT / part).rglob("*.py")
    ]
    kept = [path for path in found if "migrations" not in path.parts]
    return [path for path in kept if tests or "tests" not in path.parts]


@cache
def functions(path: Path) -> list[tuple[str, int]]:
    """Name and length of each function, from its first decorator to its last line."""
    found = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            length = (node.end_lineno or first) - first + 1
            found.append((f"{path.relative_to(ROOT)}:{node.name}", length))
    return found


def comments(source: str) -> Iterator[tuple[int, str]]:
    """Line number and text of each comment."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def bare_suppressions(source: str) -> list[int]:
    """Lines that silence a tool without saying why."""
    if not SUPPRESSION.search(source):
        return []
    return [
        line
        for line, text in comments(source)
        if SUPPRESSION.search(text) and not REASONED.search(text)
    ]


def receivers(source: str) -> list[int]:
    """Lines that listen to a model's life: `@receiver(...)` and `post_save.connect(...)`."""
    if not re.search(r"receiver|\.connect", source):
        return []
    names = {"pre_save", "post_save", "pre_delete", "post_delete", "m2m_changed", "receiver"}
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and names & set(re.findall(r"\w+", ast.unparse(node.func)))
    ]


def test_no_module_is_longer_than_400_lines() -> None:
    long = {
        str(path): count for path in modules(tests=True) if (count := lines(path)) > MODULE_LINES
    }
    assert long == {}


def lines(path: Path) -> int:
    """How many lines a file has."""
    return len(path.read_text().splitlines())


def test_no_function_is_longer_than_60_lines() -> None:
    every = [found for path in modules(tests=True) for found in functions(path)]
    assert [(name, length) for name, length in every if length > FUNCTION_LINES] == []


def test_the_middle_function_is_short() -> None:
    lengths = [length for path in modules(tests=False) for _, length in functions(path)]
    assert statistics.median(lengths) <= 10
    assert statistics.quantiles(lengths, n=20)[-1] <= 35


def test_nothing_listens_to_our_models() -> None:
    found = {
        str(path): hits for path in modules(tests=False) if (hits := receivers(path.read_text()))
    }
    assert found == {}


def test_every_suppression_has_its_reason() -> None:
    found = {
        str(path): hits
        for path in [*modules(tests=True), *(ROOT / "tests").rglob("*.py"), *ROOT.glob("*.py")]
        if (hits := bare_suppressions(path.read_text()))
    }
    assert found == {}


@pytest.mark.parametrize(
    ("comment", "bare"),
    [
        ("# noqa", True),
        ("# noqa: F401", True),
        ("# noqa: F401  # registering is the import's effect", False),
        ("# type: ignore[arg-type]", True),
        ("# type: ignore[arg-type]  # the stubs know no None here", False),
        ("# pragma: no cover", True),
        ("# pragma: no cover - only Windows comes here", False),
    ],
)
def test_a_suppression_is_bare_without_words_behind_it(comment: str, bare: bool) -> None:  # noqa: FBT001  # a column of the table
    assert bool(bare_suppressions(f"x = 1  {comment}\n")) is bare


def test_a_receiver_is_found_in_both_spellings() -> None:
    source = "@receiver(post_save, sender=Repair)\ndef f(**k): ...\npost_delete.connect(f)\n"
    assert receivers(source) == [1, 3]
