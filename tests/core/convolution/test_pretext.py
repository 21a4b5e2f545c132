"""Pretraining: what it promises of seeds, labels and held-out digits, on short trainings; and its settings."""

from dataclasses import replace
from inspect import unwrap
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from core.convolution import (
    COUNTS,
    DRAWS,
    LEARNERS,
    PRETEXTS,
    SUPERVISED,
    UNTRAINED,
    Encoder,
    Example,
    PretrainParams,
    digit_labels,
    digit_pictures,
    encode,
    example_check,
    features_check,
    held_out,
    pretrain,
    pretrain_and_probe,
    probe,
    unlabeled,
)
from core.convolution.with_torch.encoder import features_by_torch
from core.convolution.with_torch.training import pretexts
from core.convolution.with_torch.training.views import holes, turned, view, views_of

SHORT = PretrainParams(epochs=2, images=200)


def test_no_held_out_digit_is_seen() -> None:
    assert len(held_out()) == 597
    assert not set(held_out()) & set(unlabeled())
    assert set(unlabeled(300)) < set(unlabeled())
    assert sorted([*held_out(), *unlabeled()]) == list(range(1797))
    with pytest.raises(ValueError, match="images is 1201; it must be 100 to 1200"):
        unlabeled(1201)


@pytest.mark.parametrize("name", LEARNERS)
def test_every_network_trains_scores_and_gives_features_of_all_digits(name: str) -> None:
    told: list[tuple[float, str, object]] = []
    run = pretrain(replace(SHORT, pretext=name), on_progress=lambda *parts: told.append(parts))
    assert run.features.shape == (1797, 64)
    assert np.isfinite(run.features).all()
    assert all(check.passed for check in run.checks)
    epochs = 0 if name == UNTRAINED else 2
    assert run.losses.shape == (epochs,)
    assert [fraction for fraction, *_ in told] == [0.5, 1.0][:epochs]
    assert np.isnan(run.score) == (name == UNTRAINED)
    assert run.example.given.shape == ((0 if name == UNTRAINED else 10), 8, 8)


@pytest.mark.parametrize("name", PRETEXTS)
def test_equal_params_give_equal_features_and_labels_change_none(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    params = replace(SHORT, pretext=name)
    first = pretrain(params)
    shuffled = np.random.default_rng(0).permutation(digit_labels())
    monkeypatch.setattr(pretexts, "digit_labels", lambda: shuffled)
    assert np.array_equal(pretrain(params).features, first.features)
    other = pretrain(replace(params, seed=1))
    assert not np.allclose(other.features, first.features)


def test_the_supervised_network_does_read_labels(monkeypatch: pytest.MonkeyPatch) -> None:
    params = replace(SHORT, pretext=SUPERVISED)
    first = pretrain(params)
    shuffled = np.random.default_rng(0).permutation(digit_labels())
    monkeypatch.setattr(pretexts, "digit_labels", lambda: shuffled)
    assert not np.allclose(pretrain(params).features, first.features)


def test_networks_of_one_seed_start_from_the_random_network(monkeypatch: pytest.MonkeyPatch) -> None:
    start = pretrain(PretrainParams(UNTRAINED, seed=3)).encoder
    monkeypatch.setattr(pretexts, "RATE", 0.0)
    for name in PRETEXTS:
        assert np.array_equal(pretrain(replace(SHORT, pretext=name, seed=3)).encoder.kernel_2, start.kernel_2)


def test_a_training_leaves_the_random_state_of_the_process_alone() -> None:
    torch.manual_seed(5)
    before = torch.get_rng_state()
    pretrain(SHORT)
    assert torch.equal(torch.get_rng_state(), before)


def test_what_raises_from_progress_ends_the_training() -> None:
    def stop(*_: object) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        pretrain(SHORT, on_progress=stop)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"pretext": "colors"}, "pretext is 'colors'; it must be one of random network, inpainting"),
        ({"epochs": 0}, "epochs is 0; it must be a whole number from 1 to 120"),
        ({"images": 99}, "images is 99; it must be a whole number from 100 to 1200"),
        ({"width": 65}, "width is 65; it must be a whole number from 2 to 64"),
        ({"hole": 8}, "hole is 8; it must be a whole number from 1 to 7"),
        ({"turn": -1.0}, "turn is -1.0; it must be 0 to 90"),
        ({"scale": 0.6}, "scale is 0.6; it must be 0 to 0.5"),
        ({"shift": 5}, "shift is 5; it must be 0 to 4"),
        ({"noise": float("nan")}, "noise is nan; it must be 0 to 1"),
        ({"temperature": 0}, "temperature is 0; it must be 0.02 to 2"),
        ({"seed": -1}, "seed is -1; it must be a whole number from 0 to 9999"),
    ],
)
def test_settings_out_of_range_are_refused(change: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        PretrainParams(**change)


@pytest.mark.parametrize("name", ["seed", "epochs", "images", "width", "hole"])
def test_counts_are_whole_numbers(name: str) -> None:
    params = PretrainParams()
    for value in (2.0, 2.5, "2", None, True):
        object.__setattr__(params, name, value)
        with pytest.raises(ValueError, match=rf"{name} is .*; it must be a whole number from"):
            params.__post_init__()


def test_what_is_no_params_is_refused() -> None:
    for params in (None, "contrast", {"pretext": "contrast"}):
        with pytest.raises(ValueError, match="it must be a PretrainParams"):
            unwrap(pretrain)(params)


def test_measures_are_numbers() -> None:
    params = PretrainParams()
    object.__setattr__(params, "noise", np.float32(0.5))
    params.__post_init__()
    object.__setattr__(params, "noise", "loud")
    with pytest.raises(ValueError, match="noise is 'loud'; it must be 0 to 1"):
        params.__post_init__()


def test_the_encoder_in_numpy_is_torchs_for_every_picture_and_in_half_precision_too() -> None:
    encoder = pretrain(replace(SHORT, width=7)).encoder
    pictures = np.random.default_rng(1).random((20, 8, 8))
    for one in (encoder, encoder.halved()):
        assert np.abs(encode(one, pictures) - features_by_torch(one, pictures)).max() < 1e-5
    assert np.allclose(encode(encoder, pictures[:3]), encode(encoder, pictures)[:3], atol=1e-12)
    assert encoder.parameters == 32 * 10 + 32 * 289 + 64 * 289 + 7 * 257


def test_features_of_other_weights_are_red() -> None:
    encoder = pretrain(SHORT).encoder
    pictures = digit_pictures()[:10]
    peer = features_by_torch(encoder, pictures)
    assert features_check(encoder, pictures, peer).passed
    assert not features_check(encoder, pictures[::-1], peer).passed
    assert not features_check(encoder, pictures, peer[:, :5]).passed
    spoiled = Encoder(*(getattr(encoder, name) for name in encoder.__dataclass_fields__))
    object.__setattr__(spoiled, "bias", encoder.bias + 1e-2)
    assert not features_check(spoiled, pictures, peer).passed


@given(st.integers(1, 7), st.integers(0, 100))
@settings(max_examples=20)
def test_a_hole_is_one_square_inside_the_picture(side: int, seed: int) -> None:
    hole = holes(30, side, torch.Generator().manual_seed(seed))[:, 0]
    assert (hole.sum(dim=(1, 2)) == side**2).all()
    assert ((hole.any(dim=1).sum(dim=1) == side) & (hole.any(dim=2).sum(dim=1) == side)).all()


def test_four_quarters_are_no_turn() -> None:
    pictures = torch.rand(5, 1, 8, 8)
    quarters = torch.tensor([0, 1, 2, 3, 1])
    there = turned(pictures, quarters)
    assert torch.equal(turned(there, 4 - quarters), pictures)
    assert torch.equal(there[1], torch.rot90(pictures[1], 1, (1, 2)))


def test_a_view_without_any_change_is_the_picture_and_settings_move_it() -> None:
    still = PretrainParams(turn=0.0, scale=0.0, shift=0.0, noise=0.0)
    pictures = torch.rand(6, 1, 8, 8)
    rng = torch.Generator().manual_seed(0)
    assert torch.allclose(view(pictures, still, rng), pictures, atol=1e-6)
    for change in ({"turn": 45.0}, {"scale": 0.4}, {"shift": 2.0}, {"noise": 0.2}):
        assert not torch.allclose(view(pictures, replace(still, **change), rng), pictures, atol=1e-3)  # type: ignore[arg-type]
    assert views_of(digit_pictures()[0], PretrainParams(), count=4).shape == (4, 8, 8)


def test_a_shift_moves_by_at_most_its_pixels() -> None:
    params = PretrainParams(turn=0.0, scale=0.0, shift=1.0, noise=0.0)
    dot = torch.zeros(200, 1, 8, 8)
    dot[:, :, 4, 4] = 1
    moved = view(dot, params, torch.Generator().manual_seed(0))
    row = (moved.sum(dim=3)[:, 0] * torch.arange(8)).sum(dim=1) / moved.sum(dim=(1, 2, 3))
    assert float((row - 4).abs().max()) <= 1 + 1e-4
    assert float(row.std()) > 0.4


@pytest.mark.parametrize("name", PRETEXTS)
def test_examples_are_what_they_say_and_spoiled_ones_are_red(name: str) -> None:
    run = pretrain(replace(SHORT, pretext=name))
    held = digit_pictures()[held_out()]
    assert all(check.passed for check in example_check(name, run.example, held))
    one = run.example
    spoiled = Example(one.given + 0.01, one.wanted + 0.02, one.found + 0.03, 1 - np.nan_to_num(one.right))
    assert not any(check.passed for check in example_check(name, spoiled, held))


def test_a_trial_probes_the_held_out_digits_with_the_recorded_draws() -> None:
    told: list[float] = []
    trial = pretrain_and_probe(SHORT, on_progress=lambda fraction, *_: told.append(fraction))
    assert told == sorted(told)
    assert trial.accuracy.shape == (len(COUNTS), DRAWS)
    places = held_out()
    again = probe(trial.run.features[places], digit_labels()[places], per_class=COUNTS[2], seed=4)
    assert trial.accuracy[2, 4] == again
    assert trial.agreement.shape == (20,)
