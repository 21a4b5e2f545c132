"""The links that people may hold, and what each of them shows: a record that a change of the code is held to.

`tests/links.json` has a few dozen links a page, each preset, each panel and ten seeded others, with a fingerprint of
every chart on screen. It knows a page from the visitor's side only, so it outlives any move of the code. A change that
means to show something else records that entry again, and says why.

    python -m tests.links record                 # draws and records the links of pages that the record lacks
    python -m tests.links record attention       # records all links of a page again, the links stay
    python -m tests.links record attention 3 7   # only its links 3 and 7, as the test numbers them
"""

import hashlib
import json
import math
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode

import numpy as np
import pytest
from streamlit import config
from streamlit.testing.v1 import AppTest

from components.course import Topic, declared_by, topics
from core import jobs
from core.models import shared
from tests.components.checking import decoded
from tests.core.fake_hub import NOWHERE
from tests.page_kit import faults

ROOT = Path(__file__).parent.parent
RECORD = ROOT / "tests" / "links.json"

SEEDED = 10
"""Links with random values, for each page."""
ATTEMPTS = 150
"""How many are tried: most pages refuse some, since their models or runs are not recorded."""
PATIENCE = 10.0
"""Seconds that a link may take to be worth recording."""
WORLDS = {"positional_encoding": "scheme", "rlhf": "task"}
"""Controls that bring other panels with them."""
ARRAYS = ("x", "y", "z", "r", "theta", "values", "text")
NUMBERS = ("count of finite values", "mean", "standard deviation", "minimum", "maximum", "weighted mean")

MACHINES = 1e-3
"""The part of a number by which machines may differ: of a policy trained anew, a few of 4,000 answers turn over."""

WILD, LOOSE = 1e12, 0.05
"""A number so large is what a polynomial of high degree does beyond its points, of which rounding decides this part."""

Values = Mapping[str, Any]
Chart = dict[str, Any]


def script_of(page: str) -> str:
    """Where a page's script lies, relative to app.py."""
    return _topic(page).script


def _topic(page: str) -> Topic:
    return next(topic for topic in topics() if topic.key == page)


@contextmanager
def without_models(cache: Path) -> Iterator[None]:
    """A machine that has no model and gets none, and has measured nothing.

    It has an empty cache folder, no job of before, and a network that ends at a closed port.
    """
    jobs.close()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EXPLORER_CACHE", str(cache))
        for name in ("EXPLORER_MODELS", "EXPLORER_MODEL_DIR", "PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "PIP_NO_INDEX"):
            patch.delenv(name, raising=False)
        patch.setenv("PIP_CONFIG_FILE", os.devnull)
        patch.setenv("PIP_INDEX_URL", f"{NOWHERE}/simple")
        patch.setenv("PIP_RETRIES", "0")
        patch.setenv("HF_ENDPOINT", NOWHERE)
        patch.setattr(shared, "_loaded", {})
        try:
            yield
        finally:
            # What was begun here keeps its results in this folder.
            jobs.close()


@cache
def named_pages() -> Any:
    """The pages as the app names them in its first run; without them AppTest would take each for its file's name.

    A first run draws the home page, which for each of hundreds of links would take as long as the page itself.
    """
    return AppTest.from_file(str(ROOT / "app.py"), default_timeout=180).run()._registered_pages


def opened(page: str, link: str) -> AppTest:
    """The page as a visitor finds it who follows the link into a new tab; raises AssertionError if it raised."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=180)
    app._registered_pages = named_pages()
    for name, values in parse_qs(link, keep_blank_values=True).items():
        app.query_params[name] = values
    app.switch_page(script_of(page))
    app.run()
    assert not app.exception, f"{page}: ?{link}: {faults(app)}"
    return app


def charts_of(app: AppTest) -> dict[str, Chart]:
    """The fingerprint of each chart on the page, from the top, under the chart's key."""
    return {_key(chart): {"key": _key(chart), "traces": _traces(chart)} for chart in app.get("plotly_chart")}


def _key(chart: Any) -> str:
    return str(chart.proto.id).split("-", 2)[2]


def _traces(chart: Any) -> list[dict[str, Any]]:
    return [
        {
            "type": trace.get("type", "scatter"),
            "name": trace.get("name", ""),
            **{name: fingerprint(trace[name]) for name in ARRAYS if isinstance(trace.get(name), list | np.ndarray)},
        }
        for trace in decoded(json.loads(chart.proto.spec))["data"]
    ]


def fingerprint(values: Any) -> list[Any]:
    """An array in a few words: its shape, then NUMBERS with six digits, or the hash of what is not numbers."""
    try:
        array = np.array(values, dtype=float)
    except (TypeError, ValueError):
        written = json.dumps(values, default=lambda array: array.tolist(), ensure_ascii=False)
        return [str(len(values)), hashlib.sha256(written.encode()).hexdigest()[:12]]
    shape, flat = "x".join(map(str, array.shape)), array.ravel()
    places = np.flatnonzero(np.isfinite(flat))
    if len(places) == 0:
        return [shape, 0]
    finite = flat[places]
    weighted = np.mean(finite * (places + 1)) / flat.size
    numbers = (finite.mean(), finite.std(), finite.min(), finite.max(), weighted)
    return [shape, len(places), *(float(f"{number:.6g}") for number in numbers)]


def differences(before: Chart, now: Chart) -> list[str]:
    """What a chart shows otherwise than it did, each with the trace, the array and the number."""
    then, traces = before["traces"], now["traces"]
    if len(then) != len(traces):
        return [f"{len(traces)} traces, not {len(then)}"]
    found = []
    for place, (old, new) in enumerate(zip(then, traces, strict=True)):
        for name in sorted(old.keys() | new.keys()):
            told = _told_apart(old.get(name), new.get(name))
            if told:
                found.append(f"trace {place} ({old['name']!r}), {name}: {told}")
    return found


def _told_apart(old: Any, new: Any) -> str:
    """The first thing in which two fingerprints differ, in words; nothing where they agree."""
    if not isinstance(old, list) or not isinstance(new, list):
        return "" if old == new else f"{new!r}, not {old!r}"
    if old[0] != new[0] or len(old) != len(new):
        return f"shape or kind {new[:2]}, not {old[:2]}"
    for name, before, now in zip(NUMBERS, old[1:], new[1:], strict=False):
        if isinstance(before, str) or isinstance(now, str):
            return "" if before == now else "another text"
        part = MACHINES if abs(before) < WILD else LOOSE
        same = before == now if name == NUMBERS[0] else math.isclose(before, now, rel_tol=part, abs_tol=1e-6)
        if not same:
            return f"{name} {now}, not {before}"
    return ""


@dataclass(frozen=True, slots=True)
class Link:
    """A link of a page, and what it showed.

    Args:
        link: its parameters, as they stand after the question mark. The open panel is always among them.
        why: the story, the panel or the seed that it is from.
        main: the charts of the main figure; more than one where each width of screen has its own.
        panel: the charts of the open panel.
    """

    link: str
    why: str
    main: tuple[Chart, ...]
    panel: tuple[Chart, ...]

    def problems(self, now: Mapping[str, Chart]) -> list[str]:
        """What is not as it was, given the charts that are on the page now.

        A panel may stand below the main figure or instead of it, so the main figure may be missing where the panel
        shows a chart. A chart that is on the page shows what it showed.
        """
        found = [f"{chart['key']} is not on the page" for chart in self.panel if chart["key"] not in now]
        if self.main and not self.panel and not any(chart["key"] in now for chart in self.main):
            found.append(f"{self.main[0]['key']} is not on the page, nor a chart of a panel")
        for chart in (*self.main, *self.panel):
            if chart["key"] in now:
                found += [f"{chart['key']}: {told}" for told in differences(chart, now[chart["key"]])]
        return found


def load() -> dict[str, list[Link]]:
    """The recorded links of each page."""
    pages = json.loads(RECORD.read_text()) if RECORD.exists() else {}
    return {
        page: [
            Link(
                entry["link"],
                entry["why"],
                tuple(kept["charts"][name] for name in entry["main"]),
                tuple(kept["charts"][name] for name in entry["panel"]),
            )
            for entry in kept["links"]
        ]
        for page, kept in pages.items()
    }


def save(record: Mapping[str, Sequence[Link]]) -> None:
    """Writes the record with a line for each link and each chart. A chart that several links show stands once."""
    RECORD.write_text("{\n" + ",\n".join(_page_lines(page, links) for page, links in record.items()) + "\n}\n")


def _page_lines(page: str, links: Sequence[Link]) -> str:
    charts = {_address(chart): chart for link in links for chart in (*link.main, *link.panel)}
    entries = [
        {"link": link.link, "why": link.why, "main": [*map(_address, link.main)], "panel": [*map(_address, link.panel)]}
        for link in links
    ]
    shown = ",\n".join(f"{json.dumps(name)}: {_compact(chart)}" for name, chart in charts.items())
    return f'"{page}": {{"links": [\n' + ",\n".join(map(_compact, entries)) + f'\n], "charts": {{\n{shown}\n}}}}'


def _compact(part: Any) -> str:
    return json.dumps(part, ensure_ascii=False, separators=(",", ":"))


def _address(chart: Chart) -> str:
    return hashlib.sha256(_compact(chart).encode()).hexdigest()[:10]


def taken(page: str, link: str, why: str, known: Sequence[str] = ()) -> Link:
    """A link with what it shows now.

    Args:
        page: the page's key.
        link: the parameters.
        why: where the link is from.
        known: keys of charts that are the main figure. Where there are tabs, so is each chart outside of them.
    """
    return _as_shown(opened(page, link), link, why, known)


def _as_shown(app: AppTest, link: str, why: str, known: Sequence[str] = ()) -> Link:
    charts = charts_of(app)
    inside = {_key(chart) for tab in app.tabs for chart in tab.get("plotly_chart")}
    main = [key for key in charts if key in known or (app.tabs and key not in inside)]
    return Link(link, why, tuple(charts[key] for key in main), tuple(charts[key] for key in charts if key not in main))


@dataclass(frozen=True, slots=True)
class Told:
    """What a page says of itself: its parameters with their defaults, and the values of each preset."""

    defaults: Values
    presets: Mapping[str, Values]


def told_by(page: str) -> Told:
    """The defaults and presets that a page declares."""
    said = declared_by(_topic(page))
    return Told(said.defaults, {preset.name: preset.values for preset in said.presets})


def link_of(page: str, values: Values, defaults: Values) -> str:
    """The link of these values; a value that equals its default is left out, but never the panel."""
    shown = {"panel": defaults["panel"], **values}
    written = {
        f"{page}_{name}": str(value).lower() if isinstance(value, bool) else value
        for name, value in shown.items()
        if name == "panel" or value != defaults[name]
    }
    return urlencode(written, doseq=True)


def views_of(page: str, told: Told) -> list[Values]:
    """Each panel of the page, and under each other option of its WORLDS control the panels that come with it."""
    start = opened(page, "")
    names, control = _panels(start, page), WORLDS.get(page)
    views: list[Values] = [{"panel": name} for name in names]
    for option in offered(start, page, told)[control] if control else ():
        world: Values = {str(control): option}
        more = [name for name in _panels(opened(page, link_of(page, world, told.defaults)), page) if name not in names]
        views += [{**world, "panel": name} for name in more]
        names += more
    return views


def _panels(app: AppTest, page: str) -> list[str]:
    return [str(getattr(option, "content", option)) for option in app.button_group(key=f"{page}_panel").options]


def offered(app: AppTest, page: str, told: Told) -> dict[str, list[Any]]:
    """The values that each control on the page offers, by the parameter's name; text is not among them."""
    values: dict[str, list[Any]] = {}
    for kind in ("slider", "number_input", "selectbox", "button_group", "toggle"):
        for widget in getattr(app, kind):
            name = str(widget.key or "").removeprefix(f"{page}_")
            if name in told.defaults and name != "panel" and str(widget.key).startswith(f"{page}_"):
                values[name] = _values(widget, told.defaults[name])
    return values


def _values(widget: Any, default: Any) -> list[Any]:
    if widget.type == "toggle":
        return [False, True]
    if hasattr(widget, "min"):
        steps = min(int((widget.max - widget.min) / widget.step + 1e-9), 10_000)
        return [type(default)(round(widget.min + step * widget.step, 6)) for step in range(steps + 1)]
    return [getattr(option, "content", option) for option in widget.options]


def draw_links(page: str) -> list[Link]:
    """The links of a page that is not in the record: presets, panels, and others with values drawn at random."""
    told = told_by(page)
    links = [
        taken(page, link_of(page, values, told.defaults), f"preset {name}") for name, values in told.presets.items()
    ]
    views = views_of(page, told)
    panels = [taken(page, link_of(page, view, told.defaults), f"panel {view['panel']}") for view in views]
    drawing = [view for view, link in zip(views, panels, strict=True) if link.panel]
    return [*links, *panels, *_seeded(page, told, drawing or views)]


def _seeded(page: str, told: Told, views: Sequence[Values]) -> list[Link]:
    """Links with two to four values other than their defaults, over as many panels as the page has."""
    source, links = random.Random(page), []
    order = source.sample(views, len(views))
    for attempt in range(ATTEMPTS):
        view = order[attempt % len(order)]
        free = offered(opened(page, link_of(page, view, told.defaults)), page, told)
        others = {name: [value for value in free[name] if value != told.defaults[name]] for name in sorted(free)}
        names = [name for name, values in others.items() if values and name not in view]
        drawn = source.sample(names, min(source.randint(2, 4), len(names)))
        link = _tried(page, told, {**view, **{name: source.choice(others[name]) for name in drawn}}, attempt)
        links += [link] if link else []
        if len(links) == SEEDED:
            break
    return links


def _tried(page: str, told: Told, values: Values, attempt: int) -> Link | None:
    """The link of these values, if the page takes them all, draws its panel without a model, and does so soon."""
    link, began = link_of(page, values, told.defaults), time.monotonic()
    app = opened(page, link)
    late = time.monotonic() - began > PATIENCE
    taken_over = all(
        app.session_state.get(f"{page}_{name}", told.defaults[name]) == value for name, value in values.items()
    )
    if late or not taken_over or app.error or app.get("progress"):
        return None
    shown = _as_shown(app, link, f"seeded {attempt}")
    return shown if shown.panel else None


def record_again(page: str, links: Sequence[Link], numbers: Sequence[int]) -> list[Link]:
    """The links of a page with those of these numbers as they show now; all of them where no number is given."""
    known = [chart["key"] for link in links for chart in link.main]
    return [
        taken(page, link.link, link.why, known) if number in numbers or not numbers else link
        for number, link in enumerate(links)
    ]


def main(arguments: Sequence[str]) -> None:
    """Does what the command line says; see the module."""
    if not arguments or arguments[0] != "record":
        raise SystemExit(__doc__)
    config.set_option("client.showErrorDetails", "full")
    record = load()
    with tempfile.TemporaryDirectory() as folder, without_models(Path(folder)):
        if len(arguments) > 1:
            page = arguments[1]
            record[page] = record_again(page, record[page], [int(number) for number in arguments[2:]])
        for entry in topics():
            if entry.key not in record:
                record[entry.key] = draw_links(entry.key)
                sys.stdout.write(f"{entry.key}: {len(record[entry.key])} links\n")
                sys.stdout.flush()
    save(record)


if __name__ == "__main__":
    main(sys.argv[1:])
