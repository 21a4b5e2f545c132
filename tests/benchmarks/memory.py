"""What a server holds in memory: `python -m tests.benchmarks.memory` tells it in three tables.

Every story and every panel of every page, one after another; then twenty visitors at once, each with long texts of its
own in the panels that need most; then three hundred visitors who come, move sliders and go. Counted are anonymous bytes
(RssAnon, in units of 1e6): files of the code and of recorded results, which the system may take back, are no part of
it. The load of the machine makes it slower, and changes no number.
"""

import argparse
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import psutil

from components.controls import address_of
from components.course import PANEL, Declared, Values, declared_by, topics
from tests.benchmarks.client import Visitor, serving
from tests.benchmarks.load import PAGES, a_move

HEAVY: tuple[tuple[str, Values], ...] = (
    ("attention", {PANEL: "Surprise"}),
    ("attention", {PANEL: "Rollout"}),
    ("attention", {PANEL: "All heads"}),
    ("attention_depth", {PANEL: "Ranking"}),
    ("attention_depth", {PANEL: "Contribution"}),
    ("attention_depth", {PANEL: "Logit lens"}),
    ("positional_encoding", {"scheme": "RoPE", "vectors": "Real head", PANEL: "Score against distance"}),
    ("positional_encoding", {"length": 1024, "d_model": 512, PANEL: "Dot product"}),
    ("transformer", {"text": "A sentence that nobody has recorded"}),
    ("model_families", {"text": "A sentence that nobody has recorded"}),
    ("prompts", {"examples": 7, "order": 11}),
    ("clip_spurious", {PANEL: "Where it looks"}),
    ("transport", {PANEL: "Datasets"}),
)
"""Pages and panels that need most; a visitor's own text stands in each parameter `text`."""

OWN: tuple[tuple[str, Values], ...] = (
    ("attention", {"text": "A sentence that nobody has recorded", PANEL: "All heads"}),
    ("attention_depth", {"text": "A sentence that nobody has recorded", PANEL: "Logit lens"}),
    ("positional_encoding", {"sentence": "Nobody has recorded this sentence either", PANEL: "Permutation test"}),
)
"""Views that load the default models: everything else opens on what is recorded."""

WORDS = ("river", "stone", "lantern", "market", "harbor", "window", "garden", "bridge", "winter", "copper", "silver")
SETTLING = 5.0
"""Seconds after the last visitor has left until memory is read."""


def main() -> None:
    """Reads the command line and prints the tables asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tables", nargs="*", metavar="table", help="views, class or soak; all where none is named")
    parser.add_argument("--visitors", type=int, default=20)
    parser.add_argument("--each", type=int, default=len(HEAVY), help="heavy views that each of them opens")
    parser.add_argument("--sessions", type=int, default=300)
    parser.add_argument("--port", type=int, default=8697)
    options = parser.parse_args()
    for name in options.tables or ("views", "class", "soak"):
        print(f"\n{name}: load of the machine {psutil.getloadavg()[0]:.1f} on {psutil.cpu_count()} cores", flush=True)
        with serving(options.port) as server:
            address = f"127.0.0.1:{options.port}"
            match name:
                case "views":
                    views(address, server.pid)
                case "class":
                    crowd(address, server.pid, options.visitors, options.each)
                case "soak":
                    soak(address, server.pid, options.sessions)
                case _:
                    parser.error(f"there is no table {name!r}")


def anonymous(process: int) -> float:
    """Megabytes of anonymous memory of a process."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(float(line.split()[1]) for line in lines if line.startswith("RssAnon:")) * 1024 / 1e6


def views(address: str, server: int) -> None:
    """Every story and panel, page after page, on one server: what it holds after each page, and at most on the way."""
    print(f"{'page':22}{'views':>7}{'after MB':>10}{'most MB':>9}  view with the most", flush=True)
    print(f"{'(start)':22}{'':>7}{anonymous(server):>10.0f}", flush=True)
    pages = pages_by_key()
    for key, values in OWN:
        open_view(address, pages[key], values)
    print(f"{'(models loaded)':22}{len(OWN):>7}{anonymous(server):>10.0f}", flush=True)
    for page in pages.values():
        held: dict[str, float] = {}
        for name, values in views_of(page):
            with watched(server) as most:
                open_view(address, page, values)
            held[name] = most()
        largest = max(held, key=held.__getitem__)
        row = f"{page.topic.key:22}{len(held):>7}{anonymous(server):>10.0f}{held[largest]:>9.0f}"
        print(f"{row}  {largest}", flush=True)


def pages_by_key() -> dict[str, Declared]:
    """What each page declares, by its key."""
    return {page.topic.key: page for page in map(declared_by, topics())}


def views_of(page: Declared) -> Iterator[tuple[str, Values]]:
    """Each story and each panel of a page, by name, with its values."""
    for preset in page.presets:
        yield f"“{preset.name}”", preset.values
    for panel in page.panels:
        yield panel.name, {**panel.under, PANEL: panel.name}


def open_view(address: str, page: Declared, values: Values) -> None:
    """One visitor who opens a page with these values, sees it to its end and leaves; raises RuntimeError on a fault."""
    told = address_of(page.topic.key, page.defaults, {**page.defaults, **values})
    with Visitor(address, page.topic.key, urlencode(told, doseq=True)) as visitor:
        run = visitor.run()
    if run.errors:
        raise RuntimeError(f"{page.topic.key} with {values}: {run.errors[0]}")


def crowd(address: str, server: int, visitors: int, each: int) -> None:
    """Many at once, each with long texts of its own in all that is heavy."""
    pages, failures = pages_by_key(), list[str]()

    def visit(number: int) -> None:
        chance = random.Random(number)
        for key, values in chance.sample(HEAVY, each):
            own = {"text": text_of(chance, 500)} if "text" in pages[key].defaults else {}
            try:
                open_view(address, pages[key], {**values, **own})
            except Exception as error:
                failures.append(f"{key} {values}: {type(error).__name__}: {str(error)[:200]}")

    first, start = anonymous(server), time.monotonic()
    with watched(server) as most:
        threads = [threading.Thread(target=visit, args=(number,), daemon=True) for number in range(visitors)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    took = time.monotonic() - start
    time.sleep(SETTLING)
    print(f"{visitors} visitors, {each} heavy views each, in {took:.0f} s; {len(failures)} failures")
    print(f"{first:.0f} MB after the start, {most():.0f} MB at most, {anonymous(server):.0f} MB after all have left")
    for failure in failures[:10]:
        print("  ", failure)


def text_of(chance: random.Random, words: int) -> str:
    """A text of that many common words, each of which is one token."""
    return " ".join(chance.choices(WORDS, k=words))


def soak(address: str, server: int, sessions: int) -> None:
    """Visitors who come one after another, open two pages, move a slider on each and go."""
    process, chance, errors = psutil.Process(server), random.Random(0), 0
    print(f"{'sessions':>8}{'MB':>7}{'threads':>9}{'descriptors':>13}{'errors':>8}", flush=True)
    for number in range(1, sessions + 1):
        with Visitor(address, chance.choice(PAGES)) as visitor:
            runs = [visitor.run()]
            for page in (visitor.page, chance.choice(PAGES)):
                runs.append(visitor.turn_to(page))
                runs.append(a_move(visitor, chance))
            errors += sum(len(run.errors) for run in runs)
        if number % max(1, sessions // 6) == 0:
            time.sleep(SETTLING)
            row = f"{number:>8}{anonymous(server):>7.0f}{process.num_threads():>9}{process.num_fds():>13}{errors:>8}"
            print(row, flush=True)


@contextmanager
def watched(server: int) -> Iterator[Callable[[], float]]:
    """Looks at a server's memory twenty times a second meanwhile; yields what tells the most that was seen."""
    seen, over = [anonymous(server)], threading.Event()

    def look() -> None:
        while not over.wait(0.05):
            seen[0] = max(seen[0], anonymous(server))

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield lambda: seen[0]
    finally:
        over.set()
        thread.join()
        seen[0] = max(seen[0], anonymous(server))


if __name__ == "__main__":
    main()
