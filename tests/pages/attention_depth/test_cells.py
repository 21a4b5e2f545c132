"""Clicks on the maps of the page on attention in depth: each opens one weight by its sum."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from components.theme import Look
from core.attention import (
    COMPARED_TEXTS,
    PACKED_FIRST,
    PACKED_SECOND,
    RECORDED_TEXTS,
    cell_sum,
    compare_maps,
    partner_of,
    recorded,
    recorded_documents,
)
from core.models import load_causal_lm
from pages.architecture.attention.figures.maps import BESIDE
from pages.architecture.attention.panels.clicks import click_caption
from pages.architecture.attention_depth.figures.changes import token_map
from pages.architecture.attention_depth.panels import comparison, maps
from pages.architecture.attention_depth.panels.opening import CAUSAL, DIFFERENCE, DOCUMENT, HERE, NO_MASK, THERE, opens
from tests.links import without_models
from tests.page_kit import charts, figure_of, html_of, settled

PAGE = "pages/architecture/attention_depth/page.py"
HEADS = {"Contribution": 3, "Shared keys": 3, "Compare": 3, "Masks": 3}
"""The maps of each panel whose cells are weights, or made of them."""


@pytest.fixture
def page(visit: Callable[..., AppTest]) -> Callable[..., AppTest]:
    return lambda **params: visit(PAGE, **{f"attention_depth_{name}": value for name, value in params.items()})


def test_the_cell_shows_the_sum_and_its_checks(page: Callable[..., AppTest]) -> None:
    app = page(panel="Cell", layer=18, head=6, query=40, key=19)
    found = cell_sum(recorded("induction").projections[18], 6, 40, 19)
    drawn = charts(app)
    bars = np.asarray(figure_of(drawn[1])["data"][0]["y"], dtype=float)
    assert bars.sum() == pytest.approx(found.score, abs=1e-3)
    assert "The pairs sum to the model" in html_of(app)
    assert [app.slider(key=f"attention_depth_{name}").value for name in ("query", "key")] == [40, 19]
    assert not app.exception


def test_a_layer_that_is_not_recorded_offers_the_model(page: Callable[..., AppTest], tmp_path: Path) -> None:
    with without_models(tmp_path):
        app = page(panel="Cell", layer=16, head=3)
    assert any("no queries and keys of layer 16" in box.value for box in app.info)
    assert any(button.label == "Load the model" for button in app.button)
    assert len(charts(app)) == 1
    assert "Layer 16, head 3: a weight of" in html_of(app)


@pytest.mark.parametrize("panel", HEADS)
def test_every_map_of_weights_answers_a_click_and_says_so(page: Callable[..., AppTest], panel: str) -> None:
    app = page(panel=panel, layer=18, head=6)
    drawn = [figure for figure in map(figure_of, charts(app)) if figure["data"][0]["type"] == "heatmap"]
    answering = [figure for figure in drawn if len(figure["data"]) > 1]
    assert len(answering) == HEADS[panel]
    assert any(re.search("Click a cell .*to open (that one weight|it) by its sum", c.value) for c in app.caption)


@pytest.mark.parametrize(("count", "several"), [(48, 1), (49, 2), (64, 2), (96, 2), (97, 3), (100, 3)])
def test_what_a_click_opens_is_said_as_the_squares_lie(count: int, several: int) -> None:
    values = np.random.default_rng(0).normal(size=(count, count))
    words = [f"·{place}" for place in range(count)]
    fig = token_map(values, words, look=Look(), title="", top=1.0, signed=True, clickable=True)
    assert len(fig.data[-1].x) == (-(-count // several)) ** 2
    said = click_caption(count, what="cell", most=BESIDE)
    assert said == f"Click a cell of the map to open {'its sum' if several == 1 else _cells_around(several)}."
    beside = maps._what_a_click_opens(["a", "b"], ["a", "b"], [maps.around(count, BESIDE)] * 2, "its parts", "b")
    alone = "Click a cell to open it by its sum: its parts."
    around = f"the largest of {several} × {several} cells around it, for “b” the one farthest from 0, by its sum"
    assert beside == (alone if several == 1 else f"Click a cell to open {around}: its parts.")


def _cells_around(several: int) -> str:
    return f"the largest cell of {several} × {several} cells around it"


def test_maps_of_other_sizes_say_the_larger_block_as_a_limit() -> None:
    said = maps._what_a_click_opens(["a", "b"], ["a", "b"], [1, 2], "", "")
    assert said == "Click a cell to open the largest of up to 2 × 2 cells around it, by its sum."


def test_a_comparison_of_long_texts_says_what_a_click_opens(monkeypatch: pytest.MonkeyPatch) -> None:
    said = {}
    monkeypatch.setattr(comparison, "side_by_side", lambda *args, **options: said.update(options) or "as it is said")
    ours = recorded("induction")
    found = compare_maps(ours, ours, head_a=(18, 6))
    shown = SimpleNamespace(page=None, record=ours)
    assert comparison._compared(shown, ours, found) == "as it is said"  # type: ignore[arg-type]
    assert said["by"] == "a weight, or for the difference two weights"


def test_a_click_sets_the_weight_and_what_else_differs() -> None:
    assert opens(head=4)(26, 8) == {"query": 26, "key": 8, "cell_of": "Head", "panel": "Cell", "head": 4}
    assert opens(DIFFERENCE)(1, 0)["cell_of"] == "Compare: difference"


def test_of_two_texts_each_map_opens_its_own() -> None:
    ours, theirs = recorded("induction"), recorded("other_words")
    found = compare_maps(ours, theirs, head_a=(18, 6))
    said = [click(26, 8) for click in comparison._clicks(theirs, found)]
    assert [values["cell_of"] for values in said] == ["Head", "Other text", "Compare: difference"]
    assert [(values["query"], values["key"]) for values in said] == 3 * [(26, 8)]
    assert {values.get("other_text") for values in said[1:]} == {COMPARED_TEXTS["other_words"].text}
    other = recorded("bidirectional")
    words = compare_maps(recorded("causal"), other, head_a=(1, 8))
    said = [click(3, 2) for click in comparison._clicks(other, words)]
    assert [values["cell_of"] for values in said] == [HERE, THERE, DIFFERENCE]


def test_texts_of_other_lengths_open_the_tokens_that_were_compared() -> None:
    ours = recorded("previous_token")
    assert ours.loss is not None
    rest = {"tokens": ours.tokens[1:], "token_ids": ours.token_ids[1:], "loss": ours.loss[1:], "projections": {}}
    theirs = replace(ours, weights=ours.weights[:, :, 1:, 1:], **rest)
    found = compare_maps(ours, theirs, head_a=(16, 0))
    here, there, apart = (click(5, 2) for click in comparison._clicks(theirs, found))
    assert (here["query"], here["key"]) == (6, 3)
    assert (there["query"], there["key"]) == (5, 2)
    assert (apart["query"], apart["key"]) == (5, 2)


@pytest.mark.parametrize(
    ("view", "unit"), [(HERE, "word"), (THERE, "word"), (DIFFERENCE, "word"), (DIFFERENCE, "token")]
)
def test_a_cell_of_a_comparison_is_the_sum_of_its_weights(page: Callable[..., AppTest], view: str, unit: str) -> None:
    story = RECORDED_TEXTS["causal" if unit == "word" else "induction"]
    other = partner_of(story.key)
    values = {"text": story.text, "layer": 16, "head": 0, "other_text": other.text, "other_model": other.model}
    app = page(panel="Cell", cell_of=view, query=6, key=5, **values)
    map_, bars = (figure_of(chart)["data"][0] for chart in charts(app))
    cell = np.asarray(map_["z"], dtype=float).reshape(-1, len(map_["x"]))[6, 5]
    assert np.asarray(bars["y"], dtype=float).sum() == pytest.approx(cell, abs=1e-6)
    assert "The parts sum to the cell" in html_of(app)
    assert "✗" not in html_of(app)
    assert len(bars["customdata"]) == len(bars["y"]) == (2 if view == DIFFERENCE else 1)


@pytest.mark.parametrize(
    ("view", "unit", "count"), [(CAUSAL, "pair", 32), (DOCUMENT, "pair", 32), (NO_MASK, "dimension", 32)]
)
def test_a_weight_under_each_mask_opens_without_a_model(
    page: Callable[..., AppTest], tmp_path: Path, view: str, unit: str, count: int
) -> None:
    with without_models(tmp_path):
        app = page(panel="Cell", cell_of=view, layer=2, head=0, query=25, key=22)
    assert f"{count} {unit}s sum to" in html_of(app)
    assert f"The {unit}s sum to the model" in html_of(app)
    assert not app.exception
    with without_models(tmp_path):
        app = page(panel="Cell", cell_of=view, layer=2, head=0, query=25, key=3)
    assert ("The mask forbids key 3" in html_of(app)) == (view == DOCUMENT)


def test_under_a_document_mask_the_distance_is_that_of_restarted_positions(
    page: Callable[..., AppTest], tmp_path: Path
) -> None:
    packed = recorded_documents(2)
    np.testing.assert_array_equal(
        packed.document_positions, np.concatenate([np.arange(length) for length in packed.lengths])
    )
    assert packed.lengths[0] == 19
    with without_models(tmp_path):
        app = page(panel="Cell", cell_of=DOCUMENT, layer=2, head=0, query=24, key=3)
        html = html_of(app)
        app = page(panel="Cell", cell_of=CAUSAL, layer=2, head=0, query=24, key=3)
    assert "5 and 3 here, and pairs that 2 tokens of distance turn" in html
    assert "pairs that 21 tokens of distance turn" in html_of(app)


@pytest.mark.models
def test_the_script_of_each_view_prints_what_the_cell_is_made_of(
    page: Callable[..., AppTest], capsys: pytest.CaptureFixture[str]
) -> None:
    for view in (HERE, DIFFERENCE, DOCUMENT, NO_MASK):
        app = page(panel="Cell", cell_of=view, layer=17, head=4, query=26, key=23)
        app.session_state["attention_depth_Take it with you_desk"] = True
        settled(app)
        code = next(block.value for block in app.code if "from core" in block.value)
        made: dict[str, object] = {}
        exec(code, made)
        assert capsys.readouterr().out
        cell = made["cell"] if "cell" in made else made["found"]
        shown = np.asarray(figure_of(charts(app)[1])["data"][0]["y"], dtype=float)
        np.testing.assert_allclose(shown, cell.parts, atol=1e-3)  # type: ignore[attr-defined]


@pytest.mark.models
def test_the_joined_documents_have_the_map_that_the_causal_mask_shows() -> None:
    from core.attention import trace

    packed, lm = recorded_documents(2), load_causal_lm()
    run = trace(lm, PACKED_FIRST + PACKED_SECOND)
    assert tuple(run.tokens) == packed.tokens
    np.testing.assert_allclose(run.weights[2], packed.causal_maps, atol=1e-3)
