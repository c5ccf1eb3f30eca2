"""The small modules of ``static/js`` in a real browser, under the real content policy."""

import io
from collections.abc import Iterator

import pytest
from django.test import Client
from PIL import Image
from playwright.sync_api import FilePayload, Page, Route, expect
from pytest_django import Settings

pytestmark = [pytest.mark.browser, pytest.mark.urls("tests.browser.component_page")]

HOME = "http://testserver/"
NEEDED = ("csp.", "whitenoise.")


class Desk:
    """The browser's page, every request answered by Django, and what was sent and said."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.posts: list[str] = []
        self.complaints: list[str] = []
        self.offline = False
        page.route("**/*", self.answer)
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def answer(self, route: Route) -> None:
        """Passes one request through Django, as a server would."""
        if self.offline:
            route.abort("connectionfailed")
            return
        request = route.request
        if request.method == "POST":
            self.posts.append(request.url.removeprefix(HOME[:-1]))
        response = Client().generic(
            request.method,
            request.url.removeprefix(HOME[:-1]),
            request.post_data_buffer or b"",
            request.headers.get("content-type", ""),
            headers={k: v for k, v in request.headers.items() if k.startswith("hx-")},
        )
        body = b"".join(response)
        route.fulfill(status=response.status_code, headers=dict(response.items()), body=body)


@pytest.fixture
def desk(page: Page, settings: Settings) -> Iterator[Desk]:
    settings.MIDDLEWARE = [each for each in settings.MIDDLEWARE if each.startswith(NEEDED)]
    settings.ALLOWED_HOSTS = ["testserver"]
    desk = Desk(page)
    page.goto(HOME)
    yield desk
    assert desk.complaints == []


@pytest.fixture
def picture() -> bytes:
    """3000 x 1500 pixels, big enough to be shrunk."""
    out = io.BytesIO()
    Image.effect_noise((3000, 1500), 60).convert("RGB").save(out, "JPEG", quality=95)
    return out.getvalue()


def choose(page: Page, picture: bytes) -> None:
    file = FilePayload(name="glass.jpg", mimeType="image/jpeg", buffer=picture)
    page.get_by_label("Photo").set_input_files([file])
    expect(page.locator("#id_photo_chosen")).to_contain_text("glass.jpg")
    expect(page.get_by_label("Photo")).to_have_attribute("data-files", "kept")


def test_theme_follows_the_toggle_and_is_remembered(desk: Desk) -> None:
    root = desk.page.locator("html")
    expect(root).to_have_attribute("data-bs-theme", "light")
    desk.page.get_by_role("button", name="Light or dark").last.click()
    expect(root).to_have_attribute("data-bs-theme", "dark")
    desk.page.reload()
    expect(root).to_have_attribute("data-bs-theme", "dark")


def test_menu_closes_on_escape_and_gives_the_focus_back(desk: Desk) -> None:
    desk.page.get_by_text("More", exact=True).click()
    expect(desk.page.get_by_text("Inside")).to_be_visible()
    desk.page.keyboard.press("Escape")
    expect(desk.page.get_by_text("Inside")).to_be_hidden()
    expect(desk.page.get_by_text("More", exact=True)).to_be_focused()


def test_menu_closes_on_a_click_elsewhere(desk: Desk) -> None:
    desk.page.get_by_text("More", exact=True).click()
    desk.page.get_by_role("heading", name="Components").click()
    expect(desk.page.get_by_text("Inside")).to_be_hidden()


def test_message_can_be_dismissed(desk: Desk) -> None:
    desk.page.get_by_role("button", name="Dismiss").click()
    expect(desk.page.get_by_text("Saved.")).to_have_count(0)


def test_error_summary_takes_the_focus_and_leads_to_the_field(desk: Desk) -> None:
    desk.page.get_by_role("button", name="Send", exact=True).click()
    expect(desk.page.locator(".error-summary")).to_be_focused()
    expect(desk.page).to_have_title("Error: Components \N{EN DASH} RS Systems")
    desk.page.get_by_role("link", name="Damage: This field is required.").click()
    expect(desk.page.get_by_label("Chip")).to_be_focused()


def test_confirmation_can_be_refused(desk: Desk) -> None:
    desk.page.get_by_role("button", name="Decline").click()
    expect(desk.page.get_by_role("dialog")).to_contain_text("Decline unit 4127?")
    desk.page.get_by_role("button", name="Go back").click()
    expect(desk.page.get_by_role("dialog")).to_be_hidden()
    assert desk.posts == []


def test_confirmation_sends_the_form_once(desk: Desk) -> None:
    desk.page.get_by_role("button", name="Decline").click()
    with desk.page.expect_navigation():
        desk.page.get_by_role("dialog").get_by_role("button", name="Decline").click()
    assert desk.posts == ["/done/"]


def test_form_pressed_three_times_is_sent_once_and_says_so(desk: Desk) -> None:
    start = desk.page.get_by_role("button", name="Start")
    for _ in range(3):
        start.click()
    expect(start).to_have_attribute("aria-busy", "true")
    expect(start).to_be_enabled()
    assert desk.posts == ["/slow/"]


def test_draft_survives_a_reload(desk: Desk, picture: bytes) -> None:
    desk.page.get_by_label("Unit number").fill("9")
    desk.page.get_by_label("Crack").check()
    choose(desk.page, picture)
    desk.page.reload()
    expect(desk.page.get_by_label("Unit number")).to_have_value("9")
    expect(desk.page.get_by_label("Crack")).to_be_checked()
    expect(desk.page.locator("#id_photo_chosen")).to_contain_text("glass.jpg")


def test_refused_form_keeps_its_picture(desk: Desk, picture: bytes) -> None:
    desk.page.get_by_label("Unit number").fill("9")
    desk.page.get_by_label("Crack").check()
    choose(desk.page, picture)
    desk.page.get_by_role("button", name="Send", exact=True).click()
    expect(desk.page.get_by_role("link", name="Unit number: No such unit.")).to_be_visible()
    expect(desk.page.locator("#id_photo_chosen")).to_contain_text("glass.jpg")
    assert desk.page.locator("#id_photo").evaluate("field => field.files.length") == 1


def test_accepted_form_leaves_no_draft(desk: Desk, picture: bytes) -> None:
    desk.page.get_by_label("Unit number").fill("4127")
    desk.page.get_by_label("Chip").check()
    choose(desk.page, picture)
    with desk.page.expect_navigation():
        desk.page.get_by_role("button", name="Send", exact=True).click()
    desk.page.goto(HOME)
    expect(desk.page.get_by_label("Unit number")).to_have_value("")
    expect(desk.page.locator("#id_photo_chosen")).to_be_empty()


def test_sign_out_takes_the_drafts_along(desk: Desk) -> None:
    desk.page.get_by_label("Unit number").fill("9")
    with desk.page.expect_navigation():
        desk.page.get_by_role("button", name="Sign out").click()
    expect(desk.page.get_by_label("Unit number")).to_have_value("")


def test_picture_is_shrunk_on_the_device(desk: Desk, picture: bytes) -> None:
    choose(desk.page, picture)
    width = """async field => {
        while (field.files[0].size > 2e6) await new Promise(done => setTimeout(done, 20));
        return (await createImageBitmap(field.files[0])).width;
    }"""
    assert desk.page.locator("#id_photo").evaluate(width) == 2048


def test_banner_follows_the_last_request(desk: Desk) -> None:
    banner = desk.page.locator("#offline-banner")
    expect(banner).to_be_hidden()
    desk.offline = True
    desk.page.locator("body").evaluate("() => dispatchEvent(new Event('offline'))")
    expect(banner).to_be_visible()
    desk.offline = False
    desk.page.locator("body").evaluate("() => dispatchEvent(new Event('online'))")
    expect(banner).to_be_hidden()


def put_back(desk: Desk) -> None:
    desk.page.clock.install()
    desk.page.get_by_role("button", name="Put back").click()
    expect(desk.page.get_by_text("Unit 4127 goes back to the queue.")).to_be_visible()
    assert desk.posts == []


def test_undoable_action_waits_eight_seconds(desk: Desk) -> None:
    put_back(desk)
    desk.page.clock.fast_forward(7_000)
    assert desk.posts == []
    with desk.page.expect_navigation():
        desk.page.clock.fast_forward(1_000)
    assert desk.posts == ["/done/?back"]


@pytest.mark.parametrize("way", ["button", "keys"])
def test_undone_action_is_never_sent(desk: Desk, way: str) -> None:
    put_back(desk)
    if way == "keys":
        desk.page.keyboard.press("Control+z")
    else:
        desk.page.get_by_role("button", name="Undo").click()
    expect(desk.page.get_by_role("button", name="Put back")).to_be_focused()
    desk.page.clock.fast_forward(20_000)
    expect(desk.page.get_by_text("goes back to the queue")).to_have_count(0)
    assert desk.posts == []


def test_undo_waits_for_whoever_is_reading(desk: Desk) -> None:
    put_back(desk)
    desk.page.get_by_role("button", name="Undo").focus()
    desk.page.clock.fast_forward(20_000)
    expect(desk.page.get_by_role("button", name="Undo")).to_be_visible()
    assert desk.posts == []


def test_leaving_the_page_sends_what_waited(desk: Desk) -> None:
    put_back(desk)
    with desk.page.expect_request(lambda request: request.url.endswith("/done/?back")) as sent:
        desk.page.locator("body").evaluate("() => dispatchEvent(new Event('pagehide'))")
    assert sent.value.method == "POST"
    expect(desk.page.get_by_text("goes back to the queue")).to_have_count(0)


def names_of_rows(page: Page) -> list[str]:
    found: list[str] = page.locator("#rows input[type=text]").evaluate_all(
        "all => all.map(field => `${field.name}=${field.value}`)"
    )
    return found


def test_rows_are_added_up_to_the_limit_with_the_focus_in_the_new_one(desk: Desk) -> None:
    add = desk.page.get_by_role("button", name="Add another unit")
    add.click()
    expect(desk.page.locator("#id_rows-1-number")).to_be_focused()
    for _ in range(3):
        add.click()
    assert names_of_rows(desk.page) == [f"rows-{n}-number=" for n in range(3)]
    expect(desk.page.locator("[name=rows-TOTAL_FORMS]")).to_have_value("3")
    expect(desk.page.get_by_role("group", name="Unit 3")).to_be_visible()


def test_removing_a_row_numbers_the_others_anew(desk: Desk) -> None:
    add = desk.page.get_by_role("button", name="Add another unit")
    for number in range(3):
        desk.page.locator(f"#id_rows-{number}-number").fill(f"unit {number}")
        add.click()
    desk.page.get_by_role("button", name="Remove Unit 2").click()
    assert names_of_rows(desk.page) == ["rows-0-number=unit 0", "rows-1-number=unit 2"]
    expect(desk.page.locator("[name=rows-TOTAL_FORMS]")).to_have_value("2")


def test_only_row_cannot_be_removed(desk: Desk) -> None:
    expect(desk.page.get_by_role("button", name="Remove")).to_have_count(0)


def test_draft_brings_added_rows_back(desk: Desk) -> None:
    desk.page.get_by_role("button", name="Add another unit").click()
    desk.page.locator("#id_rows-1-number").fill("4128")
    desk.page.reload()
    assert names_of_rows(desk.page) == ["rows-0-number=", "rows-1-number=4128"]


def test_htmx_loads_a_part_under_the_content_policy(desk: Desk) -> None:
    desk.page.get_by_role("button", name="Load more").click()
    expect(desk.page.locator("#part")).to_have_text("Loaded")


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_page_never_scrolls_sideways(desk: Desk, width: int) -> None:
    desk.page.set_viewport_size({"width": width, "height": 800})
    body = desk.page.locator("html")
    assert body.evaluate("root => root.scrollWidth - root.clientWidth") == 0


def test_targets_are_48_pixels_high(desk: Desk) -> None:
    desk.page.set_viewport_size({"width": 390, "height": 800})
    targets = desk.page.locator("button:visible, a.btn:visible, input:visible:not([type=radio])")
    low = "all => all.filter(e => e.getBoundingClientRect().height < 48).map(e => e.outerHTML)"
    assert targets.count() > 5
    assert targets.evaluate_all(low) == []
