import re

import pytest
from django.core import mail

from apps.audit.models import AuditEntry
from apps.people.services.passwords import (
    change_password,
    encoded,
    holder_of,
    request_password_reset,
    reset_password,
)
from apps.people.services.profile import update_profile
from core.errors import Invalid, NotFound, PreconditionFailed
from core.models import OutboxMessage, User
from core.outbox import drain

OLD, NEW = "old-pass-word-9", "quite-another-phrase-3"


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


def test_name_and_phone_are_changed_and_recorded(mate: User) -> None:
    update_profile(
        actor=mate, version=1, changes={"first_name": " Mia ", "phone": "(206) 555-0123"}
    )
    user = fresh(mate)
    assert (user.first_name, user.phone, user.version) == ("Mia", "+12065550123", 2)
    assert AuditEntry.objects.get().verb == "user.profile_changed"


def test_no_change_writes_nothing(mate: User) -> None:
    update_profile(actor=mate, version=None, changes={"first_name": "Mate"})
    assert (fresh(mate).version, AuditEntry.objects.count()) == (1, 0)


def test_an_old_version_is_told(mate: User) -> None:
    with pytest.raises(PreconditionFailed) as refusal:
        update_profile(actor=mate, version=7, changes={"first_name": "Mia"})
    assert refusal.value.extra == {"version": 1}


@pytest.mark.parametrize(
    "field", ["role", "manages_people", "is_superuser", "username", "password", "session_version"]
)
def test_what_is_not_theirs_to_change_is_refused(mate: User, field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        update_profile(actor=mate, version=1, changes={field: "admin"})
    assert list(refusal.value.errors) == [field]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"first_name": ""}, "first_name"),
        ({"last_name": "x" * 151}, "last_name"),
        ({"phone": "911"}, "phone"),
        ({"email": "nowhere"}, "email"),
        ({"email": ""}, "email"),
        ({"email": "owner@example.com"}, "email"),
    ],
)
def test_impossible_values_are_refused_by_field(
    mate: User, owner: User, changes: dict[str, str], field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        update_profile(actor=mate, version=1, changes=changes, current_password=OLD)
    assert list(refusal.value.errors) == [field]


def test_another_address_needs_the_password(mate: User) -> None:
    with pytest.raises(Invalid) as refusal:
        update_profile(actor=mate, version=1, changes={"email": "new@example.com"})
    assert list(refusal.value.errors) == ["current_password"]
    update_profile(
        actor=mate, version=1, changes={"email": "new@example.com"}, current_password=OLD
    )
    assert fresh(mate).email_key == "new@example.com"


def test_a_new_password_ends_all_sessions_and_is_told_by_mail(mate: User) -> None:
    change_password(actor=mate, current_password=OLD, new_password=NEW)
    user = fresh(mate)
    assert (user.check_password(NEW), user.session_version) == (True, 1)
    [change] = AuditEntry.objects.get().changes
    assert change == {"field": "password", "old": "••••", "new": "••••"}
    drain()
    assert [sent.subject for sent in mail.outbox] == ["Your password was changed"]


@pytest.mark.parametrize(
    ("present", "new", "field"),
    [("wrong", NEW, "current_password"), (OLD, "short", "new_password")],
)
def test_a_wrong_or_weak_password_changes_nothing(
    mate: User, present: str, new: str, field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        change_password(actor=mate, current_password=present, new_password=new)
    assert list(refusal.value.errors) == [field]
    assert fresh(mate).check_password(OLD)


def mailed_link(user: User) -> tuple[str, str]:
    request_password_reset(email=user.email.upper())
    drain()
    found = re.search(r"/password/reset/([^/]+)/([^/]+)/", str(mail.outbox[-1].body))
    assert found is not None
    return found[1], found[2]


def test_a_mailed_address_sets_the_password_once(mate: User) -> None:
    uid, token = mailed_link(mate)
    reset_password(encoded_id=uid, token=token, new_password=NEW)
    assert (fresh(mate).check_password(NEW), fresh(mate).session_version) == (True, 1)
    with pytest.raises(NotFound):
        reset_password(encoded_id=uid, token=token, new_password=OLD)


def test_a_weak_password_does_not_use_the_address_up(mate: User) -> None:
    uid, token = mailed_link(mate)
    with pytest.raises(Invalid):
        reset_password(encoded_id=uid, token=token, new_password="1")
    assert holder_of(uid, token) == mate


def test_no_mail_for_unknown_or_inactive_people(mate: User) -> None:
    User.objects.update(is_active=False)
    request_password_reset(email=mate.email)
    request_password_reset(email="nobody@example.com")
    assert OutboxMessage.objects.count() == 0


def test_one_mail_a_minute(mate: User) -> None:
    for _ in range(3):
        request_password_reset(email=mate.email)
    assert OutboxMessage.objects.count() in (1, 2)  # two, when a minute has just ended


@pytest.mark.parametrize("uid", ["", "MQ", "%%", "x" * 500, "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5"])
def test_a_forged_address_is_refused(mate: User, uid: str) -> None:
    with pytest.raises(NotFound):
        holder_of(uid, "token")
    with pytest.raises(NotFound):
        holder_of(encoded(mate), "forged-token")
