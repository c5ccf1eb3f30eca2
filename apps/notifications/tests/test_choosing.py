import pytest

from apps.audit.models import AuditEntry
from apps.notifications.choosing import change_wishes, groups_of
from apps.notifications.models import MessageWishes
from apps.notifications.tests.conftest import MakeUser
from core.enums import Role
from core.errors import Invalid, PreconditionFailed
from core.models import User
from tests.books import nothing_written, refused


def choose(user: User, version: int | None = None, **choices: bool) -> MessageWishes:
    named = {name.replace("_", "."): is_wanted for name, is_wanted in choices.items()}
    return change_wishes(
        actor=user,
        version=version,
        choices=named,
        quiet_from=None,
        quiet_until=None,
        time_zone="",
    )


def test_only_what_differs_is_stored_and_a_repetition_writes_nothing(technician: User) -> None:
    chosen = choose(technician, visits_email=False, jobs_sms=True, jobs_email=True)
    assert (chosen.choices, chosen.version) == ({"jobs.sms": True, "visits.email": False}, 2)
    with nothing_written():
        choose(technician, version=2, visits_email=False)
    assert choose(technician, visits_email=True).choices == {"jobs.sms": True}
    entry = AuditEntry.objects.filter(verb="messagewishes.changed").latest("position")
    assert [change["field"] for change in entry.changes] == ["choices"]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("visits_pigeon", "There is no “visits.pigeon” to choose."),
        ("account_email", "“account.email” is always sent: it is about your own account."),
    ],
)
def test_what_cannot_be_chosen_is_refused(technician: User, name: str, told: str) -> None:
    with refused(Invalid) as caught:
        choose(technician, **{name: False})
    assert caught.value.errors == {"choices": [told]}


def test_an_older_view_is_refused(technician: User) -> None:
    choose(technician, visits_email=False)
    with refused(PreconditionFailed) as caught:
        choose(technician, version=1, visits_email=True)
    assert caught.value.extra == {"version": 2}


def test_people_choose_about_what_concerns_their_role(make_user: MakeUser) -> None:
    customer, technician = make_user("c"), make_user("t", role=Role.TECHNICIAN)
    assert [group.value for group in groups_of(customer)] == [
        "approvals",
        "progress",
        "visits",
        "rewards",
        "summaries",
        "account",
    ]
    assert "jobs" in groups_of(technician)
