"""Pictures in a real browser: looked at, compared, taken along, sent by a phone."""

import hashlib
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect
from pytest_django.fixtures import Settings

from apps.photo_storage.tests.pictures import uploaded, windshield
from apps.queue_management import use_cases
from apps.repairs.enums import PhotoKind
from apps.repairs.models import Repair
from tests import factories
from tests.browser.visitors import Visitors, go, photo
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def repair(cast: Cast, tmp_path: Path, settings: Settings) -> Repair:
    """One with a picture from before, one from after, and another."""
    settings.MEDIA_ROOT = tmp_path
    started = factories.started_repair(technician=cast.technician_record, customer=cast.fleet)
    for number, kind in enumerate((PhotoKind.BEFORE, PhotoKind.ADDITIONAL, PhotoKind.AFTER)):
        upload = uploaded(windshield((640 + number, 480)))
        use_cases.add_photo(actor=cast.technician, repair_id=started.pk, upload=upload, kind=kind)
    return started


def box(page: Page) -> Locator:
    return page.locator("dialog.lightbox")


def test_pictures_are_looked_at_and_compared_by_keyboard(
    visitors: Visitors, cast: Cast, repair: Repair
) -> None:
    page = go(visitors.open(cast.primary), "customer_repair_detail", repair.pk)
    first = page.locator("[data-picture]").first
    first.focus()
    page.keyboard.press("Enter")
    expect(box(page).get_by_text("(1 of 3)")).to_be_visible()
    expect(box(page).get_by_alt_text("Before")).to_have_js_property("complete", value=True)
    page.keyboard.press("ArrowLeft")
    expect(box(page).get_by_alt_text("Additional")).to_be_visible()
    page.keyboard.press("Escape")
    expect(box(page)).to_be_hidden()
    expect(first).to_be_focused()
    page.get_by_role("button", name="Slide one over the other").press("Enter")
    slider = page.get_by_role("slider")
    expect(slider).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.locator("[data-compare]")).to_have_css("--split", "51%")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download 3 pictures (ZIP)").click()
    assert download.value.suggested_filename == f"repair-{repair.pk}-photos.zip"


def test_without_a_script_a_picture_is_a_link(
    visitors: Visitors, cast: Cast, repair: Repair
) -> None:
    page = visitors.open(cast.primary, has_script=False)
    go(page, "customer_repair_detail", repair.pk)
    expect(page.get_by_role("button", name="Slide one over the other")).to_be_hidden()
    address = page.locator("[data-picture]").first.get_attribute("href") or ""
    assert page.request.get(address).headers["content-type"] == "image/jpeg"


def test_what_the_browser_cannot_shrink_is_sent_as_it_is(
    visitors: Visitors, cast: Cast, repair: Repair
) -> None:
    page = go(visitors.open(cast.primary), "customer_repair_detail", repair.pk)
    heic = windshield((320, 240), "HEIF")
    field = page.get_by_label("Photos of the damage")
    field.set_input_files([FilePayload(name="IMG_1.HEIC", mimeType="image/heic", buffer=heic)])
    expect(field).to_have_attribute("data-files", "kept")
    with page.expect_navigation():
        page.get_by_role("button", name="Add the photo").click()
    sent = repair.photos.get(kind=PhotoKind.CUSTOMER)
    assert sent.sha256 == hashlib.sha256(heic).hexdigest()
    assert (sent.stored.width, sent.stored.height) == (320, 240)


def test_another_picture_joins_those_that_are_chosen_and_one_can_be_taken_out(
    visitors: Visitors, cast: Cast, repair: Repair
) -> None:
    page = go(visitors.open(cast.primary), "customer_repair_detail", repair.pk)
    field, chosen = page.get_by_label("Photos of the damage"), page.locator("#id_images_chosen li")
    for number in (1, 2, 3):
        field.set_input_files([photo(f"glass-{number}.jpg")])
        expect(chosen).to_have_count(number)
    page.get_by_role("button", name="Remove glass-2.jpg").click()
    expect(chosen).to_have_count(2)
    expect(chosen.last).to_contain_text("glass-3.jpg")
    with page.expect_navigation():
        page.get_by_role("button", name="Add the photos").click()
    assert repair.photos.filter(kind=PhotoKind.CUSTOMER).count() == 2


def test_of_a_refused_form_all_chosen_pictures_come_back(
    visitors: Visitors, cast: Cast, repair: Repair
) -> None:
    page = go(visitors.open(cast.primary), "customer_repair_detail", repair.pk)
    field, chosen = page.get_by_label("Photos of the damage"), page.locator("#id_images_chosen li")
    bad = FilePayload(name="odd.jpg", mimeType="image/jpeg", buffer=b"no picture")
    field.set_input_files([photo(), bad])
    expect(field).to_have_attribute("data-files", "kept")
    with page.expect_navigation():
        page.get_by_role("button", name="Add the photos").click()
    expect(page.locator(".field__error")).to_contain_text("odd.jpg: This is not a picture")
    expect(chosen).to_have_count(2)
    page.get_by_role("button", name="Remove odd.jpg").click()
    with page.expect_navigation():
        page.get_by_role("button", name="Add the photos").click()
    assert repair.photos.filter(kind=PhotoKind.CUSTOMER).count() == 1
