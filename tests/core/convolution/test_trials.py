"""Recorded probes: paired differences against a closed form and by simulation, and what the records hold."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from core.assets import entry
from core.convolution import (
    ARMS,
    COUNTS,
    DRAWS,
    LEARNERS,
    PRETEXTS,
    RAW,
    SEEDS,
    UNTRAINED,
    VIEWS,
    Trials,
    chance_check,
    difference,
    digit_labels,
    digit_pictures,
    encode,
    example_check,
    features_check,
    held_out,
    probe,
    recorded_encoders,
    recorded_trials,
    recorded_views,
    whole_items_check,
)
from core.convolution.trials import STUDENT
from core.convolution.with_torch.encoder import features_by_torch

LABELS = digit_labels()[held_out()]
RECORDS = [recorded_trials(), recorded_views().trials]


def test_the_points_of_student_are_scipys() -> None:
    assert np.allclose(STUDENT, stats.t.ppf(0.975, np.arange(1, 10)), atol=5e-4)


@given(st.integers(0, 10**6))
def test_exchanging_two_arms_turns_the_signs(seed: int) -> None:
    one, other = np.random.default_rng(seed).random((2, 5, 10))
    there, back = difference(one, other), difference(other, one)
    assert there.mean == pytest.approx(-back.mean)
    assert there.low == pytest.approx(-back.high)
    assert there.sign == -back.sign


def test_equal_arms_differ_by_nothing_and_one_seed_gives_the_paired_t_test() -> None:
    one, other = np.random.default_rng(0).random((2, 1, 10))
    same = difference(one, one)
    assert (same.mean, same.low, same.high, same.sign) == (0, 0, 0, 0)
    peer = stats.ttest_rel(one[0], other[0]).confidence_interval(0.95)
    found = difference(one, other)
    assert (found.low, found.high) == (pytest.approx(peer.low, rel=1e-3), pytest.approx(peer.high, rel=1e-3))


def test_an_interval_covers_the_truth_at_least_as_often_as_it_says() -> None:
    rng, held = np.random.default_rng(1), 0
    for _ in range(400):
        noise = 0.03 * rng.standard_normal((5, 1)) + 0.05 * rng.standard_normal((1, 10))
        one = noise + 0.02 * rng.standard_normal((5, 10)) + 0.1
        found = difference(one, np.zeros((5, 10)))
        held += found.low <= 0.1 <= found.high
    assert held / 400 > 0.93


@pytest.mark.parametrize("shapes", [((5, 10), (4, 10)), ((10,), (10,)), ((5, 1), (5, 1)), ((5, 11), (5, 11))])
def test_arms_that_cannot_be_paired_are_refused(shapes: tuple[tuple[int, ...], ...]) -> None:
    from inspect import unwrap

    with pytest.raises(ValueError, match="both must be"):
        unwrap(difference)(*(np.zeros(shape) for shape in shapes))


@pytest.mark.parametrize("trials", RECORDS, ids=["pretexts", "views"])
def test_every_recorded_accuracy_counts_whole_digits_and_chance_is_chance(trials: Trials) -> None:
    assert trials.accuracy.shape == (len(trials.arms), len(SEEDS), len(COUNTS), DRAWS)
    for at, count in enumerate(COUNTS):
        assert whole_items_check(trials.accuracy[:, :, at], count, LABELS).passed
        for arm in range(len(trials.arms)):
            assert chance_check(trials.shuffled[arm, at], count, LABELS).passed
            assert not chance_check(trials.accuracy[arm, 0, at], count, LABELS).passed


def test_records_are_probed_anew_and_say_the_same() -> None:
    trials, pictures = recorded_trials(), digit_pictures()[held_out()]
    assert trials.arms == ARMS
    features = [pictures.reshape(-1, 64), *(encode(one, pictures) for one in recorded_encoders().networks)]
    for arm, own in enumerate(features):
        for at, draw in ((0, 3), (4, 7)):
            now = probe(own, LABELS, per_class=COUNTS[at], seed=draw)
            assert abs(now - trials.accuracy[arm, 0, at, draw]) * 600 < 1.1


def test_recorded_networks_give_the_features_that_torch_gives() -> None:
    kept, pictures = recorded_encoders(), digit_pictures()[held_out()]
    for network, peer in zip(kept.networks, kept.peer, strict=True):
        assert features_check(network, pictures[: len(peer)], peer).passed
        assert np.abs(features_by_torch(network, pictures) - encode(network, pictures)).max() < 1e-3
    assert len(kept.networks) == len(LEARNERS)
    for name, example in zip(PRETEXTS, kept.examples, strict=True):
        assert all(check.passed for check in example_check(name, example, pictures))


def test_raw_pixels_are_one_arm_for_every_seed_and_networks_are_not() -> None:
    trials = recorded_trials()
    assert (trials.of(RAW, 1) == trials.of(RAW, 1)[0]).all()
    assert len(np.unique(trials.of(UNTRAINED, 1).mean(axis=1))) == len(SEEDS)
    assert np.isnan(trials.score[0]).all()
    assert np.isfinite(trials.losses[ARMS.index("contrast")]).all()


def test_views_are_recorded_by_name_with_their_pictures() -> None:
    kept = recorded_views()
    assert kept.trials.arms == (RAW, *VIEWS)
    assert kept.pictures.shape[0] == len(VIEWS)
    assert np.array_equal(kept.trials.of(RAW, 5), recorded_trials().of(RAW, 5))
    same = kept.trials.of("turn, scale, shift, noise", 1)
    assert np.array_equal(same, recorded_trials().of("contrast", 1))


@pytest.mark.parametrize("name", ["pretexts", "views", "encoders", "maps"])
def test_records_say_how_they_were_made_and_are_small(name: str) -> None:
    known = entry(f"convolution/{name}.npz")
    assert known["recipe"].startswith("python -m core.assets record convolution")
    assert known["bytes"] < 700_000
