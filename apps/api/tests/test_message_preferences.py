"""Which messages the caller wants."""

import pytest

from apps.api.tests.conftest import CallAs, problem_of
from apps.api.tests.test_customers import patch
from apps.notifications.models import MessageWishes
from tests.cast import Cast

pytestmark = pytest.mark.django_db
PATH = "/api/notifications/preferences/"


def test_everybody_reads_and_changes_their_own(call_as: CallAs, cast: Cast) -> None:
    caller = call_as(cast.primary)
    assert caller.get(PATH).json() == {
        "choices": {
            "approvals.email": True,
            "progress.email": True,
            "visits.email": True,
            "rewards.email": True,
            "summaries.email": True,
            "account.email": True,
        },
        "always": ["account.email"],
        "quiet_from": None,
        "quiet_until": None,
        "time_zone": "",
        "version": 1,
    }
    changes = {"choices": {"visits.email": False}, "quiet_from": "21:00", "quiet_until": "07:30"}
    told = patch(caller, PATH, changes).json()
    assert (told["choices"]["visits.email"], told["choices"]["progress.email"]) == (False, True)
    assert (told["quiet_from"], told["quiet_until"], told["version"]) == ("21:00", "07:30", 2)
    told = patch(caller, PATH, {"time_zone": "America/Chicago"}, version=2).json()
    assert (told["quiet_from"], told["time_zone"]) == ("21:00", "America/Chicago")
    assert MessageWishes.objects.get().user == cast.primary
    assert call_as(cast.mate).get(PATH).json()["choices"]["visits.email"] is True


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"choices": {"visits.pigeon": True}}, "choices"),
        ({"choices": {"account.email": False}}, "choices"),
        ({"choices": {"visits.email": "perhaps"}}, "choices.visits.email"),
        ({"quiet_from": "21:00"}, "quiet_until"),
        ({"quiet_from": "nine", "quiet_until": "07:00"}, "quiet_from"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"version": 2}, "version"),
    ],
)
def test_what_cannot_be_chosen_is_told_by_field(
    call_as: CallAs, cast: Cast, body: dict[str, object], field: str
) -> None:
    refused = patch(call_as(cast.technician), PATH, body)
    assert (refused.status_code, list(refused.json()["errors"])) == (400, [field])
    assert not MessageWishes.objects.exists()


def test_the_version_that_was_read_is_wanted(call_as: CallAs, cast: Cast) -> None:
    caller = call_as(cast.admin)
    patch(caller, PATH, {"choices": {"jobs.email": False}})
    stale = patch(caller, PATH, {"choices": {"jobs.email": True}})
    assert problem_of(stale) == (412, "stale")
    assert problem_of(caller.call("PATCH", PATH, {})) == (428, "version_required")
