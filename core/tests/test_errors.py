"""Errors carry what every door needs."""

import pytest

from core import errors


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (errors.Invalid, 400, "invalid"),
        (errors.Forbidden, 403, "forbidden"),
        (errors.NotFound, 404, "not_found"),
        (errors.Conflict, 409, "conflict"),
        (errors.PreconditionFailed, 412, "stale"),
        (errors.Unprocessable, 422, "unprocessable"),
        (errors.PreconditionRequired, 428, "version_required"),
    ],
)
def test_status_and_code(error: type[errors.DomainError], status: int, code: str) -> None:
    raised = error()
    assert (raised.status, raised.code, str(raised)) == (status, code, raised.default_detail)


def test_own_words_code_fields_and_members() -> None:
    raised = errors.Conflict(
        "Taken.", code="already_claimed", errors={"unit": ("No.",)}, extra={"holder": "Tom"}
    )
    assert (raised.detail, raised.code) == ("Taken.", "already_claimed")
    assert (raised.errors, raised.extra) == ({"unit": ["No."]}, {"holder": "Tom"})
