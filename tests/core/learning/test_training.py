"""Training against torch as a second implementation, and what must hold of every run."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from core.learning import (
    ACTIVATIONS,
    PATTERNS,
    Net,
    NetworkParams,
    gradient_check,
    pattern,
    read_points,
    sent_check,
    train_network,
    train_starts,
    with_margin,
)

SMALL = NetworkParams(epochs=4, points=30, hidden=(3, 2))
TORCH = {"tanh": torch.tanh, "relu": torch.relu, "sigmoid": torch.sigmoid, "linear": lambda z: z}


def in_torch(params: NetworkParams, start: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The same training with torch's gradients and its own optimizer, on the same order of points."""
    layers = [(torch.tensor(w.copy()), torch.tensor(b.copy())) for w, b in params.net.layers(start)]
    for pair in layers:
        for part in pair:
            part.requires_grad_()
    groups = [
        {"params": [w for w, _ in layers], "weight_decay": params.weight_decay},
        {"params": [b for _, b in layers], "weight_decay": 0.0},
    ]
    optimizer = torch.optim.SGD(groups, lr=params.learning_rate)
    rng = np.random.default_rng([params.seed, 1])
    for _ in range(params.epochs):
        order = rng.permutation(len(y))
        for at in range(0, len(y), params.batch):
            batch = order[at : at + params.batch]
            a = torch.tensor(x[batch])
            for place, (w, b) in enumerate(layers):
                a = a @ w + b
                a = TORCH[params.activation](a) if place < len(layers) - 1 else a  # type: ignore[no-untyped-call]
            loss = torch.nn.functional.softplus(-torch.tensor(y[batch]) * a[:, 0]).mean()
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
    return np.concatenate([part.detach().numpy().ravel() for pair in layers for part in pair])


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("data", PATTERNS)
def test_it_is_torchs_training(activation: str, data: str) -> None:
    params = replace(SMALL, activation=activation, data=data, weight_decay=0.01, learning_rate=0.3, seed=5, batch=7)
    run = train_network(params)
    told = in_torch(params, run.weights[0], run.train.x, run.train.y)
    np.testing.assert_allclose(run.weights[-1], told, rtol=1e-9, atol=1e-12)


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(sorted(PATTERNS)),
    st.lists(st.integers(1, 6), max_size=4),
    st.sampled_from(sorted(ACTIVATIONS)),
    st.sampled_from([0.0, 0.01, 0.3, 3.0, 100.0, 1e9, 1e300]),
    st.integers(1, 60),
    st.integers(0, 8),
    st.sampled_from(["random", "all equal"]),
)
@pytest.mark.filterwarnings("error")
def test_every_run_is_whole(
    data: str, hidden: list[int], activation: str, rate: float, batch: int, epochs: int, start: str
) -> None:
    params = NetworkParams(
        data=data, hidden=tuple(hidden), activation=activation, learning_rate=rate, batch=batch, epochs=epochs,
        points=25, start=start,
    )  # fmt: skip
    run = train_network(params)
    count = len(run.steps)
    assert len(run.weights) == len(run.train_loss) == len(run.test_loss) == len(run.train_error) == count
    assert (np.diff(run.steps) > 0).all()
    assert run.steps[0] == 0
    assert run.steps[-1] == (params.batches * epochs if run.diverged_at is None else run.diverged_at - 1)
    assert np.isfinite(run.weights).all()
    assert np.isfinite(run.train_loss).all()
    assert all(check.passed for check in run.checks), run.checks


def test_the_same_params_give_the_same_run_and_a_longer_one_begins_alike() -> None:
    one, again, longer = train_network(SMALL), train_network(SMALL), train_network(replace(SMALL, epochs=8))
    assert (one.weights == again.weights).all()
    both = np.isin(longer.steps, one.steps)
    assert (longer.weights[both] == one.weights[np.isin(one.steps, longer.steps)]).all()


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"hidden": ()},
        {"activation": "relu", "learning_rate": 2.2, "epochs": 20},
        {"activation": "linear", "learning_rate": 3.5, "data": "blobs", "epochs": 20},
        {"epochs": 0},
        {"batch": 10**6, "weight_decay": 0.1},
    ],
    ids=str,
)
def test_starts_trained_at_once_are_those_trained_one_by_one(changed: dict[str, object]) -> None:
    params, seeds = replace(SMALL, **changed), (3, 0, 7, 1)  # type: ignore[arg-type]
    for seed, run in zip(seeds, train_starts(params, seeds), strict=True):
        alone = train_network(replace(params, seed=seed))
        assert run.params == alone.params
        assert run.diverged_at == alone.diverged_at
        for name in ("steps", "weights", "train_loss", "test_loss", "train_error", "test_error"):
            np.testing.assert_array_equal(getattr(run, name), getattr(alone, name))


def test_no_starts_are_refused() -> None:
    with pytest.raises(ValueError, match="seeds is empty"):
        train_starts(SMALL, ())


def test_a_rate_of_0_changes_nothing_and_1e9_diverges_at_a_named_update() -> None:
    still = train_network(replace(SMALL, learning_rate=0.0))
    assert (still.weights == still.weights[0]).all()
    assert train_network(replace(SMALL, learning_rate=1e9)).diverged_at == 1
    late = train_network(replace(SMALL, learning_rate=2.0, activation="linear", hidden=(8, 8), epochs=100))
    assert late.diverged_at is None or late.steps[-1] == late.diverged_at - 1


def test_from_an_equal_start_nothing_parts() -> None:
    run = train_network(replace(SMALL, start="all equal", epochs=60, hidden=(4, 4)))
    assert run.different == (1, 1)
    assert train_network(replace(SMALL, epochs=60, hidden=(4, 4))).different == (4, 4)


def test_dead_neurons_are_counted() -> None:
    run = train_network(NetworkParams(data="circle", hidden=(8, 8, 8), activation="relu", learning_rate=1.0, epochs=40))
    outputs = run.params.net.forward(run.weights[-1], run.train.x)
    assert run.dead == tuple(int((layer.max(axis=0) == 0).sum()) for layer in outputs[1:-1])


def test_own_points_are_trained_on_and_every_fourth_is_the_test_where_there_are_no_others() -> None:
    own = tuple((0.1 * place, -0.2, 1 if place % 2 else -1) for place in range(9))
    added = train_network(replace(SMALL, own=own))
    assert len(added.train.y) == 39
    alone = train_network(replace(SMALL, data="yours", own=own))
    assert (len(alone.train.y), len(alone.test.y)) == (7, 2)
    few = train_network(replace(SMALL, data="yours", own=own[:2]))
    assert np.isnan(few.test_loss).all()


def test_progress_is_told_to_the_end() -> None:
    told: list[float] = []
    train_network(SMALL, on_progress=told.append)
    assert told[-1] == 1.0
    assert told == sorted(told)


def test_checks_fail_where_their_input_is_damaged() -> None:
    run = train_network(SMALL)
    assert all(check.passed for check in run.checks)
    gradient = run.params.net.gradient(run.weights[-1], run.train.x, run.train.y)
    wrong = gradient.copy()
    wrong[4] *= 1.001
    assert gradient_check(run, gradient=gradient).passed
    assert not gradient_check(run, gradient=wrong).passed
    assert not sent_check(run, sent=run.weights[-1] * (1 + 1e-4)).passed


def test_the_slope_sees_a_kink_at_0_as_training_does() -> None:
    net = Net((2, 2, 1), "relu")
    flat = np.zeros(net.parameters)
    flat[6:8] = 1.0
    x, y = np.ones((3, 2)), np.array([1.0, -1.0, 1.0])
    direction = np.ones(net.parameters)
    assert net.slope(flat, direction, x, y) == pytest.approx(net.gradient(flat, x, y) @ direction)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"data": "moons"}, "data = 'moons' must be one of"),
        ({"hidden": (0,)}, "hidden"),
        ({"hidden": (1,) * 7}, "hidden"),
        ({"activation": "gelu"}, "activation"),
        ({"learning_rate": float("nan")}, "learning_rate = nan"),
        ({"learning_rate": -1.0}, "learning_rate = -1.0"),
        ({"weight_decay": float("inf")}, "weight_decay"),
        ({"batch": 0}, "batch is 0"),
        ({"epochs": -1}, "epochs is -1"),
        ({"points": 0}, "points is 0"),
        ({"start": "zero"}, "start"),
        ({"noise": 1e308}, "noise"),
        ({"points": True}, "points is True"),
        ({"seed": -1}, "seed is -1"),
        ({"own": ((9.0, 0.0, 1),)}, "own point"),
        ({"own": ((float("nan"), 0.0, 1),)}, "own point"),
        ({"data": "yours"}, "own has 0 points"),
        ({"batch": 1, "epochs": 5000, "points": 2000}, "updates"),
    ],
)
def test_bad_params_are_named(changed: dict[str, object], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        train_network(replace(SMALL, **changed))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("hidden", 4),
        ("hidden", (2.5,)),
        ("learning_rate", "fast"),
        ("weight_decay", None),
        ("batch", 2.5),
        ("epochs", 1.5),
        ("seed", 1.5),
        ("data_seed", None),
        ("own", ((1.0, 2.0),)),
        ("own", (("a", 2.0, 1),)),
        ("own", 5),
    ],
)
def test_values_of_another_type_are_named_too(name: str, value: object) -> None:
    params = replace(SMALL)
    # What the tests' own checker of types would stop, and a visitor's script would not.
    object.__setattr__(params, name, value)
    with pytest.raises(ValueError, match=f"{name}.* must be"):
        params.checked()


@pytest.mark.parametrize("name", PATTERNS)
def test_patterns_are_balanced_and_lie_in_the_plane(name: str) -> None:
    data = pattern(name, 201, seed=3)
    assert data.x.shape == (201, 2)
    assert int((data.y > 0).sum()) == 101
    assert np.abs(data.x).max() < 1.6
    assert (pattern(name, 201, seed=3).x == data.x).all()
    assert np.abs(pattern(name, 201, seed=3, noise=0.1).x - data.x).std() == pytest.approx(0.06, abs=0.02)


@pytest.mark.parametrize(
    ("name", "points", "noise", "told"),
    [("moons", 5, 0.0, "moons"), ("xor", 0, 0.0, "points = 0"), ("xor", 5, -1.0, "noise"), ("xor", 5, np.inf, "noise")],
)
def test_bad_patterns_are_named(name: str, points: int, noise: float, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        pattern(name, points, noise=noise)


def test_bad_margins_are_named() -> None:
    with pytest.raises(ValueError, match="margin = 1"):
        with_margin(1.0, 5)
    with pytest.raises(ValueError, match="flipped = 9"):
        with_margin(0.1, 5, flipped=9)


def test_a_table_of_points_is_read() -> None:
    assert read_points(b"x1,x2,class\n0.5,-1,1\n\n-0.25, 2, 0\n") == ((0.5, -1.0, 1), (-0.25, 2.0, -1))
    assert read_points("\ufeff1,2,-1\r\n".encode()) == ((1.0, 2.0, -1),)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "0 points"),
        (b"x1,x2,class\n", "0 points"),
        (b"1,2\n", "line 1 has 2 cells"),
        (b"1,2,1\n1,b,1\n", "line 2 holds a text"),
        (b"1,nan,1\n", "must lie within"),
        (b"1,9,1\n", "must lie within"),
        (b"1,2,7\n", "class 7"),
        (b"\xff\xfe\x00", "no table in UTF-8 text; save it as CSV in UTF-8"),
        (b"1,2,1\n" * 201, "201 points"),
        (b"1,2,1\n" * 40_000, "bytes"),
    ],
)
def test_a_bad_table_is_named(content: bytes, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        read_points(content)
