"""Heads that start equal stay equal; heads that start apart share the work."""

import numpy as np
import pytest
import torch

from core.attention import RECORDED_SEEDS, HeadParting, HeadTraining, part_heads, recorded_parting, train_heads
from core.attention.symmetry import learned
from core.attention.with_torch.training.symmetry import attend, initial_weights


@pytest.fixture(scope="module")
def runs():
    return {identical: train_heads(HeadTraining(identical=identical)) for identical in (True, False)}


def test_equal_heads_stay_equal_to_the_last_bit(runs) -> None:
    history = runs[True]
    assert (history.difference == 0).all()
    assert (history.maps == history.maps[:, :1]).all()
    assert history.similarity == pytest.approx(1, abs=1e-5)
    assert len(history.checks) == 2
    assert all(check.passed for check in history.checks)


def test_different_heads_solve_what_equal_heads_cannot(runs) -> None:
    """With one place to look at, the best is the pair of tokens without their order: a coin toss, ln 2 = 0.69 nats."""
    equal, random = (runs[identical].loss[-20:].mean() for identical in (True, False))
    assert random < 0.05
    assert 0.5 < equal < 1.2
    assert runs[False].difference.min() > 0.1
    assert abs(runs[False].similarity[-1]) < 0.3


def test_the_heads_specialize(runs) -> None:
    """At the end some head gives most of its weight to the previous token and some other to the one three back."""
    maps = runs[False].maps[-1]
    previous, three = (np.diagonal(maps, -back, axis1=1, axis2=2)[:, 2:].mean(axis=1) for back in (1, 3))
    assert previous.max() > 0.8
    assert three.max() > 0.8
    assert previous.argmax() != three.argmax()


def test_the_slightest_difference_grows() -> None:
    history = train_heads(HeadTraining(identical=True, noise=1e-6))
    assert history.difference[0] < 1e-3
    assert history.difference[-1] > 0.1
    assert history.loss[-20:].mean() < 0.1


def test_the_history_has_the_shapes_it_states(runs) -> None:
    history = runs[False]
    assert history.loss.shape == history.similarity.shape == history.difference.shape == (200,)
    assert history.maps.shape == (6, 4, 12, 12)
    assert history.checkpoints == (0, 40, 80, 120, 160, 200)
    np.testing.assert_allclose(history.maps.sum(-1), 1, atol=1e-5)
    assert not np.triu(history.maps, 1).any()


def test_seeds_decide_everything_and_the_global_generator_is_left_alone() -> None:
    torch.manual_seed(1)
    expected = torch.rand(1)
    torch.manual_seed(1)
    one, two = (train_heads(HeadTraining(steps=3, seed=5)) for _ in range(2))
    assert torch.equal(torch.rand(1), expected)
    assert (one.loss == two.loss).all()
    assert (train_heads(HeadTraining(steps=3, seed=6)).loss != one.loss).all()


def test_the_loss_is_that_of_a_plain_loop() -> None:
    """The first step's loss, with one head at a time and one position at a time."""
    generator = torch.Generator().manual_seed(0)
    weights = initial_weights(HeadTraining(), generator)
    torch.randint(16, (1, 12), generator=generator)  # the probe comes first
    ids = torch.randint(16, (64, 12), generator=generator)
    x = weights["embedding"][ids] + weights["position"]
    merged = torch.zeros_like(x)
    for head in range(4):
        q, k, v = (x @ weights[role][head] for role in ("query", "key", "value"))
        for t in range(12):
            shares = (torch.einsum("be,bke->bk", q[:, t], k[:, : t + 1]) / 8**0.5).softmax(-1)
            merged[:, t] = merged[:, t] + torch.einsum("bk,bke->be", shares, v[:, : t + 1]) @ weights["output"][head]
    losses = [
        -(merged[:, t] @ weights["classifier"][n]).log_softmax(-1)[torch.arange(64), ids[:, t - back]].mean()
        for n, back in enumerate((1, 3))
        for t in range(3, 12)
    ]
    assert train_heads(HeadTraining(steps=1)).loss[0] == pytest.approx(torch.stack(losses).mean().item(), rel=1e-5)


def test_equal_slices_give_equal_outputs() -> None:
    weights = initial_weights(HeadTraining(identical=True, n_heads=5), torch.Generator().manual_seed(2))
    outputs, _ = attend(weights, torch.arange(12)[None])
    assert torch.equal(outputs, outputs[:1].expand_as(outputs))


def test_progress_is_told_and_can_stop_the_run() -> None:
    told: list[float] = []
    train_heads(HeadTraining(steps=4), on_progress=lambda part, _: told.append(part))
    assert told == [0.25, 0.5, 0.75, 1.0]

    def stop(part: float, _: str) -> None:
        if part >= 0.5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train_heads(HeadTraining(steps=4), on_progress=stop)


@pytest.mark.parametrize(
    "options", [{"n_heads": 1}, {"n_heads": 9}, {"steps": 0}, {"learning_rate": 0.0}, {"noise": -1.0}]
)
def test_parameters_out_of_range_are_refused(options: dict) -> None:
    with pytest.raises(ValueError, match=next(iter(options))):
        HeadTraining(**options)


def test_what_a_head_has_learned_is_read_off_its_map() -> None:
    maps = np.zeros((2, 12, 12))
    maps[0, np.arange(1, 12), np.arange(11)] = 0.75
    maps[1, np.arange(3, 12), np.arange(9)] = 1.0
    np.testing.assert_allclose(learned(maps), [[0.75, 0], [0, 1]])


def test_every_recorded_seed_parts_from_almost_equal_heads_and_none_from_equal_ones() -> None:
    kept = recorded_parting()
    assert kept.params.seeds == RECORDED_SEEDS
    assert (kept.difference[0] == 0).all()
    assert not kept.shared[0].any()
    assert kept.shared[1:].all()
    assert kept.similarity[1, :, 0] == pytest.approx(1, abs=1e-3)
    assert (kept.parted[1] > 0.15).all()
    assert np.abs(kept.parted[[0, 2]]).max() < 0.05
    assert (kept.final_loss[0] > 0.5).all()
    assert (kept.final_loss[1:] < 0.05).all()
    assert all(check.passed for check in kept.checks)


def test_the_recorded_runs_are_those_of_a_training_now() -> None:
    """A shorter run takes the same first steps; no check may hide that the record is of something else."""
    now, kept = part_heads(HeadParting((3,), steps=5)), recorded_parting()
    np.testing.assert_allclose(now.loss[:, 0], kept.loss[:, 3, :5], rtol=1e-4)
    np.testing.assert_allclose(now.similarity[:, 0], kept.similarity[:, 3, :5], atol=1e-4)


@pytest.mark.parametrize("seeds", [(), (1, 1)])
def test_seeds_that_make_no_comparison_are_refused(seeds: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="seeds"):
        HeadParting(seeds)


def test_the_checks_of_the_training_catch_another_layer_and_heads_that_part(monkeypatch: pytest.MonkeyPatch) -> None:
    from core.attention.with_torch.training import symmetry

    params = HeadTraining(steps=2, identical=True)
    attend = symmetry.attend

    def other(weights: dict[str, torch.Tensor], tokens: torch.Tensor) -> tuple[torch.Tensor, ...]:
        first, *rest = attend(weights, tokens)
        return (first * 1.001, *rest)

    def parted(*_: object) -> float:
        return 1e-7

    monkeypatch.setattr(symmetry, "_difference", parted)
    assert [check.passed for check in train_heads(params).checks] == [True, False]
    monkeypatch.setattr(symmetry, "attend", other)
    assert [check.passed for check in train_heads(params).checks] == [False, False]
