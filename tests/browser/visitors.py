"""People who use the running shop with a real browser."""

from __future__ import annotations

import io
from typing import Any

from django.conf import settings
from django.test import Client
from django.urls import reverse
from PIL import Image
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    FilePayload,
    Page,
    Request,
    ViewportSize,
)

from core.models import User

PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1280, "height": 900}
SMALLEST: ViewportSize = {"width": 320, "height": 640}
# A desk at 200 % zoom is half as wide.
ZOOMED: ViewportSize = {"width": 640, "height": 450}
TABLET: ViewportSize = {"width": 820, "height": 1180}
WIDEST: ViewportSize = {"width": 1920, "height": 1080}
LOCAL_SCHEMES = ("data:", "blob:")


class Visitors:
    """Everybody who has a browser open on the shop, and what their browsers complained of."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.browser = browser
        self.address = address
        self.complaints: list[str] = []
        self.contexts: list[BrowserContext] = []

    def open(
        self,
        user: User | None = None,
        size: ViewportSize | None = None,
        *,
        has_script: bool = True,
    ) -> Page:
        """A new browser, signed in as ``user``; whatever it complains of is kept."""
        context = self.context(user, size, has_script=has_script)
        return self.listen(context.new_page())

    def context(
        self,
        user: User | None = None,
        size: ViewportSize | None = None,
        *,
        has_script: bool = True,
        has_workers: bool = False,
    ) -> BrowserContext:
        """A new browser without a page yet."""
        context = self.browser.new_context(
            base_url=self.address,
            viewport=size or PHONE,
            java_script_enabled=has_script,
            service_workers="allow" if has_workers else "block",
            reduced_motion="reduce",
        )
        self.contexts.append(context)
        if user is not None:
            sign_in(context, user, self.address)
        return context

    def listen(self, page: Page) -> Page:
        """Keep what this page's console, scripts and requests do wrong."""
        page.on("console", lambda said: self._hear(page, said))
        page.on("pageerror", lambda error: self._complain(page, str(error)))
        page.on("request", self._check_origin)
        return page

    def leave(self) -> None:
        """Close all browsers."""
        for context in self.contexts:
            context.close()

    def _hear(self, page: Page, said: ConsoleMessage) -> None:
        # Chromium's advice to developers, of type "verbose", is no fault.
        if said.type in {"error", "warning", "log", "info", "debug", "assert"}:
            self._complain(page, said.text)

    def _complain(self, page: Page, text: str) -> None:
        self.complaints.append(f"{page.url.removeprefix(self.address)} {text}")

    def _check_origin(self, request: Request) -> None:
        if not request.url.startswith((f"{self.address}/", *LOCAL_SCHEMES)):
            self.complaints.append(f"{request.frame.url} asks {request.url}")


def sign_in(context: BrowserContext, user: User, address: str) -> None:
    """Give the browser this person's session, without the page."""
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": address}])


def go(page: Page, name: str, *args: Any) -> Page:
    """Open a page by its URL name."""
    page.goto(reverse(name, args=args))
    return page


def photo(name: str = "glass.jpg") -> FilePayload:
    """A small picture from a camera."""
    out = io.BytesIO()
    Image.effect_noise((640, 480), 40).convert("RGB").save(out, "JPEG")
    return FilePayload(name=name, mimeType="image/jpeg", buffer=out.getvalue())
