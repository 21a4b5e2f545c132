"""Training at a tiny size, the recorded runs as a whole, and the checks that may fail."""

import dataclasses

import numpy as np
import pytest

from core.state_space import (
    DATA,
    NOISE,
    NOISE_TOKENS,
    PAIR_COUNTS,
    QUERY,
    STATE_SIZES,
    SYMBOLS,
    VALUES,
    CopyingPair,
    CopyingParams,
    PruningParams,
    RecallParams,
    copying_sequences,
    prune_and_distill,
    recall_sequences,
    recorded_copying,
    recorded_pruning,
    recorded_recall,
    train_both_arms,
    train_copying,
    train_recall,
)


@pytest.mark.parametrize("scattered", [True, False])
def test_sequences_hold_their_answers_in_order(scattered: bool) -> None:
    tokens, answers = copying_sequences(50, np.random.default_rng(0), scattered=scattered)
    assert tokens.shape == (50, NOISE_TOKENS + 2 * DATA)
    for row, answer in zip(tokens, answers, strict=True):
        assert row[row < VALUES].tolist() == answer.tolist()
        assert (row[-DATA:] == QUERY).all()
        assert (row == NOISE).sum() == NOISE_TOKENS
    assert (tokens[:, :DATA] < VALUES).all() != scattered


def test_recall_asks_each_key_once() -> None:
    tokens, answers = recall_sequences(20, 5, np.random.default_rng(0))
    assert tokens.shape == (20, 15)
    for row, answer in zip(tokens, answers, strict=True):
        table = dict(zip(row[:10:2].tolist(), (row[1:10:2] - SYMBOLS).tolist(), strict=True))
        assert [table[key] for key in row[10:].tolist()] == answer.tolist()


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: CopyingParams(steps=10),
        lambda: CopyingParams(seed=-1),
        lambda: RecallParams("rnn"),
        lambda: RecallParams(states=0),
        lambda: RecallParams(pairs=25),
        lambda: PruningParams(repair=5),
    ],
)
def test_params_out_of_range(wrong: object) -> None:
    with pytest.raises(ValueError, match="must be"):
        wrong()  # type: ignore[operator]


def test_both_arms_are_the_single_runs_and_of_one_size() -> None:
    heard: list[float] = []
    pair = train_both_arms(CopyingParams(steps=50), on_progress=lambda share, words, partial=None: heard.append(share))
    assert heard == [0.5, 1.0]
    alone = train_copying(CopyingParams(selective=False, steps=50))
    assert alone.accuracy == pytest.approx(pair.fixed.accuracy)
    assert alone.steps.tolist() == [25, 50]
    assert pair.selective.parameters == pair.fixed.parameters
    assert set(pair.selective.gates) == {"noise", "data", "query"}
    assert [check.name for check in pair.checks if not check.passed] == []


def test_raising_from_progress_stops_a_training() -> None:
    class StopError(Exception):
        pass

    def stop(share: float, words: str, partial: object = None) -> None:
        raise StopError

    with pytest.raises(StopError):
        train_recall(RecallParams(pairs=2, steps=50), on_progress=stop)


def test_the_layer_is_a_selective_recurrence() -> None:
    """What the layer writes out as sums is h_t = exp(Δ_t A) h_{t-1} + Δ_t u_t, y = Re C h + D u, step by step."""
    import torch

    from core.state_space.with_torch.training.copying import CopyingLayer

    torch.manual_seed(0)
    layer = CopyingLayer(selective=True).double()
    torch.nn.init.normal_(layer.gate.weight)
    tokens = torch.from_numpy(copying_sequences(3, np.random.default_rng(1), scattered=True)[0])
    with torch.no_grad():
        u = layer.embedding(tokens)
        step = layer.step_of(u)
        a = torch.complex(-layer.log_decay.exp(), layer.turn)
        h = torch.zeros(3, u.shape[2], len(a), dtype=torch.complex128)
        outputs = []
        for token in range(tokens.shape[1]):
            h = torch.exp(step[:, token, None, None] * a) * h + (step[:, token, None] * u[:, token])[..., None]
            outputs.append((h * torch.view_as_complex(layer.C)).sum(-1).real + layer.D * u[:, token])
        by_steps = layer.named(torch.stack(outputs, 1)[:, -DATA:])
        assert (layer(tokens) - by_steps).abs().max() < 1e-10


def test_a_state_space_of_recall_is_a_selective_recurrence() -> None:
    import torch

    from core.state_space.with_torch.training.recalls import WIDTH, Mixing

    torch.manual_seed(0)
    layer = Mixing("state space", 3).double()
    x = torch.randn(2, 7, WIDTH, dtype=torch.float64)
    with torch.no_grad():
        z = layer.norm(x)
        z = z * layer.beside[0] + torch.nn.functional.pad(z, (0, 0, 1, 0))[:, :-1] * layer.beside[1]
        step = torch.nn.functional.softplus(layer.step(z))
        h, found = torch.zeros(2, 3, WIDTH, dtype=torch.float64), []
        for token in range(7):
            taken = layer.offers(z)[:, token, :, None] * layer.carries(z)[:, token, None, :]
            h = torch.exp(-step[:, token, :, None]) * h + step[:, token, :, None] * taken
            found.append((layer.asks(z)[:, token, :, None] * h).sum(1))
        assert (layer(x) - x - layer.returns(torch.stack(found, 1))).abs().max() < 1e-10


def test_a_tiny_cut_and_its_repairs() -> None:
    run = prune_and_distill(PruningParams(states=2, pairs=2, steps=25, repair=25))
    assert run.cut.shape == run.repaired.shape == (3,)
    assert [check.name for check in run.checks if not check.passed] == []
    assert not dataclasses.replace(run, parameters=(run.parameters[0] + 1, run.parameters[1])).checks[0].passed
    assert not dataclasses.replace(run, whole=run.whole + 1e-4).checks[1].passed


def test_the_checks_of_copying_can_fail() -> None:
    pair = recorded_copying().pair(0, scattered=True)
    larger = dataclasses.replace(pair.fixed, parameters=pair.fixed.parameters + 1)
    assert not CopyingPair(pair.selective, larger).checks[0].passed
    uneven = dataclasses.replace(pair.fixed, token_steps=pair.selective.token_steps)
    assert not CopyingPair(pair.selective, uneven).checks[1].passed


def test_the_checks_of_recall_can_fail() -> None:
    record = recorded_recall()
    run = record.runs[0]
    odd = dataclasses.replace(run, accuracy=run.accuracy - 1e-4)
    cut = dataclasses.replace(run, steps=run.steps[:-1], accuracy=run.accuracy[:-1])
    for damaged, check in ((odd, 0), (cut, 1)):
        runs = (damaged, *record.runs[1:])
        assert not dataclasses.replace(record, runs=runs).checks(run.params.pairs)[check].passed


def test_what_is_recorded_is_whole_and_its_checks_pass() -> None:
    copying, recall, pruning = recorded_copying(), recorded_recall(), recorded_pruning()
    assert len(copying.seeds) >= 3
    for seed in copying.seeds:
        for scattered in (True, False):
            assert all(check.passed for check in copying.pair(seed, scattered=scattered).checks)
    for pairs in PAIR_COUNTS:
        assert all(check.passed for check in recall.checks(pairs))
        for stack, states in (("attention", 2), ("hybrid", 2), *(("state space", size) for size in STATE_SIZES)):
            assert recall.spread(stack, states, pairs).seeds >= 3
    assert len(pruning) >= 3
    assert all(check.passed for run in pruning for check in run.checks)


def test_the_recorded_lesson_of_copying() -> None:
    """What the page is built on, on every seed: the step that reads the token copies, and skips the noise."""
    record = recorded_copying()
    for seed in record.seeds:
        pair = record.pair(seed, scattered=True)
        at_half = pair.selective.steps.tolist().index(350)
        assert pair.selective.accuracy[at_half] > 0.95
        assert pair.fixed.accuracy[at_half] < 0.85
        assert pair.selective.gates["noise"] < 0.2 < 1.0 < pair.selective.gates["data"]


def test_solved_at() -> None:
    run = recorded_copying().runs[0]
    steps, accuracy = np.array([25, 50, 75, 100]), np.array([1.0, 0.5, 0.99, 1.0])
    assert dataclasses.replace(run, steps=steps, accuracy=accuracy).solved_at() == 75
    assert dataclasses.replace(run, steps=steps, accuracy=np.zeros(4)).solved_at() is None
