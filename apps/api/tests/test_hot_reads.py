"""Reads answered before Django: the same answers, the same refusals, nothing kept too long."""

import io
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import orjson
import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_started
from django.db import OperationalError, close_old_connections, connection
from django.test.utils import CaptureQueriesContext
from django.urls import resolve, reverse
from prometheus_client import REGISTRY

from apps.api import hot_reads
from apps.api.hot_reads import DETAIL, LISTS, MOST_FRAMES, HotReads
from apps.api.repairs import RepairDetail
from apps.api.tests.conftest import prepares
from apps.queue_management.use_cases import deactivate_person
from apps.repairs.models import Repair
from apps.security import queries
from apps.security.models import AuthSession
from apps.security.sessions import end_sessions, open_session
from apps.technicians.models import Technician
from core.clock import now
from core.enums import Role
from core.models import CustomerUser, User
from core.shop import shop_today
from tests import factories
from tests.cast import Cast

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db]
PATH = "/api/repairs/"
JOBS = "/api/jobs/"
PARTS = ["admin", "technician", "sales_agent", "primary", "requester", "stranger", "nobody"]


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


@dataclass
class Shop:
    """The product as a server has it, and how often the ordinary way was taken."""

    ordinary: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        django = WSGIHandler()

        def counted(environ: Any, start_response: Any) -> Any:
            self.ordinary.append(environ["PATH_INFO"])
            return django(environ, start_response)

        self.hot = HotReads(counted, begin=prepares)

    def get(self, path: str, token: str = "", **environ: Any) -> Answer:
        """One answer, whichever way it takes."""
        got: list[Any] = []

        def start(status: str, headers: list[tuple[str, str]], *_fault: Any) -> None:
            got.extend([int(status[:3]), dict(headers)])

        body = b"".join(self.hot(environ_of(path, token, **environ), start))
        return Answer(got[0], got[1], body)

    def get_hot(self, path: str, token: str, **environ: Any) -> Answer:
        """One answer of which the frame is known already."""
        self.get(path, token, **environ)
        taken = len(self.ordinary)
        answer = self.get(path, token, **environ)
        assert len(self.ordinary) == taken, "it went the ordinary way"
        return answer


def environ_of(path: str, token: str, **more: Any) -> dict[str, Any]:
    path, _, query = path.partition("?")
    own = {"HTTP_AUTHORIZATION": f"Bearer {token}"} if token else {}
    return {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "HTTP_HOST": "testserver",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        **own,
        **more,
    }


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    # A session of an earlier test may have had the same id, and the same reader.
    monkeypatch.setattr(queries, "_last", {})
    # As the test client does: the test's own transaction is on this connection.
    request_started.disconnect(close_old_connections)
    yield Shop()
    request_started.connect(close_old_connections)


@pytest.fixture
def token(cast: Cast) -> str:
    return token_of(cast.admin)


def token_of(user: User) -> str:
    return open_session(user=user, address="127.0.0.1", user_agent="test").access


def same(ordinary: Answer, hot: Answer) -> bool:
    def told(answer: Answer) -> Any:
        named = {name.lower(): value for name, value in answer.headers.items()}
        assert len(named.pop("x-request-id")) == 32
        return answer.status, named, answer.body

    return bool(told(ordinary) == told(hot))


def test_the_addresses_are_those_of_these_views() -> None:
    lists: list[Any] = [(name, [], view) for name, view in LISTS.values()]
    for name, args, view in [*lists, (DETAIL, [7], RepairDetail)]:
        path = reverse(name, args=args)
        found: Any = resolve(path)
        assert found.func.view_class is view
        assert HotReads.finds({"REQUEST_METHOD": "GET", "PATH_INFO": path})


@pytest.mark.parametrize("part", PARTS)
def test_who_reads_is_answered_as_the_ordinary_way_does_in_one_statement(
    shop: Shop, cast: Cast, repair: Repair, part: str
) -> None:
    token = token_of(cast.member(part))
    for path in (PATH, f"{PATH}?status=REQUESTED", f"{PATH}{repair.pk}/"):
        ordinary = shop.get(path, token)
        shop.get(path, token)  # the first hot one reads who it is
        with CaptureQueriesContext(connection) as statements:
            again = shop.get(path, token)
        assert same(ordinary, again) or ordinary.status == 404
        if ordinary.status == 200:
            # A proof comes with a row; who sees nothing at all is told so without looking.
            assert len(statements) == (2 if part == "stranger" else 1), (
                "the rules look at something that is not read"
            )


@pytest.mark.parametrize("part", ["admin", "technician", "sales_agent"])
def test_jobs_are_listed_as_the_ordinary_way_does_in_one_statement(
    shop: Shop, cast: Cast, part: str
) -> None:
    for day in (None, shop_today()):
        factories.make_job(
            "A",
            actor=cast.sales_agent,
            customer=cast.fleet,
            technician=cast.technician_record,
            scheduled_date=day,
        )
    token = token_of(cast.member(part))
    for query in ("", "?status=pending", "?ordering=-priority&page_size=1"):
        ordinary = shop.get(f"{JOBS}{query}", token)
        with CaptureQueriesContext(connection) as statements:
            again = shop.get_hot(f"{JOBS}{query}", token)
        assert ordinary.body == again.body
        assert hot_json(again)["results"] != []
        assert len(statements) == (3 if not query else 2), "get_hot asks twice"
    for query in ("?overdue=false", "?ordering=scheduled_date&page_size=1"):
        assert shop.get(f"{JOBS}{query}", token).body == shop.get_hot(f"{JOBS}{query}", token).body
    for ordering in ("scheduled_date", "-priority", "id"):
        first = hot_json(shop.get_hot(f"{JOBS}?ordering={ordering}&page_size=1", token))
        behind = shop.get_hot(first["next"].removeprefix("http://testserver"), token)
        assert hot_json(behind)["results"] != first["results"]


def test_a_page_leads_to_the_next_under_the_address_that_was_asked(
    shop: Shop, cast: Cast, token: str
) -> None:
    for _ in range(3):
        factories.request(customer=cast.fleet)
    first = shop.get_hot(f"{PATH}?page_size=2", token, HTTP_HOST="localhost:8000")
    following = hot_json(first)["next"]
    assert following.startswith(f"http://localhost:8000{PATH}?page_size=2&cursor=")
    second = shop.get_hot(following.removeprefix("http://localhost:8000"), token)
    assert len(hot_json(second)["results"]) == 1
    assert hot_json(second)["previous"].startswith(f"http://testserver{PATH}?")


def hot_json(answer: Answer) -> Any:
    return orjson.loads(answer.body)


# --- What ends at once ----------------------------------------------------------------------


def sign_out(cast: Cast) -> None:
    end_sessions(user=cast.primary)


def end_this_session(cast: Cast) -> None:
    AuthSession.objects.filter(user=cast.primary).update(ended_at=now())


def deactivate(cast: Cast) -> None:
    deactivate_person(actor=cast.owner, user_id=cast.primary.pk)


@pytest.mark.parametrize("end", [sign_out, end_this_session, deactivate])
def test_who_is_signed_out_is_so_at_once(
    shop: Shop, cast: Cast, end: Callable[[Cast], None]
) -> None:
    token = token_of(cast.primary)
    assert shop.get_hot(PATH, token).status == 200
    end(cast)
    assert shop.get(PATH, token).status == 401


def test_a_right_that_is_taken_away_is_gone_at_once(shop: Shop, cast: Cast, repair: Repair) -> None:
    approval = factories.field_repair(customer=cast.fleet)
    token, path = token_of(cast.approver), f"{PATH}{approval.pk}/"
    assert "APPROVED" in hot_json(shop.get_hot(path, token))["allowed_moves"]
    CustomerUser.objects.filter(user=cast.approver).update(can_approve=False)
    assert "APPROVED" not in hot_json(shop.get_hot(path, token))["allowed_moves"]


def test_who_changes_the_company_sees_the_other_one(shop: Shop, cast: Cast, repair: Repair) -> None:
    token = token_of(cast.requester)
    assert len(hot_json(shop.get_hot(PATH, token))["results"]) == 1
    CustomerUser.objects.filter(user=cast.requester).update(customer=cast.other_fleet)
    assert hot_json(shop.get_hot(PATH, token))["results"] == []


def test_another_role_is_another_view(shop: Shop, cast: Cast, repair: Repair) -> None:
    token = token_of(cast.technician)
    assert "internal_notes" in hot_json(shop.get_hot(f"{PATH}{repair.pk}/", token))
    User.objects.filter(pk=cast.technician.pk).update(role=Role.CUSTOMER)
    Technician.objects.filter(user=cast.technician).update(is_active=False)
    assert shop.get(f"{PATH}{repair.pk}/", token).status == 404


def test_what_was_written_since_is_told(shop: Shop, cast: Cast, repair: Repair, token: str) -> None:
    path = f"{PATH}{repair.pk}/"
    before = shop.get_hot(path, token)
    Repair.objects.filter(pk=repair.pk).update(customer_notes="By the gate", version=9)
    after = shop.get_hot(path, token)
    assert (before.headers["ETag"], after.headers["ETag"]) == (f'"{repair.version}"', '"9"')
    assert hot_json(after)["customer_notes"] == "By the gate"


# --- What goes the ordinary way -------------------------------------------------------------

REFUSED = [
    ("?colour=red", {}, 400),
    ("?page_size=0", {}, 400),
    ("?cursor=forged", {}, 400),
    ("999999/", {}, 404),
    ("", {"HTTP_ACCEPT": "text/csv"}, 406),
    ("", {"HTTP_AUTHORIZATION": "Bearer forged"}, 401),
    ("", {"HTTP_AUTHORIZATION": ""}, 401),
    ("", {"HTTP_AUTHORIZATION": "Token forged"}, 401),
    ("", {"REQUEST_METHOD": "DELETE"}, 405),
    ("", {"HTTP_HOST": "evil.example"}, 400),
]


@pytest.mark.parametrize(("rest", "environ", "status"), REFUSED)
def test_refusals_are_those_of_the_ordinary_way(
    shop: Shop, token: str, rest: str, environ: dict[str, str], status: int
) -> None:
    shop.get(PATH, token)
    shop.ordinary.clear()
    assert shop.get(PATH + rest, token, **environ).status == status
    assert shop.ordinary


def test_a_used_up_minute_is_refused_and_counted_once(
    shop: Shop, token: str, settings: Any
) -> None:
    settings.CALLS_PER_MINUTE = settings.CALLS_PER_MINUTE | {"user": 4}
    statuses = [shop.get(path, token).status for path in (PATH, PATH, f"{PATH}9/", PATH, PATH)]
    assert statuses == [200, 200, 404, 200, 429]


def test_who_may_not_read_here_is_refused(
    shop: Shop, cast: Cast, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.get(PATH, token)
    monkeypatch.setattr(hot_reads, "find_row", lambda _name: None)
    shop.ordinary.clear()
    shop.get(PATH, token)
    assert shop.ordinary == [PATH]


def test_another_origin_gets_its_headers(shop: Shop, token: str, settings: Any) -> None:
    settings.CORS_ALLOWED_ORIGINS = ["https://app.fleet.example"]
    shop.get(PATH, token)
    answer = shop.get(PATH, token, HTTP_ORIGIN="https://app.fleet.example")
    assert answer.headers["access-control-allow-origin"] == "https://app.fleet.example"


def test_the_use_of_a_session_is_noted_every_few_minutes(
    shop: Shop, cast: Cast, token: str
) -> None:
    shop.get(PATH, token)
    long_ago = now().replace(year=2000)
    AuthSession.objects.update(last_used_at=long_ago)
    shop.get(PATH, token)
    assert AuthSession.objects.get(user=cast.admin).last_used_at > long_ago


def test_a_database_that_is_away_is_told_as_always(
    shop: Shop, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_token: str) -> None:
        raise OperationalError

    shop.get(PATH, token)
    monkeypatch.setattr(hot_reads, "find_reader_of", away)
    shop.ordinary.clear()
    assert shop.get(PATH, token).status == 200
    assert shop.ordinary == [PATH]


def test_a_bug_is_logged_and_the_ordinary_way_taken(
    shop: Shop, token: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_token: str) -> None:
        raise ZeroDivisionError

    shop.get(PATH, token)
    monkeypatch.setattr(hot_reads, "find_reader_of", broken)
    with caplog.at_level(logging.ERROR):
        assert shop.get(PATH, token).status == 200
    assert [record.message for record in caplog.records] == [f"hot read of {PATH}"]


# --- Frames ---------------------------------------------------------------------------------


def test_a_frame_is_of_one_address_and_scheme(shop: Shop, token: str) -> None:
    shop.get(PATH, token)
    secure = shop.get_hot(PATH, token, **{"wsgi.url_scheme": "https"})
    assert secure.status == 200
    assert len(shop.hot.frames) == 2


def test_nothing_is_learned_from_a_refusal(shop: Shop, token: str) -> None:
    shop.get(PATH, "forged")
    shop.get(PATH, token, HTTP_HOST="evil.example")
    assert shop.hot.frames == {}


def test_frames_are_bounded(shop: Shop, token: str) -> None:
    for number in range(MOST_FRAMES + 2):
        shop.hot.frames[(number,)] = hot_reads.Frame((), "")
        if len(shop.hot.frames) >= MOST_FRAMES:
            shop.get(PATH, token, HTTP_X_FORWARDED_PROTO=str(number))
    assert len(shop.hot.frames) <= MOST_FRAMES


def test_the_next_page_of_a_list_asked_for_without_a_word(cast: Cast, shop: Shop) -> None:
    for _ in range(26):
        factories.request(customer=cast.fleet)
    token = token_of(cast.admin)
    shop.get(PATH, token)
    answer = shop.get_hot(PATH, token)
    told = orjson.loads(answer.body)
    assert told["next"].startswith("http://testserver/api/repairs/?cursor=")
    rest = orjson.loads(shop.get_hot(told["next"].removeprefix("http://testserver"), token).body)
    assert len(told["results"]) + len(rest["results"]) == 26


def test_an_answer_of_either_way_is_counted(shop: Shop, token: str) -> None:
    counted = {"view": LISTS["repairs"][0], "method": "GET", "status": "2xx"}

    def so_far() -> float:
        return REGISTRY.get_sample_value("rs_request_seconds_count", counted) or 0

    before = so_far()
    assert [shop.get(PATH, token).status for _ in range(3)] == [200, 200, 200]
    assert (len(shop.ordinary), so_far() - before) == (1, 3)
