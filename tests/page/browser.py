"""A real Chromium, headless, without access to anything but the page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Dialog,
    Page,
    Route,
    sync_playwright,
)

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}


@contextmanager
def chromium(executable: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=[*FLAGS])
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Opened:
    """A page, with its console errors, requests and dialogs since it was opened."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)

    def watch(self, context: BrowserContext, document: str) -> None:
        def ask(route: Route) -> None:
            if route.request.url.partition("#")[0] == document:
                route.continue_()
            else:
                self.requests.append(route.request.url)
                route.abort()

        context.route("**/*", ask)

        def listen(message: ConsoleMessage) -> None:
            if message.type in ("error", "warning"):
                self.complaints.append(message.text)

        def dismiss(dialog: Dialog) -> None:
            self.dialogs.append(dialog.message)
            dialog.dismiss()

        self.page.on("console", listen)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

        self.page.on("dialog", dismiss)

    @property
    def quiet(self) -> bool:
        return not (self.complaints or self.requests or self.dialogs)


@contextmanager
def opened(browser: Browser, file: Path, fragment: str = "", **options: Any) -> Iterator[Opened]:
    """Open the file in a context of its own; `options` are those of a Playwright context."""
    context = browser.new_context(**{"viewport": DESKTOP, **options})
    try:
        found = Opened(context.new_page())
        found.watch(context, file.as_uri())
        found.page.goto(file.as_uri() + fragment)
        yield found
    finally:
        context.close()
