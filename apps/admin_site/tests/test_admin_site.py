"""The admin site reads everything and writes nothing."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import models
from django.test import Client
from django.urls import reverse

from apps.people.services.passwords import request_password_reset
from apps.repairs.models import Repair
from core.models import OutboxMessage
from tests.factories import completed_repair, make_admin, make_owner, make_technician

pytestmark = pytest.mark.django_db
OWN = ("core", "apps.")
MODELS = sorted(
    (m for m in apps.get_models() if m.__module__.startswith(OWN) and not m._meta.proxy),
    key=lambda model: model._meta.label,
)


@pytest.fixture
def office() -> Client:
    client = Client()
    client.force_login(make_admin())
    return client


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_every_model_of_ours_has_a_list_that_answers(
    model: type[models.Model], office: Client
) -> None:
    assert admin.site.is_registered(model)
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
    assert office.get(reverse(name), {"q": "1"}).status_code == 200


def test_a_row_is_shown_without_its_secrets(office: Client) -> None:
    user = make_admin()
    page = office.get(reverse("admin:core_user_change", args=[user.pk]))
    assert page.status_code == 200
    assert user.password not in page.content.decode()


def test_nothing_can_be_written(office: Client) -> None:
    repair = completed_repair()
    url = reverse("admin:repairs_repair_change", args=[repair.pk])
    assert office.post(url, {"queue_status": "DENIED"}).status_code == 405
    assert office.post(reverse("admin:repairs_repair_add"), {}).status_code == 405
    assert Repair.objects.get(pk=repair.pk).queue_status == "COMPLETED"


def test_a_technician_finds_no_admin_site() -> None:
    client = Client()
    client.force_login(make_technician().user)
    assert client.get(reverse("admin:index")).status_code == 404


def test_a_stranger_is_asked_to_sign_in() -> None:
    answer = Client().get("/admin/")
    assert (answer.status_code, answer["Location"]) == (302, "/login/?next=/admin/")


def test_a_promised_mail_is_shown_without_the_way_in_that_it_carries(office: Client) -> None:
    make_owner(email="olga@example.com")
    request_password_reset(email="olga@example.com")
    (promise,) = OutboxMessage.objects.all()
    page = office.get(reverse("admin:core_outboxmessage_change", args=[promise.pk]))
    assert page.status_code == 200
    assert "/password/reset/" not in page.content.decode()


@pytest.mark.parametrize(
    ("model", "lookup"),
    [
        ("core_user", "password__startswith"),
        ("core_outboxmessage", "payload__icontains"),
        ("core_customeruser", "user__password__startswith"),
    ],
)
def test_a_secret_cannot_be_guessed_letter_by_letter(
    model: str, lookup: str, office: Client
) -> None:
    assert office.get(reverse(f"admin:{model}_changelist"), {lookup: "p"}).status_code == 400
