"""Checklists on the office's pages."""

from typing import Any

import pytest
from django.urls import reverse

from apps.jobs.models import JobTemplate
from apps.jobs.services import edit_equipment
from tests import factories
from tests.cast import Cast
from tests.pages import folded, send, signed_in, statements_of, text_of, visit

pytestmark = pytest.mark.django_db
PAGE, NEW = "office_job_template", "office_job_template_new"


def sent(*titles: str, **more: Any) -> dict[str, Any]:
    data: dict[str, Any] = {"name": "Chip", "damage_type": "Chip", "priority": "high"} | more
    data |= {"items-TOTAL_FORMS": len(titles), "items-INITIAL_FORMS": len(titles)}
    for place, title in enumerate(titles):
        data[f"items-{place}-title"] = title
    return data


def titles_of(template: JobTemplate) -> list[str]:
    return [str(item) for item in template.items.order_by("order")]


def test_a_checklist_is_entered_and_listed(cast: Cast) -> None:
    assert "No checklist yet." in text_of(cast.admin, "office_job_templates")
    assert reverse("office_job_templates") in text_of(cast.admin, "office_settings")
    lamp = factories.make_equipment("Lamp")
    data = sent("Clean", "", "Cure") | {"items-2-equipment": [lamp.pk]}
    answer = send(cast.admin, NEW, **data)
    template = JobTemplate.objects.get()
    assert answer["Location"] == reverse(PAGE, args=[template.pk])
    assert titles_of(template) == ["1 Clean", "2 Cure"]
    assert list(template.items.get(order=2).equipment.all()) == [lamp]
    listed = text_of(cast.admin, "office_job_templates")
    assert ("Clean, Cure" in listed, "In use" in listed) == (True, True)
    assert "Chip" in text_of(cast.admin, "office_audit", kind="jobs.jobtemplate")


def test_it_is_changed_with_the_version_that_was_shown(cast: Cast) -> None:
    lamp = factories.make_equipment("Lamp", serial_number="AB-1")
    template = factories.make_template("Chip", "A", equipment=[lamp])
    edit_equipment(actor=cast.admin, equipment_id=lamp.pk, version=1, values={"is_active": False})
    page = text_of(cast.admin, PAGE, template.pk)
    assert "Lamp (AB-1), retired" in page
    data = sent("A", "B", version=1) | {"items-0-equipment": [lamp.pk]}
    assert send(cast.admin, PAGE, template.pk, **data).status_code == 303
    assert titles_of(template) == ["1 A", "2 B"]
    stale = send(cast.admin, PAGE, template.pk, **sent("C", version=1))
    assert stale.status_code == 200
    assert titles_of(template) == ["1 A", "2 B"]


def test_what_is_refused_stands_beside_what_it_is_about(cast: Cast) -> None:
    factories.make_template("Chip", damage_type="Chip")
    refused = folded(send(cast.admin, NEW, **sent("A")))
    assert "Another checklist has this name." in refused
    unseen = folded(send(cast.admin, NEW, **sent("A", "B\u200bC", name="New", damage_type="")))
    assert "Please leave out invisible characters." in unseen
    assert 'href="#id_items-1-title"' in unseen
    empty = folded(send(cast.admin, NEW, **sent("", name="", damage_type="")))
    assert "This field is required." in empty
    assert JobTemplate.objects.count() == 1


def test_it_is_retired_and_taken_into_use_again(cast: Cast) -> None:
    template = factories.make_template("Chip")
    send(cast.admin, "office_job_template_active", template.pk, is_active="0", version=1)
    assert "This checklist is retired" in text_of(cast.admin, PAGE, template.pk)
    assert "Retired" in text_of(cast.admin, "office_job_templates")
    send(cast.admin, "office_job_template_active", template.pk, is_active="1", version=2)
    template.refresh_from_db()
    assert template.is_active


def test_tasks_are_moved_up_and_down(cast: Cast) -> None:
    template = factories.make_template("Chip", "A", "B", "C")
    url = reverse("office_job_template_order", args=[template.pk])
    assert text_of(cast.admin, PAGE, template.pk).count(url) == 4

    def move(order: int, way: str) -> list[str]:
        item = template.items.get(order=order).pk
        signed_in(cast.admin).post(url, {"item": item, "way": way})
        return [title[-1] for title in titles_of(template)]

    assert move(3, "up") == ["A", "C", "B"]
    assert move(1, "down") == ["C", "A", "B"]
    assert move(1, "up") == ["C", "A", "B"]
    assert move(3, "down") == ["C", "A", "B"]
    signed_in(cast.admin).post(url, {"item": "nothing", "way": "up"})
    assert titles_of(template) == ["1 C", "2 A", "3 B"]


def test_only_the_office_has_these_pages(cast: Cast) -> None:
    template = factories.make_template("Chip")
    for user in (cast.technician, cast.sales_agent, cast.primary):
        assert visit(user, "office_job_templates").status_code in {403, 404}
        assert visit(user, PAGE, template.pk).status_code in {403, 404}
    assert visit(cast.admin, PAGE, 4711).status_code == 404


def test_pages_cost_the_same_with_one_row_and_with_three(cast: Cast) -> None:
    lamp = factories.make_equipment("Lamp")
    small = factories.make_template("", "A", equipment=[lamp])

    def costs(template: JobTemplate) -> list[int]:
        return [
            statements_of(cast.admin, "office_job_templates"),
            statements_of(cast.admin, PAGE, template.pk),
        ]

    first = costs(small)
    factories.make_template("", "A", equipment=[lamp])
    large = factories.make_template("", "A", "B", "C", equipment=[lamp])
    assert (first, costs(large)) == ([7, 8], [7, 8])
