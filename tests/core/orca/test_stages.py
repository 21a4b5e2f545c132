"""Alignment: the data, the distance with a gradient, the stages on a body small enough to train in a test."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from transformers import BertConfig, BertModel

from core.orca import ARMS, AlignParams, evaluation_steps, recorded_alignment, task_data
from core.orca.with_torch.training import stages
from core.transport import dataset_distance


@pytest.mark.parametrize("task", ["digits", "signals"])
def test_tasks_are_standardized_patches_that_follow_their_seed(task: str) -> None:
    data = task_data(task, n_train=100, n_test=60, seed=3)
    assert data.train_x.shape == (100, 8, 8)
    assert data.test_x.shape == (60, 8, 8)
    assert data.train_x.mean() == pytest.approx(0, abs=1e-6)
    assert data.train_x.std() == pytest.approx(1, abs=1e-5)
    assert set(data.train_y) <= set(range(len(data.classes)))
    assert np.array_equal(data.train_x, task_data(task, n_train=100, n_test=60, seed=3).train_x)
    assert not (data.train_x[:, None] == data.test_x).all((-1, -2)).any()


@pytest.mark.parametrize(("task", "count"), [("words", 100), ("digits", 10), ("digits", 10_000)])
def test_tasks_refuse_what_they_do_not_know(task: str, count: int) -> None:
    with pytest.raises(ValueError, match="must be"):
        task_data(task, n_train=count, n_test=100, seed=0)


@pytest.mark.parametrize(
    "wrong", [{"task": "x"}, {"seeds": ()}, {"align_steps": 0}, {"tune_steps": 5}, {"n_train": 20}]
)
def test_params_are_checked(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"must be|at least"):
        AlignParams(**wrong)  # type: ignore[arg-type]


def test_the_distance_with_a_gradient_is_the_dataset_distance() -> None:
    generator = torch.Generator().manual_seed(0)
    features = torch.randn(30, 5, generator=generator, dtype=torch.float64, requires_grad=True)
    source = stages.SourceData(torch.randn(20, 5, generator=generator, dtype=torch.float64), np.arange(20) % 4)
    labels = np.arange(30) % 3
    value = stages.distance_by_torch(features, labels, source)
    found = dataset_distance(features.detach().numpy(), labels, source.x.numpy(), source.y)
    assert float(value.detach()) == pytest.approx(found.value, abs=1e-9)
    value.backward()  # type: ignore[no-untyped-call]
    bump = torch.zeros_like(features)
    bump[4, 2] = 1e-5
    ends = [stages.distance_by_torch(features.detach() + sign * bump, labels, source) for sign in (1, -1)]
    assert features.grad is not None
    assert float(features.grad[4, 2]) == pytest.approx(float(ends[0] - ends[1]) / 2e-5, abs=1e-6)


@pytest.fixture
def small_body() -> BertModel:
    torch.manual_seed(7)
    config = BertConfig(
        vocab_size=50,
        hidden_size=16,
        intermediate_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        max_position_embeddings=16,
    )
    return BertModel(config).eval()


def test_arms_start_alike_and_stage_two_moves_the_embedder_alone(small_body: BertModel) -> None:
    data = task_data("signals", n_train=100, n_test=50, seed=0)
    pupil = stages.build(small_body, data, seed=0, scratch=False)
    twin = stages.build(small_body, data, seed=0, scratch=False)
    scratch = stages.build(small_body, data, seed=0, scratch=True)
    for other in (twin, scratch):
        assert torch.equal(pupil.patches.weight, other.patches.weight)
        assert torch.equal(pupil.predictor.weight, other.predictor.weight)
    query = "encoder.layer.0.attention.self.query.weight"
    assert torch.equal(pupil.body.get_parameter(query), small_body.get_parameter(query))
    assert not torch.equal(scratch.body.get_parameter(query), small_body.get_parameter(query))
    source = stages.SourceData(torch.randn(24, 16), np.arange(24) % 6)
    moved = stages.move_embedder(pupil, data, source, steps=15)
    assert moved.distance[-1] < moved.distance[0]
    assert moved.check.passed
    assert moved.flow.shape[1:] == (100, 2)
    assert not torch.equal(pupil.patches.weight, twin.patches.weight)
    for name, value in small_body.named_parameters():
        assert torch.equal(value, pupil.body.get_parameter(name)), name
    stages.make_as_loud(twin, float(pupil.patches.weight.detach().norm()))
    assert float(twin.patches.weight.norm()) == pytest.approx(float(pupil.patches.weight.norm()))


@pytest.mark.parametrize("tune_body", [True, False])
def test_a_run_fills_every_arm_and_keeps_a_frozen_body(
    small_body: BertModel, monkeypatch: pytest.MonkeyPatch, tune_body: bool
) -> None:
    source = stages.SourceData(torch.randn(24, 16), np.arange(24) % 6)
    monkeypatch.setattr(stages, "load_encoder", lambda: SimpleNamespace(model=small_body))
    monkeypatch.setattr(stages, "source_data", lambda encoder: source)
    seen: list[float] = []
    before = {name: value.clone() for name, value in small_body.named_parameters()}
    params = AlignParams(task="signals", seeds=(0, 1), tune_body=tune_body, align_steps=3, tune_steps=12, n_train=60)
    told: list[tuple[str, dict[str, Any]]] = []

    def note(part: float, words: str, partial: dict[str, Any] | None = None) -> None:
        seen.append(part)
        if partial is not None:
            told.append((words, partial))

    result = stages.run(params, on_progress=note)
    assert result.accuracy.shape == (len(ARMS), 2, 6)
    assert np.isfinite(result.accuracy).all()
    assert result.distance.shape == (2, 4)
    assert seen == sorted(seen)
    assert seen[-1] == pytest.approx(1.0)
    assert len(told) == len(seen) - 1 == params.training_steps == 2 * (3 + 4 * 12)
    assert told[0][0] == "Seed 0, aligned: stage 2, step 1 of 3"
    assert told[0][1] == {"accuracy": {}, "distance": [result.distance[0, 0]]}
    assert told[-1][0] == "Seed 1, from scratch: stage 3, step 12 of 12"
    last = told[-1][1]
    assert last["distance"] == list(result.distance[1, :-1])
    assert all(last["accuracy"][arm] == list(result.accuracy[place].mean(0)) for place, arm in enumerate(ARMS))
    assert all(torch.equal(value, before[name]) for name, value in small_body.named_parameters())
    again = stages.run(params, on_progress=lambda *_: None)
    assert np.array_equal(again.accuracy, result.accuracy)


def test_the_test_half_is_classified_six_times_the_last_time_at_the_end() -> None:
    assert list(evaluation_steps(60)) == [10, 20, 30, 40, 50, 60]
    assert list(evaluation_steps(12)) == [2, 4, 6, 8, 10, 12]


@pytest.mark.parametrize("task", ["digits", "signals"])
def test_recorded_runs_have_three_seeds_and_a_falling_distance(task: str) -> None:
    kept = recorded_alignment(task)
    assert kept.accuracy.shape == (len(ARMS), 3, 6)
    assert ((kept.accuracy >= 0) & (kept.accuracy <= 1)).all()
    assert (kept.distance[:, -1] < kept.distance[:, 0]).all()
    assert all(check.passed for check in kept.checks)
    assert kept.flow.shape == (16, 100, 2)
