"""The panel on transfer: its words over all recorded runs and made-up ones, its figure, its script and its job."""

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any
from unittest.mock import MagicMock

import numpy as np
import pytest
from scipy.stats import spearmanr  # type: ignore[import-untyped]
from streamlit.testing.v1 import AppTest

from components.page import Badge
from components.phrases import signed
from components.theme import Look
from core.transport import (
    MEASURES,
    SAME_POINTS,
    SOURCES,
    TARGETS,
    TransferParams,
    TransferRun,
    order_of_labels,
    rank_correlation,
    recorded_transfer,
)
from core.transport.transfers import RankCorrelation
from pages.adaptation.transport import transferring
from pages.adaptation.transport.figures.ends import ends
from pages.adaptation.transport.figures.transfer import LETTER, PIXELS, same_points, sides_of, so_far, sources
from pages.adaptation.transport.panels import transfer
from pages.adaptation.transport.topic import DEFAULTS, QUESTIONS
from tests.page_kit import charts, figure_of, html_of, settled

PAGE = "pages/adaptation/transport/page.py"


@pytest.fixture
def page(visit: Callable[..., AppTest]) -> Callable[..., AppTest]:
    return lambda **params: visit(
        PAGE, transport_panel="Transfer", **{f"transport_{name}": value for name, value in params.items()}
    )


def test_it_opens_on_a_recorded_run_and_offers_a_job_for_another(page: Callable[..., AppTest]) -> None:
    app = page()
    assert "bands of rₛ recorded at 2 labels leave" in html_of(app)
    assert "compares 110 pictures" in " ".join(block.value for block in app.markdown)
    assert len(figure_of(charts(app)[0])["data"][0]["x"]) == len(SOURCES)
    assert len(figure_of(charts(app)[1])["data"][0]["x"]) == len(SAME_POINTS)
    app.slider(key="transport_transfer_labels").set_value(5)
    settled(app)
    assert any(button.label == "Train all sources" for button in app.button)
    assert "Recorded at 2 labels of each class. Digits" in html_of(app)
    assert len(figure_of(charts(app)[0])["data"][0]["x"]) == len(SOURCES), "the recorded figure stays until the first"
    assert "In the runs recorded at 2 labels of each class" in " ".join(block.value for block in app.markdown)
    assert not app.error


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("measure", MEASURES)
def test_words_and_checks_agree_with_each_recorded_run(target: str, measure: str) -> None:
    run = recorded_transfer(target)
    found = transferring.correlation_of(run, measure)
    alone = rank_correlation(run.measured(measure), run.gain)
    assert found.low <= alone.low <= alone.high <= found.high
    title = transferring.of_the_ranks(found, measure, target)
    assert signed(f"{found.value:.2f}") in title
    assert title.startswith(target.capitalize())
    assert ("no relation" in title) == (found.low <= 0 <= found.high)
    assert [check.name for check in transferring.checks_of(run, measure) if not check.passed] == []
    far = SOURCES[int(run.measured(measure).mean(axis=1).argmax())]
    said = transferring.of_the_farthest(run, measure)
    assert far in said
    others = np.array(SOURCES) != far
    assert signed(f"without it rₛ = {spearmanr(*_means(run, measure, others)).statistic:.2f}") in said
    own = transferring.OWN_KIND[target]
    kept = np.array(SOURCES) != own
    told = f"without “{own}”, the target’s own kind, rₛ = {spearmanr(*_means(run, measure, kept)).statistic:.2f}"
    assert signed(told) in said


@pytest.mark.parametrize("target", TARGETS)
def test_the_own_kind_of_a_target_is_the_source_nearest_to_it(target: str) -> None:
    nearest = recorded_transfer(target).distance.mean(axis=1).argmin()
    assert SOURCES[nearest] == transferring.OWN_KIND[target]


def _means(run: TransferRun, measure: str, which: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return run.measured(measure)[which].mean(axis=1), run.gain[which].mean(axis=1)


@pytest.mark.parametrize("target", TARGETS)
def test_labels_help_only_beyond_what_three_targets_show_by_chance(target: str) -> None:
    run = recorded_transfer(target)
    said = transferring.of_the_labels(run)
    assert said.endswith("no difference beyond chance.")
    assert "-" not in said, "numbers have minus signs"
    assert "+0" not in said


@pytest.mark.parametrize(
    ("apart", "alone", "told"),
    [
        ((-0.3, -0.1), (-0.9, -0.2), "the labels help."),
        ((-0.3, -0.1), (-0.5, 0.2), "predicts nothing beyond chance either."),
        ((0.1, 0.3), (-0.5, 0.2), "the labels make it worse."),
        ((-0.3, 0.0), (-0.9, -0.2), "no difference beyond chance."),
    ],
)
def test_the_words_on_what_labels_change_follow_both_bands(
    apart: tuple[float, float], alone: tuple[float, float], told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transferring, "difference_of_correlations", lambda *_, **__: RankCorrelation(0, *apart))
    monkeypatch.setattr(transferring, "correlation_of", lambda *_: RankCorrelation(0, *alone))
    assert transferring.of_the_labels(recorded_transfer("digits")).endswith(told)


def test_the_order_of_labels_is_counted_over_targets() -> None:
    found = [order_of_labels(recorded_transfer(target)) for target in TARGETS]
    said = transferring.of_the_order()
    assert all(signed(f"{value:.2f}") in said for value, _ in found)
    assert f"**{sum(value < 0 and share <= 1 / 60 + 1e-9 for value, share in found)} of 3**" in said
    assert [round(720 * share) for _, share in found if share < 0.05] == [12, 12]
    assert said.endswith("**2 of 3**, just at that bound.")


@pytest.mark.parametrize(
    ("shares", "told"),
    [
        ((0.001, 0.001, 0.9), "**2 of 3**."),
        ((1 / 60, 0.001, 0.9), "**2 of 3**, 1 of them just at that bound."),
        ((1 / 60, 0.5, 0.9), "**1 of 3**, just at that bound."),
        ((0.02, 0.5, 0.9), "**0 of 3**."),
    ],
)
def test_a_p_at_the_bound_is_told_as_such(
    shares: tuple[float, ...], told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = iter([(-0.9, share) for share in shares])
    monkeypatch.setattr(transferring, "order_of_labels", lambda _: next(found))
    assert transferring.of_the_order().endswith(told)


@pytest.mark.parametrize(
    ("low", "high", "told"), [(-0.9, -0.1, "the nearer"), (0.1, 0.9, "the farther"), (-0.5, 0.1, "no relation")]
)
def test_the_title_follows_the_band(low: float, high: float, told: str) -> None:
    assert told in transferring.of_the_ranks(RankCorrelation((low + high) / 2, low, high), "MMD²", "digits")


@pytest.mark.parametrize(("shift", "told"), [(0.3, "still it helps"), (-0.3, "it harms"), (0.0, "neither")])
def test_the_words_on_the_farthest_follow_its_gain(shift: float, told: str) -> None:
    run = recorded_transfer(TARGETS[0])
    far = int(run.distance.mean(axis=1).argmax())
    accuracy = run.accuracy.copy()
    accuracy[far] = run.base + shift + 0.02 * np.tile([1, -1], run.params.seeds // 2)
    assert told in transferring.of_the_farthest(replace(run, accuracy=accuracy), "with labels")


@pytest.mark.parametrize(
    ("shift", "told"), [(0.2, "true labels are worth +20.0"), (-0.2, "worth more: true ones −20.0"), (0.0, "alike")]
)
def test_the_words_on_labels_follow_the_difference_by_seed(shift: float, told: str) -> None:
    run = recorded_transfer(TARGETS[0])
    accuracy = run.accuracy.copy()
    true, dealt = SOURCES.index(SAME_POINTS[0]), SOURCES.index("labels dealt anew")
    accuracy[true] = accuracy[dealt] + shift + 0.02 * np.tile([1, -1], run.params.seeds // 2)
    said = transferring.of_same_points(replace(run, accuracy=accuracy))
    assert told in said


def test_the_count_of_bands_is_that_of_the_recordings() -> None:
    found = [
        rank_correlation(recorded_transfer(target).measured(measure), recorded_transfer(target).gain)
        for target in TARGETS
        for measure in MEASURES
    ]
    out = sum(not one.low <= 0 <= one.high for one in found)
    told = transferring.of_all_recorded()
    assert f"{out} of {len(found)}" in told
    assert f"recorded at 2 labels {'leaves' if out == 1 else 'leave'} out 0" in told


def test_a_rank_that_was_changed_turns_its_check_red(monkeypatch: pytest.MonkeyPatch) -> None:
    run = recorded_transfer(TARGETS[0])
    transferring.checks_of.cache_clear()
    monkeypatch.setattr(transferring, "correlation_of", lambda *_: RankCorrelation(0.9, 0.8, 1.0))
    assert not transferring.checks_of(run, "MMD²")[-1].passed
    transferring.checks_of.cache_clear()


@pytest.mark.parametrize("measure", MEASURES)
def test_the_figure_shows_every_source_where_it_was_measured(measure: str) -> None:
    run = recorded_transfer(TARGETS[0])
    same = [SOURCES.index(name) for name in SAME_POINTS]
    fig = sources(
        SOURCES, run.measured(measure), run.gain, float(run.floor[0].mean()),
        measure=measure, look=Look(dark=False), height=300,
    )  # fmt: skip
    alike = same_points(SOURCES, run.gain, same, run.distance, look=Look(dark=False), height=300)
    assert np.allclose(fig.data[0].x, run.measured(measure).mean(axis=1), rtol=1e-5)
    assert np.allclose(fig.data[0].y, run.gain.mean(axis=1), atol=1e-6)
    told = [text.rpartition(", ")[0] for text in alike.layout.yaxis.ticktext]
    assert sorted(told) == sorted(SAME_POINTS)
    gains = {name: float(x) for name, x in zip(told, alike.data[0].x, strict=True)}
    assert gains["odd or even"] == pytest.approx(run.gain[SOURCES.index("odd or even")].mean(), abs=1e-6)
    low, high = fig.layout.xaxis.range
    assert (np.log10(fig.data[0].x) > low).all()
    assert (np.log10(fig.data[0].x) < high).all()


@pytest.mark.parametrize("count", [1, 2, 24])
def test_a_run_on_its_way_shows_each_source_by_the_chosen_measure(count: int) -> None:
    run = recorded_transfer(TARGETS[0])
    measured, gain = run.measured("MMD²").mean(axis=1)[:count], run.gain.mean(axis=1)[:count]
    fig = so_far(SOURCES[:count], measured, gain, measure="MMD²", look=Look(dark=False), height=300, title="t")
    assert list(fig.data[0].customdata) == list(SOURCES[:count])
    named = [name for name in fig.data[0].text if name]
    assert SOURCES[count - 1] in named, "the newest"
    assert len(named) <= 5
    assert fig.layout.xaxis.title.text == "MMD², to the target"
    (left, right), (low, high) = fig.layout.xaxis.range, fig.layout.yaxis.range
    assert ((np.log10(measured) > left) & (np.log10(measured) < right)).all()
    assert ((gain > low) & (gain < high)).all()
    assert len(fig.layout.xaxis.tickvals) >= 1


@pytest.mark.parametrize(("count", "badge"), [(0, Badge.RECORDED), (3, Badge.MEASURED)])
def test_what_stands_while_a_run_is_on_its_way_has_its_own_badge(count: int, badge: Badge) -> None:
    values = {**DEFAULTS, "transfer_labels": 5}
    page: Any = MagicMock(look=Look(dark=False), controls=SimpleNamespace(value=values.__getitem__))
    transfer._live(page, {"measured": [[1.0, 2.0, 3.0]] * count, "gain": [0.1] * count})
    page.stamp.assert_called_once_with(badge)
    page.badges.assert_not_called()


def test_the_ends_count_their_weights() -> None:
    fig = ends(8, 8, 384, 10, look=Look(dark=False), title="t", height=150)
    told = " ".join(note.text for note in fig.layout.annotations)
    assert "3,456 weights" in told
    assert "3,850 weights" in told


@pytest.mark.parametrize("labels", [2, 1])
def test_the_script_reads_the_recorded_run_or_trains(labels: int, capsys: pytest.CaptureFixture[str]) -> None:
    values = {**DEFAULTS, "transfer_labels": labels, "transfer_measure": "points alone"}
    asked: Any = SimpleNamespace(controls=SimpleNamespace(value=values.__getitem__))
    written = transfer.script(asked)
    if labels == 2:
        exec(compile(written, "script", "exec"), {})  # the page's own script, made above
        run = recorded_transfer("digits")
        assert capsys.readouterr().out.strip().endswith(str(rank_correlation(run.features, run.gain, comparisons=9)))
    else:
        assert f"transfer({TransferParams(labels=1)})" in written
        compile(written, "script", "exec")


def test_the_answer_on_transfer_is_what_the_recorded_runs_say() -> None:
    answer = next(question.answer for question in QUESTIONS if question.show == {"panel": "Transfer"})
    runs = [recorded_transfer(target) for target in TARGETS]
    found = {name: [rank_correlation(run.measured(name), run.gain) for run in runs] for name in MEASURES}
    values = [f"{one.value:.2f}".replace("-", "−") for one in found["with labels"]]
    assert f"is {values[0]}, {values[1]} and {values[2]} for three targets" in answer
    out = [(name, at) for name in MEASURES for at, one in enumerate(found[name]) if not one.low <= 0 <= one.high]
    assert out == [("with labels", TARGETS.index("digits"))]
    together = [transferring.correlation_of(run, name) for run in runs for name in MEASURES]
    assert all(one.low <= 0 <= one.high for one in together), "none does once nine comparisons are allowed for"
    assert len(together) == 9
    assert all("no difference beyond chance" in transferring.of_the_labels(run) for run in runs)
    orders = [share for value, share in map(order_of_labels, runs) if value < 0 and share <= 0.05]
    assert [f"{share:.3f}" for share in orders] == ["0.017"] * 2
    assert orders == pytest.approx([0.05 / len(TARGETS)] * 2)
    for run in runs:
        assert "inverted" in SOURCES[int(run.distance.mean(axis=1).argmax())]
        assert "still it helps" in transferring.of_the_farthest(run, "with labels")
    assert f"Over {len(SOURCES)} sources" in answer


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("measure", MEASURES)
def test_no_name_covers_the_point_of_another_source(target: str, measure: str) -> None:
    """“pixels mixed” lay over the point of a source beside it."""
    run = recorded_transfer(target)
    x, y = np.log10(run.measured(measure).mean(axis=1)), run.gain.mean(axis=1)
    shares = np.stack([(side - side.min()) / np.ptp(side) for side in (x, y)], axis=1)
    named = sorted({int(x.argmin()), int(x.argmax()), int(y.argmin()), int(y.argmax())})
    names = [SOURCES[at] for at in named]
    for at, name, side in zip(named, names, sides_of(shares, named, names), strict=True):
        right, above = (PIXELS * (shares - shares[at])).T
        width = LETTER * len(name)
        across = (right > 0) & (right < width) if side.endswith("right") else (right < 0) & (right > -width)
        up = (above > 4) & (above < 20) if side.startswith("top") else (above < -4) & (above > -20)
        assert not (across & up).any(), f"{name}, {side}"


def test_a_name_gives_way_to_another_name() -> None:
    """Two points at one height, the second under the first's name."""
    apart = np.array([[0.1, 0.5], [0.3, 0.6]])
    one, other = sides_of(apart, [0, 1], ["labels dealt anew", "odd or even"])
    assert (one, other) == ("bottom right", "top right")


def test_a_name_gives_way_to_points_and_to_the_edge() -> None:
    crowd = np.array([[0.5, 0.5], [0.55, 0.56], [0.0, 0.2], [1.0, 0.2], [0.9, 1.0]])
    assert sides_of(crowd, [0], ["pixels mixed"]) == ["top left"]
    assert sides_of(crowd, [3], ["pixels mixed"]) == ["top left"]
    assert sides_of(crowd, [2], ["inverted"]) == ["top right"]
