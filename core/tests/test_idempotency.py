"""One effect and one answer for the same call."""

import datetime as dt
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory, override_settings

from core import idempotency
from core.clock import now
from core.errors import Conflict, Invalid, Unprocessable
from core.idempotency import (
    Call,
    answer_once,
    body_fingerprint,
    form_fingerprint,
    purge_old,
    submit_once,
)
from core.models import Customer, IdempotencyRecord, User

CALL = Call("user:1", "k1", "f" * 64)


def add_customer() -> HttpResponse:
    customer = Customer.objects.create(name="Acme")
    return HttpResponse(f"{customer.pk}", status=201, headers={"ETag": '"1"', "X-Other": "x"})


@pytest.mark.django_db
def test_the_same_call_gets_the_same_answer_without_a_second_effect() -> None:
    first, second = answer_once(CALL, add_customer), answer_once(CALL, add_customer)

    assert Customer.objects.count() == 1
    assert (second.status_code, second.content) == (201, first.content)
    assert second["ETag"] == '"1"'
    assert second["Content-Type"] == first["Content-Type"]
    assert second["Idempotent-Replayed"] == "true"
    assert not first.has_header("Idempotent-Replayed")


@pytest.mark.django_db
def test_another_body_under_the_same_key_is_refused() -> None:
    answer_once(CALL, add_customer)

    with pytest.raises(Unprocessable) as fault:
        answer_once(Call("user:1", "k1", "e" * 64), add_customer)

    assert fault.value.code == "idempotency_key_reused"
    assert Customer.objects.count() == 1


@pytest.mark.django_db
def test_a_record_is_shown_by_its_principal_and_key() -> None:
    answer_once(CALL, add_customer)

    assert str(IdempotencyRecord.objects.get()) == "user:1 k1"


@pytest.mark.django_db
def test_another_principal_has_keys_of_their_own() -> None:
    answer_once(CALL, add_customer)
    answer_once(Call("user:2", "k1", "f" * 64), add_customer)

    assert Customer.objects.count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize("status", [302, 400, 409, 500])
def test_an_answer_that_is_no_success_is_not_kept_and_undoes_its_work(status: int) -> None:
    def fail() -> HttpResponse:
        add_customer()
        return HttpResponse(status=status)

    assert answer_once(CALL, fail).status_code == status
    assert not Customer.objects.exists()
    assert not IdempotencyRecord.objects.exists()


@pytest.mark.django_db
def test_what_the_action_raises_undoes_its_work() -> None:
    def fail() -> HttpResponse:
        add_customer()
        raise Conflict

    with pytest.raises(Conflict):
        answer_once(CALL, fail)

    assert not Customer.objects.exists()


@pytest.mark.django_db
def test_after_a_day_the_key_is_free_again() -> None:
    answer_once(CALL, add_customer)
    IdempotencyRecord.objects.update(created_at=now() - dt.timedelta(hours=25))

    assert not answer_once(CALL, add_customer).has_header("Idempotent-Replayed")
    assert answer_once(CALL, add_customer).has_header("Idempotent-Replayed")
    assert Customer.objects.count() == 2


@pytest.mark.django_db
def test_old_answers_are_forgotten() -> None:
    answer_once(CALL, add_customer)
    IdempotencyRecord.objects.update(created_at=now() - dt.timedelta(hours=25))
    answer_once(Call("user:1", "k2", "f" * 64), add_customer)

    assert purge_old() == 1
    assert IdempotencyRecord.objects.get().key == "k2"


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "a" * 256, "a\x00b", "a\nb", "é"])
def test_a_key_that_is_none_is_refused(key: str) -> None:
    with pytest.raises(Invalid) as fault:
        answer_once(Call("user:1", key, "f" * 64), add_customer)

    assert list(fault.value.errors) == ["Idempotency-Key"]


@pytest.mark.django_db
def test_the_longest_key_works() -> None:
    answer_once(Call("user:1", "a" * 255, "f" * 64), add_customer)

    assert IdempotencyRecord.objects.count() == 1


def form(user: User, **fields: Any) -> HttpRequest:
    request = RequestFactory().post("/app/request/", {"unit": "1", **fields})
    request.user = user
    return request


def redirecting() -> HttpResponse:
    add_customer()
    return HttpResponse(status=302, headers={"Location": "/done/"})


@pytest.fixture
def person(db: None) -> User:
    return User.objects.create(username="ann")


def test_a_form_sent_twice_leads_to_the_same_page_once(person: User) -> None:
    for _ in range(2):
        answer = submit_once(form(person, idempotency_key="k"), redirecting)
        assert answer["Location"] == "/done/"

    assert Customer.objects.count() == 1


def test_a_form_shown_again_with_errors_keeps_its_key_free(person: User) -> None:
    submit_once(form(person, idempotency_key="k"), lambda: HttpResponse("errors"))
    submit_once(form(person, idempotency_key="k", unit="2"), redirecting)

    assert Customer.objects.count() == 1


def test_a_form_without_a_key_simply_runs(person: User) -> None:
    for _ in range(2):
        submit_once(form(person), redirecting)

    assert Customer.objects.count() == 2


def test_the_fingerprint_of_a_form_leaves_its_tokens_out(person: User) -> None:
    first = form(person, idempotency_key="a", csrfmiddlewaretoken="x")
    second = form(person, idempotency_key="b", csrfmiddlewaretoken="y")

    assert form_fingerprint(first) == form_fingerprint(second)
    assert form_fingerprint(first) != form_fingerprint(form(person, unit="2"))


def test_the_fingerprint_of_a_form_covers_the_bytes_of_its_files(person: User) -> None:
    def photo(content: bytes) -> str:
        return form_fingerprint(form(person, image=SimpleUploadedFile("a.jpg", content)))

    assert photo(b"one") == photo(b"one")
    assert photo(b"one") != photo(b"two")


def _together(count: int, work: Callable[[], str]) -> list[str]:
    barrier = Barrier(count)

    def run(_number: int) -> str:
        barrier.wait()
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def _answer() -> str:
    try:
        return answer_once(CALL, add_customer).content.decode()
    except Conflict as busy:
        return f"{busy.code}, {busy.extra['retry_after']} s"


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_sixteen_at_once_have_one_effect() -> None:
    answers = set(_together(16, _answer))

    assert Customer.objects.count() == 1
    assert answers - {"still_running, 1 s"} == {str(Customer.objects.get().pk)}


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_call_that_is_running_is_asked_to_come_back() -> None:
    said: list[str] = []

    def action() -> HttpResponse:
        said.extend(_together(1, _answer))
        return add_customer()

    answer_once(CALL, action)

    assert (said, Customer.objects.count()) == (["still_running, 1 s"], 1)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_form_sent_sixteen_times_at_once_waits_and_leads_to_the_same_page() -> None:
    user = User.objects.create(username="ann")

    def send() -> str:
        return submit_once(form(user, idempotency_key="k"), redirecting)["Location"]

    assert _together(16, send) == ["/done/"] * 16
    assert Customer.objects.count() == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_without_the_guards_sixteen_at_once_have_several_effects(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(idempotency, "_lock", lambda _call, **_how: None)
    monkeypatch.setattr(idempotency, "_keep", lambda _call, response, _is_kept: response)

    _together(16, _answer)

    assert Customer.objects.count() > 1


DYING = textwrap.dedent(
    """
    import os, signal, django
    django.setup()
    from core.tests.test_idempotency import CALL, add_customer
    from core.idempotency import answer_once
    def action():
        response = add_customer()
        if os.environ["DIE"] == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        return response
    answer_once(CALL, action)
    os.kill(os.getpid(), signal.SIGKILL)
    """
)


def _die(when: str) -> None:
    database = connection.settings_dict
    address = (
        f"postgresql://{database['USER']}:{database['PASSWORD']}@{database['HOST']}:"
        f"{database['PORT']}/{database['NAME']}"
    )
    died = subprocess.run(  # noqa: S603  # our own script
        [sys.executable, "-c", DYING],
        env={**os.environ, "DATABASE_URL": address, "DIE": when},
        check=False,
    )
    assert died.returncode == -signal.SIGKILL


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_killed_between_commit_and_answer_the_retry_gets_the_stored_answer() -> None:
    _die("after")

    answer = answer_once(CALL, add_customer)

    assert answer["Idempotent-Replayed"] == "true"
    assert answer.content.decode() == str(Customer.objects.get().pk)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_killed_before_the_commit_the_retry_does_the_work() -> None:
    _die("before")

    answer = answer_once(CALL, add_customer)

    assert not answer.has_header("Idempotent-Replayed")
    assert Customer.objects.count() == 1


def test_a_fingerprint_cannot_be_guessed_without_the_key() -> None:
    request = RequestFactory().post("/api/auth/password/", b"{}", content_type="application/json")
    mine = body_fingerprint(request)
    with override_settings(SECRET_KEY="another"):
        assert body_fingerprint(request) != mine
