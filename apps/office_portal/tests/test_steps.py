"""Every step of the office: it works, once, refuses with the input kept, tells stale versions."""

from uuid import uuid4

import pytest

from apps.audit.queries import head_position
from apps.office_portal.tests.steps import STEPS, address, signed_in, verbs_since
from tests.cast import Cast

pytestmark = pytest.mark.django_db
SEE_OTHER, NOT_FOUND, NOT_ALLOWED, REFUSED = 303, 404, 405, 200
every_step = pytest.mark.parametrize("name", STEPS)
forms = pytest.mark.parametrize("name", [name for name, step in STEPS.items() if step.is_form])
versioned = pytest.mark.parametrize(
    "name", [name for name, step in STEPS.items() if step.versioned]
)
OUTSIDERS = ("primary", "technician", "nobody")


@every_step
def test_a_step_does_what_it_says_and_leads_to_a_page(cast: Cast, name: str) -> None:
    step, client = STEPS[name], signed_in(cast.owner)
    args, sent = step.make(cast)
    before = head_position()
    answer = client.post(address(step, args), sent)
    assert answer.status_code == SEE_OTHER, answer.content.decode()
    assert step.verb in verbs_since(before)
    assert client.get(answer["Location"]).status_code == 200


@every_step
def test_a_step_sent_twice_is_one_effect(cast: Cast, name: str) -> None:
    step, client = STEPS[name], signed_in(cast.owner)
    args, sent = step.make(cast)
    sent["idempotency_key"] = uuid4().hex
    first = client.post(address(step, args), sent)
    done = head_position()
    if "images" in sent:
        sent["images"].seek(0)
    again = client.post(address(step, args), sent)
    assert (again.status_code, again["Location"]) == (SEE_OTHER, first["Location"])
    assert verbs_since(done) == []


@forms
def test_a_refused_form_is_shown_with_what_was_entered(cast: Cast, name: str) -> None:
    step = STEPS[name]
    args, sent = step.make(cast)
    before = head_position()
    answer = signed_in(cast.owner).post(address(step, args), sent | dict(step.bad))
    page = answer.content.decode()
    assert answer.status_code == REFUSED
    assert "error-summary" in page
    assert step.kept in page
    assert verbs_since(before) == []


@versioned
def test_an_old_version_is_told_and_nothing_is_saved(cast: Cast, name: str) -> None:
    step, client = STEPS[name], signed_in(cast.owner)
    args, sent = step.make(cast)
    before = head_position()
    answer = client.post(address(step, args), sent | {"version": 999})
    assert answer.status_code == (REFUSED if step.is_form else SEE_OTHER)
    shown = answer if step.is_form else client.get(answer["Location"])
    page = shown.content.decode()
    assert "changed by somebody else" in page
    assert step.kept in page
    assert verbs_since(before) == []


@every_step
def test_sales_agents_do_what_is_theirs(cast: Cast, name: str) -> None:
    step = STEPS[name]
    args, sent = step.make(cast)
    before = head_position()
    answer = signed_in(cast.sales_agent).post(address(step, args), sent)
    if step.by_sales:
        assert answer.status_code == SEE_OTHER, answer.content.decode()
        assert step.verb in verbs_since(before)
    else:
        assert answer.status_code == NOT_FOUND
        assert verbs_since(before) == []


@every_step
def test_nobody_else_does_anything(cast: Cast, name: str) -> None:
    step = STEPS[name]
    args, sent = step.make(cast)
    before = head_position()
    for outsider in OUTSIDERS:
        answer = signed_in(cast.member(outsider)).post(address(step, args), sent)
        assert answer.status_code == NOT_FOUND, outsider
    assert verbs_since(before) == []


@pytest.mark.parametrize("name", [name for name, step in STEPS.items() if step.of_object])
def test_a_foreign_object_answers_like_a_missing_one(cast: Cast, name: str) -> None:
    step = STEPS[name]
    args, sent = step.make(cast)
    before = head_position()
    client = signed_in(cast.other_sales_agent)
    for send, data in (
        (client.get, {}),
        (client.post, sent),
        (client.put, {}),
        (client.delete, {}),
    ):
        foreign, missing = send(address(step, args), data), send(address(step, [999_999]), data)
        assert foreign.status_code == missing.status_code, send
        assert foreign.status_code in (NOT_FOUND, NOT_ALLOWED)
    assert verbs_since(before) == []
