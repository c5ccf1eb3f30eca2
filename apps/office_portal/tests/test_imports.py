import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from apps.queue_management.models import ListImport
from core.models import Customer, User
from tests.cast import Cast
from tests.factories import make_unit, request
from tests.pages import folded, send, signed_in, text_of, visit

pytestmark = pytest.mark.django_db
LIST = b"Unit,Make\n00470,FORD\n9,\n9,A\n"


def file(content: bytes = LIST) -> SimpleUploadedFile:
    return SimpleUploadedFile("vehicles.csv", content)


def for_customer(user: User, customer: Customer) -> tuple[Client, str]:
    return signed_in(user), f"{reverse('office_import_new')}?customer={customer.pk}"


def test_a_new_company_comes_with_its_list(cast: Cast) -> None:
    shown = text_of(cast.admin, "office_import_new")
    assert '<option value="Demo Fleet">' in shown
    name = "Harbor City Delivery"
    answer = send(cast.admin, "office_import_new", company_name=name, file=file())
    job = ListImport.objects.get()
    assert answer["Location"] == reverse("office_import", args=[job.pk])
    assert f"{name} (new)" in text_of(cast.admin, "office_import", job.pk)
    send(cast.admin, "office_import", job.pk, step="start", on_conflict="first")
    assert "2 new vehicles" in text_of(cast.admin, "office_import", job.pk)
    assert Customer.objects.get(name=name).units.count() == 2


def test_a_customers_page_leads_to_its_list(cast: Cast) -> None:
    client, url = for_customer(cast.sales_agent, cast.fleet)
    assert url in text_of(cast.sales_agent, "office_customer_units", cast.fleet.pk)
    assert "company_name" not in folded(client.get(url))
    client.post(url, {"file": file()})
    job = ListImport.objects.get()
    assert job.customer == cast.fleet
    assert "2 of 3 rows" in folded(
        client.post(reverse("office_import", args=[job.pk]), {"step": "check"}, follow=True)
    )
    assert send(cast.sales_agent, "office_import_drop", job.pk).status_code == 303
    assert ListImport.objects.count() == 0


def test_a_foreign_customer_and_a_foreign_list_are_missing(cast: Cast) -> None:
    client, url = for_customer(cast.other_sales_agent, cast.fleet)
    assert client.get(url).status_code == 404
    mine, own_url = for_customer(cast.sales_agent, cast.fleet)
    mine.post(own_url, {"file": file()})
    job = ListImport.objects.get()
    assert visit(cast.other_sales_agent, "office_import", job.pk).status_code == 404
    assert visit(cast.other_sales_agent, "office_import_errors", job.pk).status_code == 404


def test_a_sales_agent_opens_no_company_with_a_list(cast: Cast) -> None:
    shown = folded(send(cast.sales_agent, "office_import_new", company_name="New one", file=file()))
    assert "Only the office opens companies." in shown


def test_errors_are_told_in_a_file(cast: Cast) -> None:
    client, url = for_customer(cast.admin, cast.fleet)
    client.post(url, {"file": file()})
    job = ListImport.objects.get()
    send(cast.admin, "office_import", job.pk, step="check")
    answer = visit(cast.admin, "office_import_errors", job.pk)
    assert b"".join(answer.streaming_content).count(b"\r\n") == 3  # type: ignore[attr-defined] # it is one


def test_what_is_worked_on_is_told_and_stays(cast: Cast) -> None:
    unit = make_unit(cast.fleet, "77")
    busy = request(customer=cast.fleet, unit_number="78")
    client, url = for_customer(cast.admin, cast.fleet)
    client.post(url, {"file": file(b"Unit\n1\n")})
    page = reverse("office_import", args=[ListImport.objects.get().pk])
    reason = f"Unit 78 has open work: repair {busy.pk} (Customer Requested)."
    shown = folded(client.post(page, {"step": "check"}, follow=True))
    assert reason in shown
    assert "Withdraw unit 77" in shown
    assert "Withdraw unit 78" not in shown
    sent = {"step": "start", "withdraw": [unit.pk, busy.unit_id]}
    shown = folded(client.post(page, sent, follow=True))
    assert "1 withdrawn." in shown
    assert "1 unit stays in use:" in shown
    assert reason in shown
    busy.unit.refresh_from_db()
    assert busy.unit.is_active


def test_an_import_of_before_tells_what_it_withdrew(cast: Cast) -> None:
    unit = make_unit(cast.fleet, "77")
    client, url = for_customer(cast.admin, cast.fleet)
    client.post(url, {"file": file(b"Unit\n1\n")})
    page = reverse("office_import", args=[ListImport.objects.get().pk])
    client.post(page, {"step": "start", "withdraw": [unit.pk]})
    job = ListImport.objects.get()
    del job.report["taken_out"], job.report["kept"]
    job.save()
    assert "1 withdrawn." in folded(client.get(page))


def test_what_is_gone_is_offered_to_be_withdrawn(cast: Cast) -> None:
    unit = make_unit(cast.fleet, "77")
    client, url = for_customer(cast.admin, cast.fleet)
    client.post(url, {"file": file(b"Unit\n1\n")})
    job = ListImport.objects.get()
    page = reverse("office_import", args=[job.pk])
    assert "Withdraw unit 77" in folded(client.post(page, {"step": "check"}, follow=True))
    shown = folded(client.post(page, {"step": "start", "withdraw": [unit.pk]}, follow=True))
    assert "1 withdrawn." in shown
    unit.refresh_from_db()
    assert not unit.is_active
