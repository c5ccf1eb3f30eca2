"""The frame of every write: one transaction, the audit entries written last."""

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from django.db import transaction

from apps.audit.chain import append
from apps.audit.recorder import Draft, pending

P = ParamSpec("P")
R = TypeVar("R")


def use_case(function: Callable[P, R]) -> Callable[P, R]:
    """Make a function one indivisible change.

    The outermost use case opens the transaction, and as its last step locks the head of the
    audit chain and writes all entries; locked earlier, the head deadlocks concurrent writers.
    A use case called by another joins it, and if it fails takes its own entries with it.
    """

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        drafts = pending.get()
        if drafts is not None:
            return _joined(drafts, function, *args, **kwargs)
        return _outermost(function, *args, **kwargs)

    return run


def _outermost(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    drafts: list[Draft] = []
    token = pending.set(drafts)
    try:
        with transaction.atomic():
            result = function(*args, **kwargs)
            append(drafts)
            return result
    finally:
        pending.reset(token)


def _joined(drafts: list[Draft], function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    mark = len(drafts)
    try:
        with transaction.atomic():
            return function(*args, **kwargs)
    except BaseException:
        del drafts[mark:]
        raise
