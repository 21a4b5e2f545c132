"""The panel of texts written at once: its titles, its figure, and remasking by its switch."""

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from components.theme import Look
from core.decoding import KINDS, RIGHT, Diffused, recorded_guesses, remasked_share, unfold
from pages.efficiency.decoding import results
from pages.efficiency.decoding.figures.parallel import validity_figure
from pages.efficiency.decoding.panels import parallel
from pages.efficiency.decoding.panels.parallel import SAMPLES
from pages.efficiency.decoding.topic import DEFAULTS, PRESETS, QUESTIONS
from pages.efficiency.decoding.words.drafts import savings_words
from pages.efficiency.decoding.words.parallel import remasking_title, texts_title, tie_words
from tests.page_kit import charts, figure_of, html_of


def of(calls: int, valid: float) -> Diffused:
    return Diffused(np.zeros((10_000, 2), np.int8), calls, valid)


def test_a_title_compares_as_many_calls() -> None:
    plain, again = [of(1, 0.1), of(2, 0.2), of(3, 0.3)], [of(1, 0.1), of(3, 0.8)]
    assert remasking_title(plain, again) == ("After 3 calls 80% of the texts are valid with remasking, 30% without")
    told = remasking_title([*plain, of(4, 1.0)], again)
    assert told.endswith("30% without; 4 calls without it give 100%")
    assert "changes nothing" in remasking_title(plain, [of(1, 0.9), of(3, 0.305)])
    assert remasking_title(plain, [of(3, 0.1)]).startswith("Remasking does harm: after 3 calls 10%")
    assert "nothing is compared" in remasking_title([of(1, 0.5)], [of(1, 0.5)])
    assert "nothing is compared" in remasking_title([of(1, 0.5), of(2, 1.0)], [of(1, 0.5), of(3, 1.0)])
    assert texts_title(8, 2, of(2, 0.125), 0.125).endswith("valid, 12.5% in closed form")
    assert texts_title(2, 1, of(1, 0.5), None).startswith("2 tokens in 1 step: ")
    assert texts_title(8, 2, of(3, 0.8), None) == "8 tokens in 2 steps: 80.0% of the texts are valid"


@pytest.mark.parametrize("tokens", range(2, 9))
def test_the_title_holds_for_every_length(tokens: int) -> None:
    plain, again = (results.diffused_by_steps(tokens, remask, SAMPLES) for remask in (False, True))
    told = remasking_title(plain, again)
    best = max((b.valid - a.valid for a in plain for b in again if a.calls == b.calls > 1), default=0.0)
    assert ("with remasking" in told) == (best > 0.03)
    shared = {found.calls for found in plain} & {found.calls for found in again} - {1}
    assert ("nothing is compared" in told) == (not shared)
    if best > 0.03:
        assert told.endswith(f"; {tokens} calls without it give 100%")
        assert all((found.valid == 1) == (found.calls == tokens) for found in plain)


def test_a_step_that_is_worse_is_told_where_there_is_one() -> None:
    told = tie_words(8)
    assert [f"{remasked_share(8, steps):.1%}" in told for steps in (3, 4)] == [True, True]
    assert "in 3 steps" in told
    assert "2 tokens are shown first in place of 3" in told
    for tokens in range(2, 8):
        exact = [remasked_share(tokens, steps) for steps in range(1, tokens + 1)]
        assert exact == sorted(exact)
        assert tie_words(tokens) == ""


def test_the_savings_are_counted_on_every_text() -> None:
    runs = [recorded_guesses(kind) for kind in KINDS]
    saved = [sum(len(step.added) for step in run.steps) - len(run.steps) for run in runs]
    told = savings_words(results.all_guesses())
    assert told == f"On {len(runs)} prompts this saves {min(saved)} to {max(saved)} of up to 24 calls."
    assert savings_words(runs[:1]) == f"On 1 prompt this saves {saved[0]} of up to 24 calls."
    answer = next(one.answer for one in QUESTIONS if one.show["panel"] == "All at once")
    assert f"{min(saved)} to {max(saved)} of 24 calls" in answer


@pytest.mark.parametrize("kind", list(KINDS))
def test_green_is_explained_where_it_is_seen(visit: Callable[..., AppTest], kind: str) -> None:
    app = visit("pages/efficiency/decoding/page.py", decoding_panel="All at once", decoding_kind=kind)
    seen = bool((unfold(recorded_guesses(kind), places=parallel.PLACES).state == RIGHT).any())
    assert ("green is right" in html_of(app)) == seen
    assert ("none here is right before it stands" in html_of(app)) != seen


def test_the_ring_is_around_the_texts_on_screen() -> None:
    plain, again = [of(1, 0.1), of(2, 0.2)], [of(1, 0.1), of(3, 0.8)]
    fig = validity_figure(plain, again, again[1], look=Look(), title="t", height=300)
    assert [trace.name for trace in fig.data[:2]] == ["shown stays", "least certain masked again"]
    assert (fig.data[2].x[0], fig.data[2].y[0]) == (3, 0.8)
    assert fig.layout.xaxis.dtick == 1, "two tokens have more than one tick"
    assert validity_figure(plain, [of(15, 1.0)], again[1], look=Look(), title="t", height=300).layout.xaxis.dtick == 2


def shown_at(tokens: int, steps: int, *, remask: bool) -> Any:
    controls = SimpleNamespace(value={**DEFAULTS, "tokens": tokens, "parallel": steps, "remask": remask}.__getitem__)
    return SimpleNamespace(page=SimpleNamespace(controls=controls), kind="copy")


@pytest.mark.parametrize("remask", [False, True])
@pytest.mark.parametrize("tokens", range(2, 9))
def test_the_checks_cover_the_number_on_screen(tokens: int, remask: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = {again: results.diffused_by_steps(tokens, again, SAMPLES) for again in (False, True)}
    for steps in range(1, tokens + 1):
        shown = shown_at(tokens, steps, remask=remask)
        assert all(check.passed for check in parallel.checks(shown))
        runs = list(drawn[remask])
        off = runs[steps - 1].valid + (0.1 if runs[steps - 1].valid < 0.5 else -0.1)
        runs[steps - 1] = replace(runs[steps - 1], valid=off)
        with monkeypatch.context() as patch:
            patch.setattr(
                results,
                "diffused_by_steps",
                lambda n, again, samples, runs=runs: runs if again == remask else drawn[again],
            )
            assert [check.passed for check in parallel.checks(shown)[:2]] == [remask, not remask]


def test_controls_that_change_nothing_are_named(visit: Callable[..., AppTest]) -> None:
    told = {}
    for panel in ("All at once", "Typical acceptance", "Schedules", "Pool"):
        for other in ({}, {"method": "lookahead", "precision": "bfloat16"}):
            asked = {f"decoding_{name}": value for name, value in {"panel": panel, **other}.items()}
            app = visit("pages/efficiency/decoding/page.py", **asked)
            told[panel, bool(other)] = [chart.proto.spec for chart in app.get("plotly_chart")]
            words = " ".join(caption.value for caption in app.caption)
            assert "Of Prompt, Method and Precision, the prompt alone matters here" in words
        assert told[panel, False] == told[panel, True]


@pytest.mark.parametrize("remask", [False, True])
def test_the_switch_chooses_the_texts(visit: Callable[..., AppTest], remask: bool) -> None:
    app = visit(
        "pages/efficiency/decoding/page.py",
        decoding_panel="All at once",
        decoding_remask=str(remask).lower(),
        decoding_tokens="8",
    )
    chosen = results.diffused_by_steps(8, remask, SAMPLES)[1]
    assert f"8 tokens in 2 steps: {chosen.valid:.1%} of the texts are valid" in html_of(app)
    assert ("in closed form" in html_of(app)) != remask
    assert "diffusion language model" in html_of(app)
    assert len(figure_of(charts(app)[1])["data"]) == 3


@pytest.mark.parametrize(
    ("set_to", "stands"),
    [
        ({"parallel": "8", "remask": "false"}, True),
        ({"parallel": "1", "remask": "true"}, True),
        ({"tokens": "2", "parallel": "1", "remask": "true"}, False),
        ({"tokens": "4", "remask": "true"}, False),
    ],
    ids=str,
)
def test_the_lead_stands_for_its_own_number_of_tokens_alone(
    visit: Callable[..., AppTest], set_to: dict[str, str], stands: bool
) -> None:
    asked = {f"decoding_{name}": value for name, value in {"kind": "edit", "method": "Jacobi", **set_to}.items()}
    app = visit("pages/efficiency/decoding/page.py", decoding_panel="All at once", **asked)
    assert ("In one call next to no text is valid" in html_of(app)) == stands


def test_the_story_is_true_of_its_texts_and_of_its_prompt() -> None:
    story = next(one for one in PRESETS if one.values["panel"] == "All at once")
    plain, again = (results.diffused_by_steps(int(DEFAULTS["tokens"]), remask, SAMPLES) for remask in (False, True))
    assert max(plain[0].valid, again[0].valid) < 0.02, "in one call next to no text is valid"
    same = [(a.valid, b.valid) for a in plain for b in again if a.calls == b.calls > 1]
    assert all(b > a + 0.3 for a, b in same), "masking the least certain again wins some back"
    run = recorded_guesses(str(story.values["kind"]))
    saved = {kind: len(recorded_guesses(kind).token_ids) - recorded_guesses(kind).target_calls for kind in KINDS}
    assert saved[str(story.values["kind"])] == max(saved.values()) > saved[str(DEFAULTS["kind"])] == 0
    assert saved[str(story.values["kind"])] < len(run.token_ids) / 4, "save little"
