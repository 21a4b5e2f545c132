"""A real server and a real browser. Without chromium these tests are skipped with a plain message."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

from tests.benchmarks.client import ROOT, served

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
DRAWN = """() => [...document.querySelectorAll('[data-testid=stPlotlyChart]')].every(
    chart => chart.querySelector('.main-svg') || !chart.checkVisibility())"""
# On a deep link Streamlit's own client first looks for the server below the page's path, then at the root.
# To a server's first visitor it reports a missing page, because it looks into pages/ before app.py has named its pages;
# the frame closes the notice that comes of it.
MISLED = "The page that you have requested does not seem to exist"
PROBES = ("_stcore/health", "_stcore/host-config")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("no chromium on this machine: install Debian's package to run the browser tests")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield started
        started.close()


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """One server for the tests that do not care who asked it first."""
    with served(8740 + os.getpid() % 200) as address:
        yield f"http://{address}"


@pytest.fixture
def fresh_server() -> Iterator[str]:
    """A server that nobody has asked anything."""
    with served(8950 + os.getpid() % 40) as address:
        yield f"http://{address}"


@pytest.fixture(scope="session")
def screenshots() -> Path:
    """Where pictures of the pages are kept for those who look at a run's artefacts."""
    folder = Path(os.environ.get("CI_ARTIFACTS", ROOT / "artifacts" / "screenshots"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


class Visit:
    """A page in the browser, with what went wrong in it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.errors: list[str] = []
        self.foreign: list[str] = []
        page.on("console", self._console)
        page.on("request", self._request)

    def _console(self, message: ConsoleMessage) -> None:
        probe = any(probe in message.location.get("url", "") for probe in PROBES)
        if message.type == "error" and not probe and MISLED not in message.text:
            self.errors.append(message.text)

    def _request(self, request: Request) -> None:
        if not request.url.startswith(("http://127.0.0.1", "ws://127.0.0.1", "data:", "blob:")):
            self.foreign.append(request.url)

    def open(self, address: str) -> "Visit":
        self.page.goto(address)
        self.page.wait_for_selector("[data-testid=stMain] h1", timeout=120_000)
        return self.settle()

    def settle(self) -> "Visit":
        """Waits until no script runs and nothing moves any more."""
        self.page.wait_for_timeout(300)
        self.page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]", timeout=120_000)
        self.page.wait_for_function(DRAWN, timeout=60_000)
        self.page.wait_for_timeout(700)
        return self

    def first_figure(self) -> float:
        """The area of the first figure with its title, in pixels; one of several parts is measured as a whole."""
        whole = self.page.locator(".st-key-main_figure")
        if whole.count():
            box = whole.first.bounding_box()
            assert box
            return float(box["width"] * box["height"])
        self.page.locator(".js-plotly-plot").first.wait_for()
        title = self.page.locator(".finding").first.bounding_box()
        chart = self.page.locator(".js-plotly-plot").first.bounding_box()
        assert title
        assert chart
        return float(chart["width"] * (chart["y"] + chart["height"] - title["y"]))

    def nothing_failed(self) -> None:
        """No error in the console, no request to another machine, no exception on the page."""
        assert self.errors == []
        assert self.foreign == []
        assert self.page.locator("[data-testid=stException]").count() == 0

    def click_cell(self, chart: int, across: float, down: float) -> "Visit":
        """Clicks into a chart, at shares of its plotting area."""
        area = self.page.locator(".js-plotly-plot").nth(chart).locator(".nsewdrag").first
        area.scroll_into_view_if_needed()
        box = area.bounding_box()
        assert box
        x, y = box["x"] + across * box["width"], box["y"] + down * box["height"]
        self.page.mouse.move(x - 2, y - 2)
        self.page.mouse.move(x, y)
        self.page.wait_for_timeout(200)
        self.page.mouse.click(x, y)
        return self.settle()


@pytest.fixture
def visitor(browser: Browser) -> Iterator[Callable[..., Visit]]:
    """Opens browser windows of any size and color scheme."""
    contexts = []

    def enter(*, width: int = 1280, height: int = 800, dark: bool = False) -> Visit:
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light"
        )
        contexts.append(context)
        return Visit(context.new_page())

    yield enter
    for context in contexts:
        context.close()
