"""The whole register: when what is done, and that each of it can be done, and done again."""

import datetime as dt
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from pytest_django.fixtures import Settings

from apps.security.models import ApiKey, KnownDevice
from core.clock import now, pretending
from core.models import IdempotencyRecord, OutboxMessage, ScheduledRun
from core.schedule import registered
from tests import factories
from tests.books import nothing_written
from tests.cast import Cast

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def test_the_register_is_known() -> None:
    assert [(entry.name, entry.when.in_words()) for entry in registered()] == [
        ("approvals.remind", "every hour at 15 past"),
        ("audit.anchor", "every day at 02:00"),
        ("cleanup.books", "every day at 03:00"),
        ("cleanup.invitations", "every day at 03:20"),
        ("cleanup.links", "every day at 03:30"),
        ("cleanup.photos", "every day at 03:40"),
        ("cleanup.sessions", "every day at 03:10"),
        ("fleets.summary", "every day at 17:00"),
        ("invariants", "every hour at 45 past"),
        ("jobs.overdue", "every day at 00:05"),
        ("points.expire", "every day at 00:30"),
        ("technicians.day", "every day at 07:00"),
    ]


def test_everything_can_be_done_and_done_again(
    cast: Cast, settings: Settings, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    Path(settings.AUDIT_ANCHOR_FILE).unlink(missing_ok=True)
    factories.completed_repair(customer=cast.fleet)
    notes = [entry.work(now()) for entry in registered()]
    with nothing_written():
        assert [entry.work(now()) for entry in registered()] == notes
    assert all(notes)


def test_what_is_old_is_forgotten_and_nothing_else(
    cast: Cast, settings: Settings, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    name = default_storage.save("photos/2026/01/lost.webp", ContentFile(b"x"))
    for at in (now(), now() - 500 * DAY):
        with pretending(at):
            fill(cast, str(at))
    links = factories.field_repair(customer=cast.fleet).links.count()
    works = {entry.name: entry.work for entry in registered() if "cleanup" in entry.name}
    notes = {name: work(now()) for name, work in works.items()}
    assert notes == {
        "cleanup.books": "Forgot 1 answers, 1 done rows, 1 runs.",
        "cleanup.invitations": "Forgot 1 invitations.",
        "cleanup.links": "Forgot 0 links.",
        "cleanup.photos": "Removed 0 files.",
        "cleanup.sessions": "Forgot 0 sessions, 1 keys and 1 devices.",
    }
    with pretending(now() + 200 * DAY):
        assert works["cleanup.links"](now()) == f"Forgot {links} links."
        assert works["cleanup.photos"](now()) == "Removed 1 files."
    assert not default_storage.exists(name)
    assert [model.objects.count() for model in (IdempotencyRecord, ScheduledRun)] == [1, 1]


def fill(cast: Cast, name: str) -> None:
    """One row of everything that is forgotten some day, as old as the moment."""
    IdempotencyRecord.objects.create(principal=name, key=name, status=201, body=b"")
    IdempotencyRecord.objects.filter(key=name).update(created_at=now())
    OutboxMessage.objects.create(kind="x", key=name, next_at=now(), done_at=now())
    ScheduledRun.objects.create(name="x", slot=name[:16], due_at=now())
    factories.make_invitation(
        invited_by=cast.primary, expires_in=DAY, customer=cast.fleet, email=f"{now():%Y}@x.example"
    )
    KnownDevice.objects.create(user=cast.owner, mark=name)
    ApiKey.objects.create(user=cast.owner, name="x", prefix="x", key_hash=name, expires_at=now())


def test_a_row_not_done_stays_however_old() -> None:
    OutboxMessage.objects.create(kind="x", key="x", next_at=now() - 500 * DAY)
    (work,) = [entry.work for entry in registered() if entry.name == "cleanup.books"]
    work(now())
    assert OutboxMessage.objects.count() == 1
