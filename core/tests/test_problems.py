"""The one shape of every fault."""

import json

from core.errors import Conflict, Invalid, NotFound
from core.problems import problem_response


def test_a_fault_tells_status_code_and_words() -> None:
    response = problem_response(NotFound())

    assert response.status_code == 404
    assert response["Content-Type"] == "application/problem+json"
    assert json.loads(response.content) == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": "Not found.",
        "code": "not_found",
        "errors": {},
    }


def test_faults_of_fields_are_told_by_field() -> None:
    told = json.loads(problem_response(Invalid(errors={"name": ["No."]})).content)

    assert told["errors"] == {"name": ["No."]}


def test_further_members_stand_beside() -> None:
    response = problem_response(Conflict(extra={"allowed_moves": ["DENIED"], "retry_after": 3}))

    assert json.loads(response.content)["allowed_moves"] == ["DENIED"]
    assert response["Retry-After"] == "3"
