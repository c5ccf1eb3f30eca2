"""Sixteen sign-ins at once from one browser that was not known: one device, one message."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from apps.security.devices import COOKIE
from apps.security.models import KnownDevice
from core.clock import now
from core.models import OutboxMessage
from tests import factories
from tests.factories import PASSWORD
from tests.races.harness import CROWD, at_once, failed, happens

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
GUARD = "known_device_once"


def browsers_of_one_machine() -> list[Client]:
    """With one cookie, which they have from somebody else's sign-in."""
    client = Client()
    client.post("/login/", {"username": factories.make_user().username, "password": PASSWORD})
    found = [Client() for _ in range(CROWD)]
    for each in found:
        each.cookies[COOKIE] = client.cookies[COOKIE].value
    return found


def sign_in_together() -> tuple[int, int]:
    """How many devices and messages sixteen sign-ins make."""
    user = factories.make_user(last_login=now() - dt.timedelta(days=1))
    sent = {"username": user.username, "password": PASSWORD}

    def call_of(client: Client) -> Any:
        return lambda: client.post("/login/", sent).status_code

    outcomes = at_once([call_of(client) for client in browsers_of_one_machine()])
    assert failed(outcomes) == []
    assert set(outcomes) == {303}
    told = OutboxMessage.objects.filter(payload__to=user.email).count()
    return KnownDevice.objects.filter(user=user).count(), told


def test_one_browser_is_one_device_and_one_message() -> None:
    assert sign_in_together() == (1, 1)


def test_control_without_the_unique_constraint_there_are_several() -> None:
    (guard,) = [each for each in KnownDevice._meta.constraints if each.name == GUARD]
    with connection.schema_editor() as editor:
        editor.remove_constraint(KnownDevice, guard)
    try:
        assert happens(lambda: sign_in_together() != (1, 1))
    finally:
        KnownDevice.objects.all().delete()
        with connection.schema_editor() as editor:
            editor.add_constraint(KnownDevice, guard)
