"""A real server and a real browser. Without chromium these tests are skipped with a plain message."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request, expect, sync_playwright

from core.files import cache_dir
from tests.benchmarks.client import ROOT, served
from tests.cluster import free_port

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# A grey bar stands for a part whose code is still on its way: before the first chart there is no chart.
DRAWN = """() => !document.querySelector('[data-testid=stSkeleton]')
    && [...document.querySelectorAll('[data-testid=stPlotlyChart]')].every(
        chart => chart.querySelector('.main-svg') || !chart.checkVisibility())"""
# Long enough for what a slider sends only after it has rested for 200 ms.
QUIET = """() => new Promise(done => {
    const end = () => { watch.disconnect(); clearTimeout(rest); clearTimeout(last); done() }
    let rest = setTimeout(() => end(), 300)
    const last = setTimeout(() => end(), 4000)
    const watch = new MutationObserver(() => { clearTimeout(rest); rest = setTimeout(() => end(), 300) })
    watch.observe(document.body, {subtree: true, childList: true, attributes: true, characterData: true})
})"""
CUT = """anySide => {
    const shown = [...document.querySelectorAll('.js-plotly-plot')].filter(chart => chart.checkVisibility())
    return shown.flatMap(chart => {
        const frame = chart.getBoundingClientRect()
        return [...chart.querySelectorAll('.main-svg text')].filter(text => {
            const box = text.getBoundingClientRect()
            const across = box.left < frame.left - 2 || box.right > frame.right + 2
            const upright = box.top < frame.top - 2 || box.bottom > frame.bottom + 2
            return text.textContent.trim() && box.width && (across || anySide && upright)
        }).map(text => text.textContent)
    })
}"""
STATE = """key => {
    const main = document.querySelector('[data-testid=stMain]'), state = {}
    // A slider over named stops holds the place of its stop; the name is what it tells a reader.
    const told = part => {
        const words = part.type === 'range' ? part.getAttribute('aria-valuetext') : null
        return words === null || parseFloat(words) === Number(part.value) ? part.value : words
    }
    for (const box of main.querySelectorAll(`[class*="st-key-${key}_"]`)) {
        const name = [...box.classList].find(name => name.startsWith(`st-key-${key}_`)).slice(7)
        const values = [
            ...[...box.querySelectorAll('[role=slider]')].map(part => part.getAttribute('aria-valuenow')),
            ...[...box.querySelectorAll('input[type=checkbox]')].map(part => String(part.checked)),
            ...[...box.querySelectorAll('input:not([type=checkbox]):not([type=radio]):not([type=file]), textarea')]
                .map(told),
            ...[...box.querySelectorAll('[data-baseweb=select]')].map(part => part.innerText),
            ...[...box.querySelectorAll('[role=radio][aria-checked=true]')].map(part => part.innerText),
        ]
        if (values.length && !box.querySelector('.js-plotly-plot')) state[name] = values.join('|')
    }
    return state
}"""
CHARTS = """() => JSON.stringify([...document.querySelectorAll(
    '.st-key-main_figure .js-plotly-plot, .st-key-main_panel .js-plotly-plot')].map(plot => plot.data))"""
UNDER_BUTTONS = """parts => {
    const boxes = (part, what) => [...part.querySelectorAll(what)].filter(one => one.checkVisibility())
        .map(one => one.getBoundingClientRect()).filter(box => box.width)
    const meet = (one, other) => one.left < other.right && other.left < one.right && one.top < other.bottom
        && other.top < one.bottom
    const whole = button => {
        const { left, right, top, bottom } = button.getBoundingClientRect()
        return [[left, top], [right, top], [left, bottom], [right, bottom]].every(([x, y]) => button.contains(
            document.elementFromPoint((x + 9 * (left + right) / 2) / 10, (2 * y + (top + bottom) / 2) / 3)))
    }
    return parts.map(part => [[...part.querySelectorAll(".modebar-btn")].filter(one => one.checkVisibility())
        .filter(button => whole(button)).length, boxes(part, ".main-svg text")
        .filter(word => boxes(part, ".modebar-btn").some(button => meet(word, button))).length])
}"""
"""Of each chart: the buttons that are wholly in sight, and the words that they lie upon."""
FIT = """() => {
    const ends = element => element.getBoundingClientRect().bottom
    const within = document.querySelector('.st-key-main_figure, .st-key-main_panel')
    const charts = [...(within?.querySelectorAll('.js-plotly-plot') ?? [])].filter(chart => chart.checkVisibility())
    const parts = within?.matches('.st-key-main_figure') ? charts : charts.slice(0, 1)
    const reading = [...document.querySelectorAll('.reading')].find(part => part.checkVisibility())
    return {
        top: document.querySelector('[data-testid=stMain] h1').getBoundingClientRect().top,
        figure: Math.max(0, ...parts.map(ends)),
        reading: reading ? ends(reading) : null,
    }
}"""
# Whether the server owes an answer: between a message to it and its next word, a page that rests shows what it was.
ASKING = """() => {
    const Plain = window.WebSocket
    window.unanswered = false
    window.WebSocket = class extends Plain {
        constructor(...given) {
            super(...given)
            for (const word of ['message', 'close']) this.addEventListener(word, () => { window.unanswered = false })
        }
        send(message) { window.unanswered = true; super.send(message) }
    }
}"""
ANSWERED = "() => !window.unanswered"
# What a page is told while it is left must not be written once more into what has just been emptied.
FORGET = "() => { Storage.prototype.setItem = () => {}; localStorage.clear(); sessionStorage.clear() }"
IDLE = "[data-testid=stApp][data-test-script-state=notRunning]"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("no chromium on this machine: install Debian's package to run the browser tests")
    expect.set_options(timeout=30_000)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield started
        started.close()


@pytest.fixture(scope="session")
def weights(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A cache folder with everybody's weights and nobody's results, which would take a page's buttons away."""
    folder, fetched = tmp_path_factory.mktemp("cache"), cache_dir() / "models"
    fetched.mkdir(exist_ok=True)
    (folder / "models").symlink_to(fetched)
    return str(folder)


@pytest.fixture(scope="session")
def server(weights: str) -> Iterator[str]:
    """One server for the tests that do not care who asked it first."""
    with served(free_port(), EXPLORER_CACHE=weights) as address:
        yield f"http://{address}"


@pytest.fixture
def fresh_server(weights: str) -> Iterator[str]:
    """A server that nobody has asked anything."""
    with served(free_port(), EXPLORER_CACHE=weights) as address:
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
        if message.type == "error":
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
        self.page.wait_for_timeout(100)
        while True:
            self.page.wait_for_function(ANSWERED, timeout=120_000)
            self.page.wait_for_selector(IDLE, timeout=120_000)
            self.page.wait_for_function(DRAWN, timeout=60_000)
            self.page.evaluate(QUIET)
            if self.page.locator(IDLE).count() and self.page.evaluate(ANSWERED):
                return self

    def swipe(self, box: Locator, across: float, down: float) -> "Visit":
        """Moves a finger from the middle of a box, by pixels."""
        start = box.bounding_box()
        assert start
        x, y = start["x"] + start["width"] / 2, start["y"] + start["height"] / 2
        finger = self.page.context.new_cdp_session(self.page)
        for share in (0.0, 0.25, 0.5, 0.75, 1.0):
            point = {"x": x + share * across, "y": y + share * down}
            kind = "touchMove" if share else "touchStart"
            finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [point]})
            # A finger is slower than a busy page: each place is drawn before the next one.
            self.page.evaluate("new Promise(requestAnimationFrame)")
        finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        return self.settle()

    def first_figure(self) -> float:
        """The area of the main figure with its title, in pixels."""
        box = self.page.locator(".st-key-main_figure").bounding_box()
        assert box
        return float(box["width"] * box["height"])

    def shown(self, key: str) -> dict[str, Any]:
        """What a page holds: its controls on screen, its address, and the data of its main figure."""
        query = parse_qs(urlsplit(self.page.url).query)
        link = {name: values for name, values in query.items() if name.startswith(f"{key}_")}
        return {"screen": self.page.evaluate(STATE, key), "link": link, "figure": self.page.evaluate(CHARTS)}

    def beyond(self, height: int) -> list[str]:
        """What of the question, the figure and its sentence is not in sight on a screen of this height."""
        ends = self.page.evaluate(FIT)
        if ends["reading"] is None:
            return ["there is no sentence"]
        places = {"the figure": ends["figure"], "its sentence": ends["reading"]}
        late = [f"{part} ends at {end:.0f}" for part, end in places.items() if end > height + 0.5]
        return late if ends["top"] >= 0 else [*late, f"the question lies at {ends['top']:.0f}"]

    def tell(self, name: str) -> "Visit":
        """Clicks the pill of a preset."""
        self.page.get_by_role("radiogroup", name="Presets").get_by_role("radio", name=name, exact=True).click()
        return self.settle()

    def panels(self) -> Locator:
        """The pills of the panels; the first one is the main figure."""
        return self.page.get_by_role("radiogroup", name="Views").get_by_role("radio")

    def forget(self) -> None:
        """Leaves the page, and nothing behind in the window."""
        for other in self.page.context.pages:
            if other != self.page:
                other.close()
        self.page.evaluate(FORGET)
        self.page.goto("about:blank")
        self.page.context.clear_cookies()
        self.page.remove_listener("console", self._console)
        self.page.remove_listener("request", self._request)

    def nothing_failed(self) -> None:
        """No error in the console, no request to another machine, no exception on the page."""
        assert self.errors == []
        assert self.foreign == []
        assert self.page.locator("[data-testid=stException], .fault").count() == 0

    def width(self) -> float:
        """How wide the page is, in pixels; wider than the window where something overflows."""
        return float(self.page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth"))

    def cut_words(self, *, any_side: bool = False) -> list[str]:
        """Words of the charts in sight that stick out at the left or right, or at any side."""
        return list(self.page.evaluate(CUT, any_side))

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


RESTING: dict[bool, list[Page]] = {}
"""Windows that were left and emptied, with touch or without: a page takes less than half of the work in one as in a new
one, which reads all code anew."""


@contextmanager
def windows(browser: Browser) -> Iterator[Callable[..., Visit]]:
    """Opens browser windows of any size and color scheme, which know of no visit before, and leaves them at the end.

    One that is entered `anew` is new to the last: a test may change it for good.
    """
    with ExitStack() as stack:

        def enter(
            *, width: int = 1280, height: int = 800, dark: bool = False, touch: bool = False, anew: bool = False
        ) -> Visit:
            page = RESTING[touch].pop() if RESTING.get(touch) and not anew else opened(browser, touch)
            page.set_viewport_size({"width": width, "height": height})
            page.emulate_media(color_scheme="dark" if dark else "light")
            visit = Visit(page)
            stack.callback(*((page.context.close,) if anew else (leave, visit, touch)))
            return visit

        yield enter


def opened(browser: Browser, touch: bool) -> Page:
    """A new window."""
    context = browser.new_context(has_touch=touch, is_mobile=touch)
    context.add_init_script(f"({ASKING})()")
    return context.new_page()


def leave(visit: Visit, touch: bool) -> None:
    """Empties a window for the next visitor."""
    page = visit.page
    if page.is_closed() or not page.url.startswith("http://127.0.0.1"):
        page.context.close()
        return
    visit.forget()
    # The browser keeps fifty steps, of which tests go back a few.
    session = page.context.new_cdp_session(page)
    session.send("Page.resetNavigationHistory")
    session.detach()
    RESTING.setdefault(touch, []).append(page)


@pytest.fixture
def visitor(browser: Browser) -> Iterator[Callable[..., Visit]]:
    """Browser windows for one test."""
    with windows(browser) as enter:
        yield enter


def fits_in_every_panel(visit: Visit) -> None:
    """Opens every panel: none is wider than the window, and no chart's words are cut."""
    width = visit.page.viewport_size
    assert width
    pills = visit.panels()
    cut = {}
    for place in range(pills.count()):
        name = pills.nth(place).text_content() or ""
        pills.nth(place).click()
        visit.settle()
        assert visit.width() <= width["width"], name
        cut[name] = visit.cut_words()
    assert {name: words for name, words in cut.items() if words} == {}
    visit.nothing_failed()
