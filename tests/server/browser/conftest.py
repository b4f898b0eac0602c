"""A real browser before a real server on the linked sample."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import Graph
from playwright.sync_api import Browser, Page, sync_playwright
from served import Served, served

_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_NAMES = ("chromium", "chromium-browser", "google-chrome")


def chromium() -> str | None:
    """The browser of this machine."""
    named = os.environ.get("GRAPHKIT_CHROMIUM")
    return named or next(filter(None, map(shutil.which, _NAMES)), None)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium without a window; the tests are skipped where there is none.

    Of a module, not of the session: as long as it is there an event loop runs in this process,
    and tests of others that want one of their own fail.
    """
    path = chromium()
    if path is None:
        pytest.skip("no Chromium here (install it, or name it in GRAPHKIT_CHROMIUM)")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=path, args=list(_FLAGS))
        yield found
        found.close()


@pytest.fixture(scope="session")
def server(linked: Graph) -> Iterator[Served]:
    """A server on the linked sample."""
    with served("--graph", str(linked.folder), "--no-log") as found:
        yield found


class Visit:
    """A page of the browser that notes what went wrong: errors, and requests to other hosts."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address
        self.errors: list[str] = []
        self.outside: list[str] = []
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", self._request)

    def _console(self, message: object) -> None:
        if getattr(message, "type", "") == "error":
            self.errors.append(str(getattr(message, "text", message)))

    def _request(self, request: object) -> None:
        url = str(getattr(request, "url", ""))
        if not url.startswith((self.address, "data:", "blob:")):
            self.outside.append(url)

    def open(self, path: str) -> Page:
        """Go to a path and wait until it is there."""
        answer = self.page.goto(self.address + path, wait_until="networkidle")
        assert answer is not None
        assert answer.status == 200, path
        return self.page


@pytest.fixture
def visit(browser: Browser, server: Served) -> Iterator[Callable[..., Visit]]:
    """Opens pages; every visit must end without an error and without a request elsewhere."""
    visits: list[Visit] = []

    def start(**options: object) -> Visit:
        context = browser.new_context(**options)  # type: ignore[arg-type]
        found = Visit(context.new_page(), f"http://{server.host}:{server.port}")
        visits.append(found)
        return found

    yield start
    for found in visits:
        found.page.context.close()
        assert found.errors == []
        assert found.outside == []


@pytest.fixture
def downloads(tmp_path: Path) -> Path:
    """A folder for what is downloaded."""
    return tmp_path
