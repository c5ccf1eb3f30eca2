"""The mail server gone, hung and slow: mail waits, nothing else does, and none comes twice."""

import os
from collections.abc import Iterator

import pytest

from apps.people.messages import promise_notice
from core.models import OutboxMessage
from tests.cast import Cast
from tests.faults.conftest import Forge, MailServer, make_forge
from tests.faults.proxy import Proxy, proxied
from tests.faults.shop import Fleet, check, let_leases_pass

pytestmark = [pytest.mark.once, pytest.mark.django_db(transaction=True)]
CYCLES = 5 if os.environ.get("FAULTS") == "all" else 1
# No answer is later than a step may take (two seconds here), and yet all together are.
PAUSE_SECONDS = 0.7
MODES = ("refuse", "hang", "slow")


@pytest.fixture
def door(mail_server: MailServer) -> Iterator[Proxy]:
    with proxied(mail_server.port) as found:
        found.pause = PAUSE_SECONDS
        yield found


@pytest.fixture
def forge(transactional_db: None, door: Proxy) -> Iterator[Forge]:
    yield from make_forge(FAULTS_MAIL_PORT=str(door.port))


@pytest.fixture
def fleet(cast: Cast, forge: Forge) -> Fleet:
    return Fleet(cast, forge)


def waiting_mail() -> list[tuple[int, str]]:
    """How often each mail that waits was tried, and what came of it."""
    rows = OutboxMessage.objects.filter(kind="email.send", done_at=None).order_by("next_at")
    return [(row.attempts, row.last_error.partition(":")[0]) for row in rows]


def claimed() -> list[int]:
    rows = OutboxMessage.objects.filter(done_at=None).order_by("next_at", "id")
    return list(rows.values_list("id", flat=True))


def work(forge: Forge, how: str) -> None:
    """Do what is due, as the embedded drainer or a worker does."""
    if how == "drain":
        forge.run("drain")
    else:
        ids = claimed()
        forge.run("claim")
        forge.run("work", ids=ids)


@pytest.mark.parametrize("harm", [(mode, how) for mode in MODES for how in ("drain", "work")])
def test_mail_waits_and_nothing_else_does(
    fleet: Fleet, door: Proxy, mail_server: MailServer, cast: Cast, harm: tuple[str, str]
) -> None:
    forge, (mode, how) = fleet.forge, harm
    for cycle in range(CYCLES):
        for _ in range(3):
            fleet.ask()
        # Due after all the mail, and done nevertheless.
        promise_notice(
            kind="join_accepted",
            recipients=[cast.mate],
            target=cast.fleet,
            fields={"company": "Demo Fleet"},
            key=f"cycle:{cycle}",
        )
        taken = sum(mail_server.taken.values())
        door.harm(mode)
        work(forge, how)
        assert not OutboxMessage.objects.exclude(kind="email.send").filter(done_at=None).exists()
        tried = [attempts for attempts, _ in waiting_mail()]
        # Who is refused has lost no time, and tries them all; who waits has others go first.
        assert sorted(tried)[-3:] == ([1, 1, 1] if mode == "refuse" else [0, 0, 1])
        assert sum(mail_server.taken.values()) == taken
        door.harm("pass")
        let_leases_pass()
        forge.run("drain")
        assert waiting_mail() == []
    check(fleet, mail_server)


def test_what_was_said_too_late_is_all_that_comes_twice(
    fleet: Fleet, forge: Forge, mail_server: MailServer
) -> None:
    for _ in range(CYCLES):
        fleet.ask()
        mail_server.late = 3
        forge.run("drain")
        assert [error for _, error in waiting_mail() if error] == ["SMTPServerDisconnected"]
        mail_server.late = 0
        let_leases_pass()
        forge.run("drain")
    assert mail_server.said_late == CYCLES
    check(fleet, mail_server, in_the_window=CYCLES)
