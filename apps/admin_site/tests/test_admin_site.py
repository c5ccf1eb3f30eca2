"""The admin site reads everything and writes nothing."""

import re

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin import EmptyFieldListFilter
from django.db import connection, models
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.admin_site import reading
from apps.admin_site.lists import LISTS
from apps.admin_site.reading import SECRETS, Columns
from apps.admin_site.tests.rows import fill_shop
from apps.audit.models import AuditEntry, AuditHead
from apps.people.services.passwords import request_password_reset
from apps.repairs.models import Repair, RepairApproval, Unit
from core.clock import now
from core.models import Customer, OutboxMessage, User
from tests.factories import (
    completed_repair,
    field_repair,
    make_admin,
    make_customer,
    make_owner,
    make_technician,
    request,
)

pytestmark = pytest.mark.django_db
OWN = ("core", "apps.")
MODELS = sorted(
    (m for m in apps.get_models() if m.__module__.startswith(OWN) and not m._meta.proxy),
    key=lambda model: model._meta.label,
)
# Settings, session, user, unread notices; the rows counted up to the cap, the rows.
STATEMENTS_OF_A_LIST = 6
SOUNDS_SECRET = re.compile(r"password|token|secret|hash$|fingerprint|jti|payload|body|headers|otp")
# The chain of the audit is told to everybody who verifies it.
NO_SECRETS = {"hash", "previous_hash"}


@pytest.fixture
def office() -> Client:
    client = Client()
    client.force_login(make_admin())
    return client


def list_of(model: type[models.Model]) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def found(office: Client, model: type[models.Model], **query: str) -> list[models.Model]:
    answer = office.get(list_of(model), query)
    assert answer.status_code == 200
    return list(answer.context["cl"].result_list)


def test_every_model_of_ours_is_listed() -> None:
    assert set(MODELS) == set(LISTS)


def test_every_list_costs_the_same_with_one_row_and_with_more(
    office: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill_shop()
    cost = {}
    for model in MODELS:
        for per_page in (1, 50):
            monkeypatch.setattr(admin.site.get_model_admin(model), "list_per_page", per_page)
            with CaptureQueriesContext(connection) as statements:
                shown = found(office, model)
            assert len(shown) == 1 or per_page > 1 or model is AuditHead
            assert len(shown) > 1 or per_page == 1 or model is AuditHead, model
            cost[model, per_page] = len(statements)
    assert cost == dict.fromkeys(cost, STATEMENTS_OF_A_LIST)


def test_every_list_is_searched_by_number_and_by_words(office: Client) -> None:
    for model in MODELS:
        found(office, model, q="1")
        assert found(office, model, q="o'hare %_") == [], model


def test_a_search_for_what_cannot_be_finds_nothing_wrong(office: Client) -> None:
    for text in ("9" * 30, "x\0y", "²", " "):
        found(office, Repair, q=text)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_no_filter_asks_the_table_for_its_values(model: type[models.Model]) -> None:
    for each in LISTS[model].filters:
        if isinstance(each, str):
            field = model._meta.get_field(each)
            assert getattr(field, "choices", None) or isinstance(field, models.BooleanField), each
        else:
            assert not isinstance(each, tuple) or each[1] is EmptyFieldListFilter


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_what_sounds_like_a_secret_is_hidden(model: type[models.Model]) -> None:
    names = {field.name for field in model._meta.concrete_fields}
    assert {name for name in names - NO_SECRETS if SOUNDS_SECRET.search(name)} <= SECRETS
    assert SECRETS.isdisjoint(LISTS[model].show)


def test_rows_are_found_by_the_beginning_of_what_they_belong_to(office: Client) -> None:
    fleet = make_customer("Harbor Freight")
    repair = request(customer=fleet, unit_number="#4127")
    request(customer=make_customer("Other"), unit_number="99")
    for text in ("harbor fr", "HARBOR", "Unit 41", str(repair.pk)):
        assert found(office, Repair, q=text) == [repair], text
    assert found(office, Unit, q="unit 4127") == [repair.unit]
    assert found(office, Customer, q=" Harbor") == [fleet]
    assert found(office, Repair, q="nothing") == []


def test_approvals_are_found_by_their_repairs_number(office: Client) -> None:
    make_owner()
    repairs = [completed_repair(), completed_repair()]
    approval = RepairApproval.objects.create(
        repair=repairs[1],
        is_approved=True,
        method="policy",
        decided_by_name="Policy",
        decided_at=now(),
    )
    numbers = Columns((), numbers=("repair_id",)).condition(RepairApproval, str(repairs[1].pk))
    assert approval in RepairApproval.objects.filter(numbers)
    assert approval in found(office, RepairApproval, q=str(repairs[1].pk))


def test_a_list_ends_at_the_cap_and_says_so(
    office: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MOST_ROWS", 2)
    for number in range(3):
        make_customer(f"Fleet {number}")
    answer = office.get(list_of(Customer))
    assert answer.context["cl"].result_count == 2
    assert "(the first 2: search or filter for others)" in answer.content.decode()
    assert "search or filter" not in office.get(list_of(User)).content.decode()


def test_the_trail_is_filtered_by_what_it_is_about(office: Client) -> None:
    field_repair()
    everything = found(office, AuditEntry)
    about = found(office, AuditEntry, target_type="repairs.repair")
    assert 0 < len(about) < len(everything)
    assert {entry.target_type for entry in about if isinstance(entry, AuditEntry)} == {
        "repairs.repair"
    }


def test_the_history_of_a_row_is_its_audit_trail(office: Client) -> None:
    repair = completed_repair()
    history = office.get(reverse("admin:repairs_repair_history", args=[repair.pk]), follow=True)
    shown = history.context["cl"].result_list
    assert {(entry.target_type, entry.target_id) for entry in shown} == {
        ("repairs.repair", repair.pk)
    }


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
    assert office.post(list_of(Repair), {"action": "delete_selected"}).status_code == 405
    for page in ("add", "delete"):
        args = [repair.pk] if page == "delete" else []
        assert office.get(reverse(f"admin:repairs_repair_{page}", args=args)).status_code == 403
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
        ("repairs_unitsticker", "token__startswith"),
    ],
)
def test_a_secret_cannot_be_guessed_letter_by_letter(
    model: str, lookup: str, office: Client
) -> None:
    assert office.get(reverse(f"admin:{model}_changelist"), {lookup: "p"}).status_code == 400
