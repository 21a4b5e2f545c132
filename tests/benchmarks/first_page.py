"""`python -m tests.benchmarks.first_page`: from the start of a server to the last chart or picture of its first page.

Each page, and a trivial one with a single chart, is opened by a browser on a server of its own that nobody has asked
anything, in turns. What counts is the median, as a multiple of the trivial page's.
"""

import argparse
import shutil
import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from components.course import topics
from tests.benchmarks.client import ROOT, serving
from tests.browser_kit import FLAGS

TRIVIAL = """import plotly.graph_objects as go
import streamlit as st

st.title("One chart")
st.plotly_chart(go.Figure(go.Scatter(y=[1, 3, 2])), key="one")
"""
DRAWN = """() => {
    const shown = [...document.querySelectorAll('[data-testid=stPlotlyChart], [data-testid=stMain] img')]
        .filter(part => part.getBoundingClientRect().top < innerHeight)
    return shown.length > 0 && shown.every(part => part.tagName === 'IMG' ? part.complete && part.naturalWidth
        : part.querySelector('.main-svg'))
        && document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'
}"""


def seconds(browser: Browser, folder: Path, port: int, path: str) -> float:
    """Starts a server, opens a page of it, and waits until all of the first screen is drawn."""
    start = time.perf_counter()
    with serving(port, folder=folder):
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.goto(f"http://127.0.0.1:{port}/{path}")
        page.wait_for_function(DRAWN, timeout=60_000, polling=20)
        passed = time.perf_counter() - start
        page.close()
    return passed


def main() -> None:
    """Prints a line for each page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        trivial = Path(name)
        (trivial / "app.py").write_text(TRIVIAL)
        shutil.copytree(ROOT / ".streamlit", trivial / ".streamlit")
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        places = {"trivial": (trivial, ""), "home": (ROOT, ""), **{t.key: (ROOT, t.key) for t in topics()}}
        taken: dict[str, list[float]] = {page: [] for page in places}
        for turn in range(rounds):
            for number, (page, (folder, path)) in enumerate(places.items()):
                taken[page].append(seconds(browser, folder, 8300 + 20 * turn + number, path))
        browser.close()
    unit = statistics.median(taken["trivial"])
    for page, values in taken.items():
        middle, spread = statistics.median(values), f"({min(values):.2f} to {max(values):.2f})"
        print(f"{page:22} {middle:5.2f} s {spread}  {middle / unit:5.2f} times the trivial page")


if __name__ == "__main__":
    main()
