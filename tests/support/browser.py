"""One real Chromium for the tests, with every request recorded; a missing browser fails the test, it never skips it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, Route, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"]  # fmt: skip
SIZES = ((1024, 768), (768, 1024), (1366, 768), (390, 844))
UNFOLD = "document.querySelectorAll('details:not(.contents)').forEach(fold => { fold.open = true; })"
WAIT = 90_000  # milliseconds in which a page must do what is waited for, on however busy a machine
LOOPBACK = ("127.0.0.1", "localhost", "::1")


def find() -> str:
    """The path of Chromium; AssertionError with what to do when there is none."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    assert found, "Chromium is missing: install it with 'sudo apt-get install chromium' and run the tests again."
    return found


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless browser with a profile of its own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def page_at(browser: Browser, size: tuple[int, int], *, outside: list[str], errors: list[str] | None = None) -> Iterator[Page]:
    """A page of `size`; a request to another machine is refused and its address added to `outside`."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, locale="vi-VN")
    context.set_default_timeout(WAIT)

    def judge(route: Route) -> None:
        address = urlsplit(route.request.url)
        if address.scheme in ("http", "https", "ws", "wss") and address.hostname not in LOOPBACK:
            outside.append(route.request.url)
            route.abort()
        else:
            route.continue_()

    context.route("**/*", judge)
    page = context.new_page()
    if errors is not None:
        page.on("pageerror", lambda problem: errors.append(str(problem)))
    try:
        yield page
    finally:
        context.close()


@contextmanager
def on_a_tablet(browser: Browser, file: Path) -> Iterator[Page]:
    """A page that lies in a file, just opened on a tablet."""
    with page_at(browser, (1024, 768), outside=[]) as tab:
        visit(tab, file.as_uri())
        yield tab


def visit(tab: Page, address: str, **waiting: float) -> None:
    """Open an address with every fold of the page open, as a reader who wants to see it all."""
    tab.goto(address, **waiting)
    tab.evaluate(UNFOLD)
