"""What learning from a source is worth: sources by plain loops, ranks by scipy, networks one by one, recorded runs."""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from itertools import permutations
from typing import Any

import numpy as np
import pytest
from scipy.stats import spearmanr  # type: ignore[import-untyped]

from core.digits import digit_images
from core.transport import (
    MEASURES,
    SAME_POINTS,
    SOURCES,
    TARGETS,
    TransferParams,
    TransferRun,
    dataset_distance,
    difference_of_correlations,
    order_of_labels,
    rank_correlation,
    recorded_transfer,
    transfer,
    transfer_identities,
)
from core.transport.splits import COMPARED, distances_anew, split_of
from core.transport.transfers import source_of, target_of
from tests.page_kit import ROOT


@pytest.fixture(scope="module")
def quick() -> TransferRun:
    return transfer(TransferParams(seeds=2, first_steps=10, second_steps=10))


@pytest.mark.parametrize("name", SOURCES)
def test_a_source_is_made_of_digits(name: str) -> None:
    pixels, y = (side[:200] for side in digit_images())
    x, labels = source_of(name, pixels, y, np.random.default_rng(0))
    assert len(x) == len(labels) <= 200
    assert 0 <= x.min() <= x.max() <= 1
    if name in SAME_POINTS:
        assert x is pixels
    if "dealt anew" in name:
        assert (np.bincount(labels, minlength=10) == np.bincount(y, minlength=10)).all()
        assert (labels != y).any()
    else:
        again, same = source_of(name, pixels, y, np.random.default_rng(1))
        assert (again == x).all()
        assert (same == labels).all()


def test_a_turned_digit_is_turned_by_hand() -> None:
    pixels, y = (side[:3] for side in digit_images())
    turned, _ = source_of("turned 90°", pixels, y, np.random.default_rng(0))
    for old, new in zip(pixels.reshape(3, 8, 8), turned.reshape(3, 8, 8), strict=True):
        for row in range(8):
            for column in range(8):
                assert new[7 - column, row] == old[row, column]
    x, labels = target_of("digits 5 to 9", *digit_images())
    assert sorted(set(labels)) == [0, 1, 2, 3, 4]
    assert len(x) == int((digit_images()[1] >= 5).sum())


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("measure", MEASURES)
def test_the_rank_correlation_is_that_of_scipy_and_lies_in_its_band(target: str, measure: str) -> None:
    run = recorded_transfer(target)
    found = rank_correlation(run.measured(measure), run.gain)
    assert found.value == pytest.approx(spearmanr(run.measured(measure).mean(axis=1), run.gain.mean(axis=1)).statistic)
    assert -1 <= found.low <= found.value <= found.high <= 1
    again = rank_correlation(np.exp(run.measured(measure).mean(axis=1, keepdims=True)), run.gain)
    assert (again.value, again.low, again.high) == pytest.approx((found.value, found.low, found.high))


def test_the_band_of_an_order_that_never_fails_is_one_point() -> None:
    ladder = np.arange(24.0)[:, None]
    found = rank_correlation(ladder, -(ladder**3))
    assert (found.value, found.low, found.high) == pytest.approx((-1, -1, -1))
    none = difference_of_correlations(ladder, ladder**2, ladder)
    assert (none.value, none.low, none.high) == (0, 0, 0)
    with pytest.raises(ValueError, match="four or more"):
        rank_correlation(ladder[:3], ladder[:3])


@pytest.mark.parametrize("target", TARGETS)
def test_recorded_runs_are_whole(target: str) -> None:
    run = recorded_transfer(target)
    assert run.params == TransferParams(target=target)
    assert run.gain.shape == (len(SOURCES), run.params.seeds)
    assert [check.name for check in transfer_identities(run) if not check.passed] == []
    itself = {"digits": "as they are", "digits 5 to 9": "only 5 to 9", "turned digits": "turned 90°"}[target]
    place = SOURCES.index(itself)
    assert run.distance.mean(axis=1).argmin() == place, "the target's own kind is nearest"
    assert abs(run.distance[place].mean() / run.floor[0].mean() - 1) < 0.15
    assert run.gain[place].mean() > 0


@pytest.mark.parametrize("part", ["distance", "features", "accuracy"])
def test_a_run_that_was_changed_turns_a_check_red(part: str) -> None:
    run = recorded_transfer(TARGETS[0])
    changed = getattr(run, part).copy()
    changed[SOURCES.index("odd or even"), 0] *= 0.1234
    assert any(not check.passed for check in transfer_identities(replace(run, **{part: changed})))


@pytest.mark.parametrize("part", ["accuracy", "distance", "features", "discrepancy"])
@pytest.mark.parametrize("target", TARGETS)
def test_sources_that_changed_places_turn_a_check_red(part: str, target: str) -> None:
    """With the gains in another order every rank correlation is another one, and each table alone looks right."""
    run, name = recorded_transfer(target), "Gains stand beside the distances of their source"
    table, one, other = getattr(run, part), SOURCES.index("inverted"), SOURCES.index("static")
    swapped = table.copy()
    swapped[[one, other]] = table[[other, one]]
    found = {check.name: check for check in transfer_identities(replace(run, **{part: swapped}))}
    assert not found[name].passed
    assert found[name].error == 2
    exchanged = replace(run, base=run.base[::-1].copy())
    assert {check.name: check.error for check in transfer_identities(exchanged)}[name] == len(SOURCES)


def test_a_run_of_now_carries_its_marks(quick: TransferRun) -> None:
    assert all(check.passed for check in transfer_identities(quick))
    assert len(set(quick.marks.tolist())) == len(SOURCES)


@pytest.mark.parametrize(
    ("part", "spoiled", "name"),
    [
        ("distance", lambda old: old + 50, "With labels"),
        ("features", lambda old: 1.001 * old, "Points alone"),
        ("discrepancy", lambda old: np.full_like(old, old.mean()), "MMD²"),
        ("floor", lambda old: 100 * old, "With labels"),
        ("distance", lambda old: old[::-1].copy(), "With labels"),
    ],
)
def test_a_wrong_measure_is_seen(part: str, spoiled: Callable[[np.ndarray], np.ndarray], name: str) -> None:
    run = recorded_transfer(TARGETS[0])
    place = SOURCES.index("darker")
    assert [check.name for check in distances_anew(run, place) if not check.passed] == []
    changed = replace(run, **{part: spoiled(getattr(run, part))})
    assert f"{name}, by another solver" in [check.name for check in distances_anew(changed, place) if not check.passed]


@pytest.mark.parametrize("target", TARGETS)
def test_any_source_and_seed_comes_out_anew(target: str) -> None:
    run = recorded_transfer(target)
    for place, seed in ((SOURCES.index("odd or even"), 3), (SOURCES.index("turned 90°"), 9)):
        assert [check.name for check in distances_anew(run, place, seed) if not check.passed] == []


@pytest.mark.parametrize("target", TARGETS)
def test_the_order_by_labels_is_that_of_scipy(target: str) -> None:
    run = recorded_transfer(target)
    places = [SOURCES.index(name) for name in SAME_POINTS]
    x, y = (side[places].mean(axis=1) for side in (run.distance, run.gain))
    value, share = order_of_labels(run)
    assert value == pytest.approx(spearmanr(x, y).statistic)
    as_well = [abs(spearmanr(x, np.array(order)).statistic) >= abs(value) - 1e-9 for order in permutations(y)]
    assert share == np.mean(as_well)


def test_more_comparisons_widen_the_band() -> None:
    run = recorded_transfer("turned digits")
    one, three = (
        difference_of_correlations(run.distance, run.features, run.gain, comparisons=count) for count in (1, 3)
    )
    assert three.low < one.low < one.value == three.value < one.high < three.high


def test_no_digit_is_in_two_parts_and_distances_are_those_of_draws(quick: TransferRun) -> None:
    for target in TARGETS:
        for labels in (1, 20):
            split = split_of(TransferParams(target=target, labels=labels), 3)
            classes = 5 if target == "digits 5 to 9" else 10
            assert len(split.few[1]) == labels * classes
            assert (np.bincount(split.test[1]) == 30).all()
            assert len(split.pool[1]) // 2 >= COMPARED
    split = split_of(quick.params, 0)
    rows = [pixels.tobytes() for part in (split.first, split.few, split.test, split.pool) for pixels in part[0]]
    assert len(rows) == len(digit_images()[1])
    assert sorted(rows) == sorted(pixels.tobytes() for pixels in digit_images()[0])
    rng = np.random.default_rng([0, 11])
    (x, y), (z, w) = (split.first, split.pool)
    one, other = rng.permutation(len(y))[:COMPARED], rng.permutation(len(w))[:COMPARED]
    found = dataset_distance(x[one], y[one], z[other], w[other])
    assert (found.value, found.feature_only) == pytest.approx((quick.distance[0, 0], quick.features[0, 0]))


def test_networks_side_by_side_learn_as_one_alone_would() -> None:
    import torch

    from core.transport.with_torch import transfers

    pixels, y = digit_images()
    data = [(pixels[:300], y[:300]), (pixels[300:600], y[300:600])]
    both = transfers._trained([*transfers._body(2), *transfers._head(2, 0)], data, 12, 0)
    layers = [torch.nn.Linear(64, 64), torch.nn.Linear(64, 64), torch.nn.Linear(64, 10)]
    alone = torch.nn.Sequential(layers[0], torch.nn.ReLU(), layers[1], torch.nn.ReLU(), layers[2])
    start = [*transfers._body(2), *transfers._head(2, 0)]
    with torch.no_grad():
        for layer, weight, bias in zip(layers, start[::2], start[1::2], strict=True):
            layer.weight.copy_(weight[1].T)
            layer.bias.copy_(bias[1, 0])
    adam, rng = torch.optim.Adam(alone.parameters(), lr=transfers.RATE), np.random.default_rng([1, 13, 0])
    for _ in range(12):
        rows = rng.integers(0, 300, transfers.BATCH)
        loss = torch.nn.functional.cross_entropy(
            alone(torch.tensor(data[1][0][rows], dtype=torch.float32)), torch.tensor(data[1][1][rows])
        )
        adam.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        adam.step()
    for layer, weight in zip(layers, both[::2], strict=True):
        assert torch.allclose(layer.weight.T, weight[1], atol=2e-5)


def test_a_run_tells_how_far_it_is_and_can_be_stopped() -> None:
    heard: list[Any] = []

    def listen(fraction: float, message: str, partial: Any = None, /) -> None:
        heard.append((fraction, message, partial))
        if message.startswith("learned") and len(partial["gain"]) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        transfer(TransferParams(seeds=2, first_steps=200, second_steps=60), on_progress=listen)
    assert heard[0][0] == 0
    fractions = [fraction for fraction, *_ in heard]
    assert fractions == sorted(fractions)
    # A quarter of the first training, so that the time left can be told; what is under way is named, not what is done.
    assert [message for _, message, _ in heard][:7] == [
        "Starting PyTorch",
        "dealing out the digits, 2 seeds",
        "the target alone, without a source, step 0 of 60",
        "the target alone, without a source, step 50 of 60",
        f"measuring how far from the target: {SOURCES[0]}",
        f"learning from: {SOURCES[0]}, step 0 of 200",
        f"learning from: {SOURCES[0]}, step 50 of 200",
    ]
    # All steps, and a quarter of those on sources for their distances.
    assert fractions[6] == pytest.approx((60 + 50 + 50) / (60 + len(SOURCES) * (250 + 60)))
    assert heard[1][2] == {"measured": [], "gain": []}, "from the first step on, before there is a source"
    assert fractions[-1] == pytest.approx((60 + 2 * 310) / (60 + len(SOURCES) * 310))
    assert np.shape(heard[-1][2]["measured"]) == (2, len(MEASURES))
    assert len(heard[-1][2]["gain"]) == 2


def test_a_run_says_what_it_does_before_it_brings_torch() -> None:
    code = """
import sys
from core.transport import TransferParams, transfer

def listen(fraction, message, partial=None, /):
    print(fraction, message, "torch" in sys.modules)
    raise KeyboardInterrupt

try:
    transfer(TransferParams(), on_progress=listen)
except KeyboardInterrupt:
    pass
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, env=os.environ)
    assert done.stdout.strip() == "0.0 Starting PyTorch False", done.stderr


@pytest.mark.parametrize(
    "wrong",
    [{"target": "letters"}, {"labels": 0}, {"labels": 21}, {"seeds": 1}, {"first_steps": 5}, {"second_steps": 5000}],
)
def test_params_out_of_range_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        TransferParams(**wrong)


def test_unknown_sources_and_targets_are_refused() -> None:
    pixels, y = digit_images()
    with pytest.raises(ValueError, match="it must be one of"):
        source_of("letters", pixels, y, np.random.default_rng(0))
    with pytest.raises(ValueError, match="it must be one of"):
        target_of("letters", pixels, y)
