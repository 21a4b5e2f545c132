"""Links that people hold keep showing what they showed: `tests/links.json`, which `tests/links.py` records."""

from copy import deepcopy
from pathlib import Path

import numpy as np
import pytest

from tests.links import Chart, Link, charts_of, fingerprint, load, opened, without_models

RECORD = load()
SEEDED = 3
"""Of the links with seeded values, those that each run opens; the others stand behind the marker."""


def seeded_beyond(record: list[Link]) -> set[int]:
    """The numbers of the links that only the full matrix opens."""
    return set([number for number, link in enumerate(record) if link.why.startswith("seeded ")][SEEDED:])


@pytest.mark.parametrize("beyond", [False, pytest.param(True, marks=pytest.mark.matrix)], ids=["most", "rest"])
@pytest.mark.parametrize("page", RECORD)
def test_each_recorded_link_shows_what_it_showed(page: str, beyond: bool, tmp_path: Path) -> None:
    problems, rest = [], seeded_beyond(RECORD[page])
    with without_models(tmp_path / "cache"):
        for number, link in enumerate(RECORD[page]):
            if (number in rest) != beyond:
                continue
            found = link.problems(charts_of(opened(page, link.link)))
            problems += [f"{page} {number} ({link.why}), ?{link.link}: {problem}" for problem in found]
    assert not problems, "\n".join(problems)


def a_chart(key: str) -> Chart:
    trace = {"type": "scatter", "name": "loss", "y": fingerprint([3.0, None, 1.0]), "text": fingerprint(["a", "b"])}
    return {"key": key, "traces": [trace]}


MAIN, PANEL = a_chart("main"), a_chart("panel")
LINK = Link("attention_panel=Sink", "panel Sink", (MAIN,), (PANEL,))


@pytest.mark.parametrize(
    ("link", "now"),
    [
        (LINK, {"main": MAIN, "panel": PANEL}),
        (LINK, {"panel": PANEL, "new": MAIN}),
        (Link("", "no panel", (MAIN,), ()), {"main": MAIN}),
        (Link("", "a button", (), ()), {}),
    ],
    ids=["below the main figure", "instead of it", "the main figure alone", "nothing to draw"],
)
def test_a_panel_may_stand_below_the_main_figure_or_instead_of_it(link: Link, now: dict[str, Chart]) -> None:
    assert link.problems(now) == []


def test_what_is_missing_is_named() -> None:
    assert LINK.problems({"main": MAIN}) == ["panel is not on the page"]
    assert Link("", "no panel", (MAIN,), ()).problems({}) == ["main is not on the page, nor a chart of a panel"]


@pytest.mark.parametrize(
    ("array", "value", "said"),
    [
        ("y", [3.0, None, 1.01], "mean 2.005, not 2.0"),
        ("y", [1.0, None, 3.0], "weighted mean 1.66667, not 1.0"),
        ("y", [3.0, 2.0, 1.0], "count of finite values 3, not 2"),
        ("y", ["x", "y", "z"], "shape or kind"),
        ("text", ["a", "c"], "another text"),
    ],
)
@pytest.mark.parametrize("key", ["main", "panel"])
def test_another_number_is_named(key: str, array: str, value: list[object], said: str) -> None:
    now = deepcopy({"main": MAIN, "panel": PANEL})
    now[key]["traces"][0][array] = fingerprint(value)
    (problem,) = LINK.problems(now)
    assert problem.startswith(f"{key}: trace 0 ('loss'), {array}: ")
    assert said in problem


def test_noise_in_the_last_digits_is_no_difference() -> None:
    now = deepcopy({"main": MAIN, "panel": PANEL})
    now["main"]["traces"][0]["y"] = fingerprint([3.0 + 1e-7, None, 1.0 - 1e-7])
    assert LINK.problems(now) == []


def test_the_fingerprint_of_a_matrix() -> None:
    assert fingerprint(np.array([[1.0, 2.0], [np.nan, 5.0]])) == ["2x2", 3, 2.66667, 1.69967, 1.0, 5.0, 2.08333]
