"""The page on searching prompts, driven as a visitor would: stories, links, bad input, scripts."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from components.letters import breadth
from core.prompting import GRAMMAR, OPERATIONS, TRUTH, recorded_landscape
from pages.prompting.searching_prompts.panels.methods import PROPOSERS
from pages.prompting.searching_prompts.results import found_by
from pages.prompting.searching_prompts.topic import (
    DEFAULTS,
    FRONT_LENGTHS,
    PRESETS,
    QUESTIONS_ASKED,
    SWAP,
    TABLE,
    TWO,
    WRONG,
)
from tests.page_kit import charts, figure_of, html_of, printed, settled

PAGE = "pages/prompting/searching_prompts/page.py"
Open = Callable[..., AppTest]

STORIES = {
    "Climb": ("search", "Hill climbing"),
    "Step by step": ("search", "changed: "),
    "Six reviews": ("search", "Annealing"),
    "As it is sent": ("answers", "with the first review"),
    "A fair race": ("race", "runs"),
    "The winner's luck": ("luck", "deals"),
    "Any words": ("edits", "others. Who always"),
    "Show, not tell": ("tiles", "Click a cell to draw"),
    "A wrong pair": ("tiles", "wanted was invert"),
    "A word learned": ("soft", "numbers are learned"),
    "Same words": ("swapped", "The model and the words are the same"),
    "Why prompt": ("costs", "Operations of examples"),
}


TABLES = ("As it is sent", "Any words", "Same words")


@pytest.fixture
def page(visit: Callable[..., AppTest]) -> Open:
    return lambda **params: visit(PAGE, **{f"searching_prompts_{name}": value for name, value in params.items()})


def names(app: AppTest) -> list[str]:
    """The names of the charts on the page, from the top."""
    return [chart.proto.id.split("-searching_prompts_")[1].removesuffix("_figure") for chart in charts(app)]


def test_the_prompt_that_is_called_the_winning_one_is_the_best_of_its_search() -> None:
    (values,) = ({**DEFAULTS, **preset.values} for preset in PRESETS if preset.name == "As it is sent")
    method, budget, items, seed, deal = (values[name] for name in ("method", "budget", "items", "seed", "deal"))
    search = found_by(method, budget, items, seed, deal).search
    assert search.tried[values["step"] - 1] == search.best


def test_each_story_shows_what_it_tells(page: Open) -> None:
    app = page()
    assert [preset.name for preset in PRESETS] == list(STORIES)
    for name, (chart, words) in STORIES.items():
        app.button_group(key="searching_prompts_story").set_value(name)
        settled(app)
        assert not app.error, name
        assert chart in names(app), name
        assert words in html_of(app), name
        assert bool(app.get("dataframe") or app.get("arrow_data_frame")) == (name in TABLES), name


def test_the_sentence_and_the_figure_are_the_search(page: Open) -> None:
    app = page(method="greedy edits", step=7, seed=3, deal=2)
    found = found_by("greedy edits", 20, 20, 3, 2)
    html = html_of(app)
    assert "Evaluation <b>7</b>: " in html
    assert f"<b>{found.search.scores[6]:.0%}</b> of <b>20</b> right" in html
    assert f"Best so far <b>{found.search.history[6]:.0%}</b>" in html
    data = figure_of(charts(app)[0])["data"]
    landscape = recorded_landscape()
    np.testing.assert_allclose(np.array(data[0]["z"]).ravel(), landscape.accuracies(found.deal.scored), atol=1e-6)
    shown = {words for words in data[1]["text"] if words}
    assert shown == {str(place) for place in range(1, 8)}


def test_the_bars_of_the_answers_are_the_model_s_numbers(page: Open) -> None:
    app = page(panel="Prompt", items=6, deal=4, step=3)
    found, landscape = found_by("hill climbing", 20, 6, 0, 4), recorded_landscape()
    place = GRAMMAR.index(found.search.tried[2])
    assert names(app) == ["answers"]
    right, wrong = figure_of(charts(app)[0])["data"]
    assert sorted(right["y"]) == pytest.approx(sorted(landscape.log_odds[place][landscape.right[place]]))
    assert sorted(wrong["y"]) == pytest.approx(sorted(landscape.log_odds[place][~landscape.right[place]]))
    ticks = figure_of(charts(app)[0])["layout"]["xaxis"]["ticktext"]
    counts = [
        f"{side}<br>{landscape.right[place][items].sum()} of {len(items)}"
        for praises in (True, False)
        for side, dealt in (("scored", found.deal.scored), ("held out", found.deal.held_out))
        if len(items := dealt[TRUTH[dealt] == praises])
    ]
    assert [words for words in ticks if "not used" not in words] == counts
    assert html_of(app).count('class="chip tint"') == len(landscape.pieces[place])


def test_the_largest_budget_is_used_up(page: Open) -> None:
    app = page(budget=60, step=60, items=30)
    assert "evaluation" in html_of(app)
    assert len({words for words in figure_of(charts(app)[0])["data"][1]["text"] if words}) == 60


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"panel": "Pictures", "drawn": "012"}, "12 rows of 12 digits"),
        ({"panel": "Pictures", "drawn_after": "/".join(["<b>000000000"] * 12)}, "digits 0 to 3 only"),
    ],
)
def test_a_picture_that_cannot_be_read_is_refused_in_words(page: Open, params: dict[str, Any], words: str) -> None:
    app = page(**params)
    assert any(words in warning.value for warning in app.warning)
    app.button(key="pictures_back").click()
    settled(app)
    assert "tiles" in names(app)


def test_a_drawn_pair_has_no_known_answer_and_a_drawn_picture_has(page: Open) -> None:
    drawn = "/".join(["000000000000"] * 5 + ["001110000000"] * 2 + ["000000000000"] * 5)
    app = page(panel="Pictures", drawn=drawn)
    assert "cells" in html_of(app) or "every cell right" in html_of(app)
    app = page(panel="Pictures", drawn_after=drawn)
    assert "From your own pair" in html_of(app)


@pytest.mark.parametrize("pair", ["none", TWO, WRONG])
def test_each_kind_of_pair_shows_its_shares(page: Open, pair: str) -> None:
    app = page(panel="Pictures", pair=pair, pairs=3)
    assert {"tiles", "shares"} <= set(names(app))
    shown = figure_of(charts(app)[names(app).index("shares")])["data"]
    bars = shown[0]
    # In one row on a projector, over a plot of about 410 pixels, with 40 for each mark.
    if pair != TWO:
        assert sum(40 + 18 * breadth(trace["name"]) for trace in shown) <= 410
    assert len(bars["y"]) == (5 if pair == TWO else len(OPERATIONS))


def test_another_seed_of_a_soft_prompt_is_a_job_with_the_recorded_run_in_sight(page: Open) -> None:
    app = page(panel="Soft prompt", soft_seed=77)
    assert any(button.label == "Learn the vector" for button in app.button)
    assert "soft" in names(app)


def test_a_longer_prompt_of_a_real_model_is_a_job_with_a_recorded_one_in_sight(page: Open) -> None:
    app = page(panel="Prefix", front="soft prompt", front_tokens=7)
    assert any(button.label == "Learn this soft prompt" for button in app.button)
    assert names(app) == ["front"]
    assert "Nearest tokens" in html_of(app)


def test_the_proposer_stands_beside_the_searches_where_it_was_recorded(page: Open) -> None:
    app = page(panel="Methods")
    curves = figure_of(charts(app)[names(app).index("race")])["data"]
    assert [curve["name"] for curve in curves if curve.get("line", {}).get("dash") == "dash"] == list(PROPOSERS)
    assert "SmolLM2 as proposer has" in html_of(app)
    app = page(panel="Methods", items=10)
    assert "was recorded with 20 reviews" in html_of(app)


SHOWN = {
    "Figure": ({"step": 9}, "best so far"),
    "Methods": ({"panel": "Methods", "budget": 5}, "hill_climbing"),
    "Overfitting": ({"panel": "Overfitting", "items": 6}, "scored"),
    "Prompt": ({"panel": "Prompt", "step": 9, "items": 7, "deal": 3}, "held out"),
    "Pictures": ({"panel": "Pictures", "operation": "flip"}, "least sure"),
    "Swap": ({"panel": "Soft prompt", "soft_view": SWAP}, "('copy'"),
    "Prefix": ({"panel": "Prefix", "front_view": FRONT_LENGTHS}, "prompt"),
    "Needs": ({"panel": "Why prompt", "why_view": TABLE}, "few-shot prompt:"),
    "Why prompt": ({"panel": "Why prompt", "why_view": QUESTIONS_ASKED}, "LoRA"),
}


@pytest.mark.parametrize("name", SHOWN)
def test_a_script_run_from_a_fresh_folder_gives_the_numbers_on_screen(page: Open, name: str, tmp_path: Path) -> None:
    params, word = SHOWN[name]
    app = page(**params)
    html, said = html_of(app), printed(app, "searching_prompts", tmp_path)
    line = next(line for line in said.splitlines() if line.startswith(word))
    if name == "Figure":
        best, held = re.findall(r"(\d+%)", line)[-2:]
        assert f"Best so far <b>{best}</b>" in html
        assert f"<b>{held}</b> (" in html
    elif name == "Methods":
        assert f"hill climbing <b>{line.split()[-1]}</b>" in html
    elif name == "Prompt":
        scored = next(line for line in said.splitlines() if line.startswith("scored"))
        assert f"gets {scored[8:-6]} scored reviews right and {line[10:-6]} held-out ones" in html
    elif name == "Overfitting":
        assert all(f"<b>{share}</b>" in html for share in re.findall(r"[\d.]+%", line))
    elif name == "Pictures":
        assert f"<b>{line.split()[-1]}</b>" in html
    elif name == "Prefix":
        assert "numbers more" in html
    elif name == "Needs":
        assert f"{line.split()[2]} right, no gradient" in html
    elif name == "Why prompt":
        assert f"LoRA <b>{int(np.ceil(float(line.split()[-1]))):,}</b>" in html
