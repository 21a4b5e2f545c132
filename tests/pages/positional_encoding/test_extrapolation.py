"""Train short, test long on the page: words that the numbers decide, curves that are the data, and the training."""

import re
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from components.theme import Look
from core.positional import STRETCHES, Extrapolation, curve_checks, recorded_extrapolation
from core.positional.extrapolation import NOT_ASKED, SYMBOLS, unseen_texts
from core.positional.toys import SCHEMES
from pages.architecture.positional_encoding.extrapolating import (
    NAMES,
    STRETCHED,
    apart,
    benefit_sentence,
    best_stretch,
    curves_sentence,
    gain,
    least_gap,
    length_title,
    order_sentence,
    price_sentence,
    rises,
    sample_line,
    seeds_sentence,
    stretched_curves,
    stretching_title,
    textbook_sentence,
    untrained_sentence,
)
from pages.architecture.positional_encoding.figures.extrapolation import by_length
from pages.architecture.positional_encoding.panels import extrapolation
from pages.architecture.positional_encoding.words import COPY, LONG, MARK
from tests.page_kit import charts, figure_of, html_of, settled

PAGE = "pages/architecture/positional_encoding/page.py"
TASKS = ("mark", "copy")


@pytest.mark.parametrize("task", TASKS)
def test_the_sample_above_the_charts_is_a_text_of_the_task(task: str) -> None:
    found = recorded_extrapolation(task)
    said = sample_line(task, int(found.lengths[0]), found.params.seeds[0])
    text, answers = (part.split() for part in re.findall(r"<b>([^<]*)</b>", said))
    ids, asked = unseen_texts(task, int(found.lengths[0]), found.params.seeds[0])
    numbers = [SYMBOLS if one == "|" else ord(one[0]) - ord("a") + SYMBOLS * one.endswith("*") for one in text]
    (place,) = np.flatnonzero((ids == numbers).all(axis=1))
    if task == "copy":
        half = text.index("|")
        assert answers == text[:half] and text[half + 1 :] == text[: half - 1]
        return
    last = "–"
    for one, answer, number in zip(text, answers, asked[place], strict=True):
        last = one[0] if one.endswith("*") else last
        assert answer == last
        assert (answer == "–") == (number == NOT_ASKED)
    assert sum(one.endswith("*") for one in text) >= 2


@pytest.fixture
def page(visit: Callable[..., AppTest]) -> Callable[..., AppTest]:
    def opened(**params: object) -> AppTest:
        shown = {"scheme": "RoPE", "panel": LONG, **params}
        return visit(PAGE, **{f"positional_encoding_{name}": value for name, value in shown.items()})

    return opened


def made(levels: dict[str, float], noise: float = 0.0) -> Extrapolation:
    """Three seeds that have the same share right at every length, but for noise that differs from scheme to scheme."""
    kept = recorded_extrapolation("mark")
    rng = np.random.default_rng(0)
    rows = np.array([levels.get(scheme, 0.5) for scheme in SCHEMES])
    accuracy = np.clip(rows[:, None, None] + noise * rng.normal(size=(6, 3, len(kept.lengths))), 0, 1)
    flat = np.repeat(accuracy[3][None], len(STRETCHES), axis=0)
    return replace(
        kept,
        params=replace(kept.params, seeds=(0, 1, 2)),
        accuracy=accuracy,
        loss=kept.loss[:, :3],
        stretched=flat,
        fixed=flat,
        unordered=kept.unordered[:3],
    )


def test_one_scheme_ahead_of_all_is_named_and_a_tie_is_not() -> None:
    assert length_title(made({"alibi": 0.9})) == "At 8 times the length ALiBi has 90%; no positions, next, 50%"
    for tied in (made({"alibi": 0.9, "rope": 0.9}), made({"alibi": 0.6}, noise=0.2)):
        assert "no scheme is ahead beyond doubt" in length_title(tied)


def first_seed(found: Extrapolation, schemes: tuple[str, ...] = SCHEMES) -> Extrapolation:
    """What the first seed of some schemes alone would have given."""
    rows = [found.params.schemes.index(scheme) for scheme in schemes]
    seeds = 1 if "rope" in schemes else 0
    return replace(
        found,
        params=replace(found.params, schemes=schemes, seeds=found.params.seeds[:1]),
        accuracy=found.accuracy[rows, :1],
        loss=found.loss[rows, :1],
        stretched=found.stretched[:, :seeds],
        fixed=found.fixed[:, :seeds],
        unordered=found.unordered[:1],
    )


def test_one_seed_decides_nothing() -> None:
    one = first_seed(made({"alibi": 0.9}))
    assert apart(one, "alibi", "rope", 64, among=1) == 0 and ">" not in order_sentence(one, 64)
    assert length_title(one) == "One seed: at 8 times the length ALiBi has 90% right, no positions 50%"
    lifted = stretching_title(replace(one, stretched=np.ones_like(one.stretched)), 64, fixed=False)
    assert lifted == "RoPE at 64, one seed: linear has 100%, RoPE alone 50%"
    words = (order_sentence(one, 64), price_sentence(one), seeds_sentence(one), textbook_sentence(one, 64))
    assert textbook_sentence(one, 64) == "" and order_sentence(one, 64).startswith("ALiBi 90%, no positions 50%, ")
    assert not any(word in " ".join(words) for word in ("≈", "noise", "no clear change"))


def test_how_much_the_seeds_can_decide_is_said() -> None:
    """Student's quantile over the root of the number of seeds, by its tables: t(2) at 99.5 % is 9.925."""
    assert least_gap(3, among=5) == pytest.approx(9.925 / 3**0.5, abs=0.01)
    assert "With 3 seeds a difference counts from 5.7 of its standard deviations" in seeds_sentence(made({}))


def test_the_order_says_where_neighbors_do_not_differ() -> None:
    said = order_sentence(made({"alibi": 0.9, "t5": 0.7}), 64)
    assert said.startswith("ALiBi 90% > T5 70% > ") and said.count("≈") == 3


def test_the_textbook_is_held_against_the_numbers() -> None:
    agreeing = textbook_sentence(made({"alibi": 0.9, "t5": 0.8, "rope": 0.7, "sinusoidal": 0.6}), 64)
    assert "6 hold here at length 64, and 0 are within the noise" in agreeing and "turned round" not in agreeing
    turned = textbook_sentence(made({"alibi": 0.5, "t5": 0.6, "rope": 0.7, "sinusoidal": 0.8}), 64)
    assert "0 hold" in turned and "RoPE before T5" in turned


def test_what_is_not_learned_is_said() -> None:
    assert untrained_sentence(made(dict.fromkeys(SCHEMES, 0.99))) == ""
    assert "no positions (80%)" in untrained_sentence(made({**dict.fromkeys(SCHEMES, 0.99), "none": 0.8}))


def test_stretching_is_called_a_gain_only_where_it_is_one() -> None:
    flat = made({})
    assert "no gain beyond the noise" in stretching_title(flat, 64, fixed=False)
    lifted = replace(flat, stretched=np.stack([flat.stretched[0], flat.stretched[1] + 0.2, flat.stretched[2] + 0.4]))
    assert stretching_title(lifted, 64, fixed=False) == "RoPE at 64: YaRN lifts 50% to 90%"
    assert "no gain beyond the noise" in benefit_sentence(lifted)
    by_four = replace(flat, fixed=lifted.stretched)
    assert "stretched by 4 and tested at 4 times that length. RoPE at 128: YaRN lifts 50% to 90%" in benefit_sentence(
        by_four
    )
    lowered = replace(flat, fixed=np.stack([flat.fixed[0] - 0.3, flat.fixed[1], flat.fixed[2] + 0.4]))
    assert stretching_title(lowered, 64, fixed=True) == "RoPE at 64: YaRN lifts 50% to 90%; linear lowers it to 20%"
    worse = replace(flat, fixed=np.stack([flat.fixed[0] - 0.3, *flat.fixed[1:]]))
    assert (
        stretching_title(worse, 64, fixed=True) == "RoPE at 64, 50%: no gain beyond the noise; linear lowers it to 20%"
    )
    assert price_sentence(flat).count("no clear change") == 3


@pytest.mark.parametrize("task", TASKS)
def test_every_word_about_the_recorded_runs_is_held_against_them(task: str) -> None:
    found = recorded_extrapolation(task)
    ends = {scheme: runs[:, -1].mean() for scheme, runs in found.by_scheme.items()}
    assert f"{NAMES[max(ends, key=lambda scheme: ends[scheme])]} has {max(ends.values()):.0%}" in length_title(found)
    if len(found.params.seeds) < 2:
        return
    best = max(STRETCHES, key=lambda kind: found.stretched[STRETCHES.index(kind), :, found.at(64)].mean())
    assert ("lifts" in stretching_title(found, 64, fixed=False)) == (gain(found, best, 64, fixed=False)[0] > 0)


@pytest.mark.parametrize("fixed", [False, True])
@pytest.mark.parametrize("task", TASKS)
def test_falls_and_rises_under_stretching_are_said(task: str, *, fixed: bool) -> None:
    found, other = (recorded_extrapolation(one) for one in (task, *(set(TASKS) - {task})))
    title, curves = stretching_title(found, 64, fixed=fixed), stretched_curves(found, fixed=fixed)
    for kind in STRETCHES:
        fell = gain(found, kind, 64, fixed=fixed)[1] < 0
        assert (f"{STRETCHED[kind]} lowers it to {curves[kind][:, found.at(64)].mean():.0%}" in title) == fell
    for kind, before, after in rises(found, fixed=fixed):
        assert curves[kind][:, found.at(after)].mean() > curves[kind][:, found.at(before)].mean()
    said = curves_sentence(found, other, 64, fixed=fixed)
    assert ("need not fall steadily" in said) == bool(rises(found, fixed=fixed))
    same = best_stretch(found, 64, fixed=fixed) == best_stretch(other, 64, fixed=fixed)
    assert said.endswith("in both tasks.") == same
    assert ("the best depends on the task" in said or "the noise leaves open" in said) != same


def test_the_best_stretching_depends_on_the_task_only_beyond_the_noise() -> None:
    flat = made({})
    first, second, third = (
        replace(flat, fixed=np.stack([flat.fixed[0] + a, flat.fixed[1] + b, flat.fixed[2]]))
        for a, b in ((0.3, 0.1), (0.1, 0.3), (0.1, np.array([0.4, 0.0, 0.0])[:, None]))
    )
    named = "Most right at 64: linear here, NTK-aware in the other task"
    assert curves_sentence(first, second, 64, fixed=True) == f"{named}; the best depends on the task."
    assert curves_sentence(first, third, 64, fixed=True).endswith("the noise leaves open whether the best differs.")
    assert curves_sentence(first, first, 64, fixed=True) == "linear has most right at 64 in both tasks."


def test_curves_are_the_means_and_bands_the_seeds() -> None:
    found, look = recorded_extrapolation("mark"), Look()
    runs = found.by_scheme["rope"]
    fig = by_length(
        {"RoPE": runs},
        found.lengths,
        trained=32,
        level=("level", found.unordered.mean(axis=0)),
        colors={"RoPE": "#000000"},
        look=look,
        title="t",
        height=300,
        now={"RoPE": runs[0]},
    )
    drawn = {trace.name: trace for trace in fig.data if trace.name}
    assert np.allclose(drawn["RoPE"].y, runs.mean(axis=0), atol=1e-6)
    assert np.allclose(drawn["RoPE, just trained"].y, runs[0], atol=1e-6)
    band = next(trace for trace in fig.data if trace.fill == "toself")
    assert np.allclose(band.y[: len(found.lengths)], runs.min(axis=0), atol=1e-6)
    assert np.allclose(band.y[len(found.lengths) :][::-1], runs.max(axis=0), atol=1e-6)
    assert fig.layout.shapes[0].x0 == 32


def test_the_panel_draws_both_figures_and_its_checks_hold(page: Callable[..., AppTest]) -> None:
    app = page()
    first = {trace.get("name"): trace["y"] for trace in figure_of(charts(app)[0])["data"] if trace.get("name")}
    found = recorded_extrapolation("mark")
    assert np.allclose(np.asarray(first["ALiBi"], float), found.by_scheme["alibi"].mean(axis=0), atol=1e-5)
    assert len(charts(app)) == 2 and "✓" in html_of(app) and "✗" not in html_of(app)
    assert all(check.name in html_of(app) for check in curve_checks(found))
    app.button_group(key="positional_encoding_long_task").set_value(COPY)
    settled(app)
    assert not app.exception and not app.warning and len(charts(app)) == 2


def test_a_finished_training_joins_the_figure_and_is_compared(
    page: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = first_seed(recorded_extrapolation("mark"), ("alibi",))
    done = SimpleNamespace(state="finished", done=True, error=None, result=lambda: alone)
    monkeypatch.setattr(extrapolation, "find", lambda *_: done)
    monkeypatch.setattr("components.jobs.find", lambda *_: done)
    app = page(long_scheme="ALiBi")
    names = [trace.get("name") for trace in figure_of(charts(app)[0])["data"]]
    assert "ALiBi, just trained" in names
    assert any("the same at every length" in str(caption.value) for caption in app.caption)


def test_the_price_of_stretching_leads_to_its_benefit(page: Callable[..., AppTest]) -> None:
    app = page(panel="Context extension")
    assert any(benefit_sentence(recorded_extrapolation("mark")) in str(caption.value) for caption in app.caption)
    app.button(key="positional_encoding_to_long").click()
    settled(app)
    assert app.session_state["positional_encoding_panel"] == LONG
    assert app.session_state["positional_encoding_long_task"] == MARK
