"""Clicks on the maps of the page on attention in depth: each opens one weight by its sum."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.attention import (
    COMPARED_TEXTS,
    PACKED_FIRST,
    PACKED_SECOND,
    RECORDED_TEXTS,
    cell_sum,
    compare_maps,
    recorded,
    recorded_documents,
)
from core.models import load_causal_lm
from pages.architecture.attention_depth import results
from pages.architecture.attention_depth.panels import comparison
from pages.architecture.attention_depth.panels.cell import opens
from tests.links import without_models
from tests.page_kit import charts, figure_of, html_of

PAGE = "pages/architecture/attention_depth/page.py"
HEADS = {"Contribution": 3, "Shared keys": 3, "Compare": 2, "Masks": 1}
"""The maps of each panel whose cells are single weights."""


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
        app = page(panel="Cell", layer=17, head=3)
    assert any("no queries and keys of layer 17" in box.value for box in app.info)
    assert any(button.label == "Load the model" for button in app.button)
    assert len(charts(app)) == 1
    assert "Layer 17, head 3: a weight of" in html_of(app)


@pytest.mark.parametrize("panel", HEADS)
def test_every_map_of_single_weights_answers_a_click_and_says_so(page: Callable[..., AppTest], panel: str) -> None:
    app = page(panel=panel, layer=18, head=6)
    maps = [figure for figure in map(figure_of, charts(app)) if figure["data"][0]["type"] == "heatmap"]
    answering = [figure for figure in maps if len(figure["data"]) > 1]
    assert len(answering) == HEADS[panel]
    assert any("open that one weight by its sum" in caption.value for caption in app.caption)


def test_a_click_sets_the_weight_and_what_else_differs() -> None:
    assert opens(head=4)(26, 8) == {"query": 26, "key": 8, "panel": "Cell", "head": 4}


def test_of_two_texts_each_map_opens_its_own() -> None:
    ours, theirs = recorded("induction"), recorded("other_words")
    found = compare_maps(ours, theirs, head_a=(18, 6))
    clicks = comparison._clicks(ours, theirs, found)
    assert clicks["this text"](26, 8) == {"query": 26, "key": 8, "panel": "Cell"}
    swapped = clicks["other text"](26, 8)
    assert (swapped["text"], swapped["other_text"]) == (
        COMPARED_TEXTS["other_words"].text,
        RECORDED_TEXTS["induction"].text,
    )
    other = compare_maps(recorded("causal"), recorded("bidirectional"), head_a=(1, 8))
    assert comparison._clicks(recorded("causal"), recorded("bidirectional"), other) == {}


def test_texts_of_other_lengths_open_the_tokens_that_were_compared() -> None:
    ours = recorded("previous_token")
    assert ours.loss is not None
    rest = {"tokens": ours.tokens[1:], "token_ids": ours.token_ids[1:], "loss": ours.loss[1:], "projections": {}}
    theirs = replace(ours, weights=ours.weights[:, :, 1:, 1:], **rest)
    found = compare_maps(ours, theirs, head_a=(16, 0))
    clicks = comparison._clicks(ours, theirs, found)
    assert (clicks["this text"](5, 2)["query"], clicks["this text"](5, 2)["key"]) == (6, 3)
    assert (clicks["other text"](5, 2)["query"], clicks["other text"](5, 2)["key"]) == (5, 2)


def test_documents_are_one_text_only_where_their_tokens_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results, "is_loaded", lambda name: False)
    packed = recorded_documents(2)
    assert results.joined_of(PACKED_FIRST, PACKED_SECOND, packed.tokens) == PACKED_FIRST + PACKED_SECOND
    assert results.joined_of("ab", "cd", ("ab", "cd")) is None


@pytest.mark.models
def test_the_joined_documents_have_the_map_that_the_causal_mask_shows() -> None:
    from core.attention import trace

    packed, lm = recorded_documents(2), load_causal_lm()
    run = trace(lm, PACKED_FIRST + PACKED_SECOND)
    assert tuple(run.tokens) == packed.tokens
    np.testing.assert_allclose(run.weights[2], packed.causal_maps, atol=1e-3)
