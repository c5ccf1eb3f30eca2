"""Two ways to use a page: by touch, and by the keyboard alone."""

from __future__ import annotations

import re
from typing import Literal

from playwright.sync_api import FilePayload, Locator, Page
from playwright.sync_api import TimeoutError as NothingCame

Role = Literal["button", "link", "menuitem"]
Name = str | re.Pattern[str]
MOST_STOPS = 150
MOST_PRESSES = 5
# A card shows the focus of its link around itself.
FOCUS_IS_SEEN = """element => {
    for (let shown = element; shown; shown = shown.parentElement)
        if (getComputedStyle(shown).outlineStyle !== "none") return true;
    return getComputedStyle(element).boxShadow !== "none";
}"""


class Hands:
    """By touch, or with a mouse."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, name: Name, role: Role = "button") -> None:
        """Press a control whose page then loads."""
        with self.page.expect_navigation():
            self.use(self.control(name, role))

    def confirm(self, name: Name) -> None:
        """Press a button that asks first, and say yes."""
        self.use(self.control(name))
        dialog = self.page.get_by_role("dialog")
        with self.page.expect_navigation():
            self.use(dialog.get_by_role("button").filter(has_not_text="Go back"))

    def control(self, name: Name, role: Role = "button") -> Locator:
        """The first control of that name which is shown."""
        named = self.page.get_by_role(role, name=name, exact=isinstance(name, str))
        return named.locator("visible=true").first

    def use(self, control: Locator) -> None:
        """Press it."""
        control.click()

    def fill(self, field: Locator, text: str) -> None:
        """Write into a field and leave it."""
        field.fill(text)
        field.blur()

    def choose(self, field: Locator, file: FilePayload) -> None:
        """Choose a picture."""
        field.set_input_files([file])


class Keys(Hands):
    """By Tab, Enter and letters; what has the focus must show it."""

    def use(self, control: Locator) -> None:
        self.reach(control)
        self.page.keyboard.press("Enter")

    def fill(self, field: Locator, text: str) -> None:
        self.reach(field)
        self.page.keyboard.type(text)

    def choose(self, field: Locator, file: FilePayload) -> None:
        for _ in range(MOST_PRESSES):
            self.reach(field)
            try:
                with self.page.expect_file_chooser(timeout=3000) as chooser:
                    self.page.keyboard.press("Enter")
            except NothingCame:
                # Headless Chromium now and then opens no dialog; a person would press again.
                continue
            chooser.value.set_files([file])
            return
        raise AssertionError(f"{field}: no file is asked for")

    def reach(self, control: Locator) -> None:
        """Go there by Tab, from wherever the focus is."""
        control.wait_for()
        for _ in range(MOST_STOPS):
            if control.evaluate("element => element === document.activeElement"):
                assert control.evaluate(FOCUS_IS_SEEN), f"{control}: the focus is not to be seen"
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{control}: not reached by Tab")
