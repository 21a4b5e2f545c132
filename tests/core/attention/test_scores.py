"""Five scores: each by another road, their spread by formula, the trained heads beside numpy."""

import math

import numpy as np
import pytest
import torch

import core.attention.counting as counting
from core.attention import (
    DIMENSIONS,
    FAINT,
    SCORES,
    SpreadParams,
    cost_checks,
    counted_products,
    expected_spread,
    multiplications,
    parameters,
    score_spreads,
    score_weights,
    scores_of,
)
from core.attention.scores import jacobian_squared
from core.attention.with_torch.training.lookups import score_table

KINDS = tuple(SCORES)


@pytest.fixture(scope="module")
def spreads():
    return score_spreads(SpreadParams())


@pytest.mark.parametrize("kind", KINDS)
def test_each_score_pair_by_pair(kind: str) -> None:
    rng = np.random.default_rng(0)
    query, key, own = rng.normal(size=(3, 6)), rng.normal(size=(4, 6)), score_weights(kind, 6, rng)
    by_pair = {
        "dot": lambda q, k: math.fsum(q * k),
        "scaled": lambda q, k: math.fsum(q * k) / math.sqrt(6),
        "bilinear": lambda q, k: math.fsum(q[i] * own["W"][i, j] * k[j] for i in range(6) for j in range(6)),
        "additive": lambda q, k: math.fsum(
            own["v"][u] * math.tanh(math.fsum(own["A"][u] * q) + math.fsum(own["B"][u] * k)) for u in range(6)
        ),
        "cosine": lambda q, k: math.fsum(q * k) / math.sqrt(math.fsum(q * q) * math.fsum(k * k)),
    }[kind]
    expected = np.array([[by_pair(q, k) for k in key] for q in query])
    assert scores_of(kind, query, key, own) == pytest.approx(expected, abs=1e-12)
    tensors = {name: torch.from_numpy(part) for name, part in own.items()}
    again = score_table(kind, torch.from_numpy(query), torch.from_numpy(key), tensors)
    assert again.numpy() == pytest.approx(expected, abs=1e-12)
    assert sum(part.size for part in own.values()) == parameters(kind, 6)


def test_bilinear_with_the_identity_is_the_dot_product() -> None:
    rng = np.random.default_rng(1)
    query, key = rng.normal(size=(3, 5)), rng.normal(size=(2, 5))
    assert scores_of("bilinear", query, key, {"W": np.eye(5)}) == pytest.approx(scores_of("dot", query, key, {}))


@pytest.mark.parametrize("kind", KINDS)
def test_products_are_counted_by_going_through_them(kind: str) -> None:
    d, n = 3, 4
    per_pair = {"dot": d, "scaled": d + 1, "bilinear": d, "additive": 2 * d, "cosine": d + 3}[kind]
    per_token = {"bilinear": d * d, "additive": 2 * d * d, "cosine": 2 * d + 2}.get(kind, 0)
    assert multiplications(kind, d, n) == n * n * per_pair + n * per_token


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("d", "n"), [(1, 1), (5, 2), (2, 6)])
def test_products_are_counted_as_they_are_made(kind: str, d: int, n: int) -> None:
    assert counted_products(kind, d, n) == multiplications(kind, d, n)


def test_a_count_that_is_off_turns_its_check_red(monkeypatch: pytest.MonkeyPatch) -> None:
    assert all(check.passed for check in cost_checks(64))
    monkeypatch.setattr(counting, "parameters", lambda kind, d: parameters(kind, d) + (kind == "cosine"))
    assert [check.passed for check in cost_checks(64)] == [False, True]
    monkeypatch.undo()
    monkeypatch.setattr(counting, "multiplications", lambda kind, d, n: multiplications(kind, d, n) - n * n)
    assert [check.passed for check in cost_checks(64)] == [True, False]


def test_spreads_are_those_of_the_formulas(spreads) -> None:
    # The additive score's deviation goes with |v|, whose square varies by sqrt(2 / d) of itself from draw to draw.
    luck = 4 * np.sqrt(0.5 / np.array(DIMENSIONS) / spreads.params.draws) + 0.05
    assert (np.abs(spreads.deviation / spreads.expected - 1) < luck).all()
    assert spreads.expected[0] == pytest.approx(np.sqrt(DIMENSIONS))
    rng = np.random.default_rng(0)
    drawn = math.sqrt(np.mean(np.tanh(math.sqrt(2) * rng.normal(size=200_000)) ** 2))
    assert expected_spread("additive", 64) == pytest.approx(drawn, abs=0.005)


def test_weights_entropies_and_slopes_lie_where_they_can(spreads) -> None:
    n = spreads.params.n_keys
    assert ((spreads.largest >= 1 / n) & (spreads.largest <= 1)).all()
    assert ((spreads.entropy >= 0) & (spreads.entropy <= math.log(n))).all()
    assert ((spreads.slope >= 0) & (spreads.slope <= 0.5 + 1e-12)).all()
    assert ((spreads.faint >= 0) & (spreads.faint <= 1)).all()
    # More than half of the rows are faint where the median row is, and only there.
    assert ((spreads.faint > 0.5) == (spreads.slope < FAINT)).all()
    assert (np.diff(spreads.largest[KINDS.index("dot")]) > 0).all()
    assert len(spreads.checks) == 3 and all(check.passed for check in spreads.checks)
    assert np.array_equal(spreads.deviation, score_spreads(SpreadParams()).deviation)


def test_the_norm_of_the_jacobian_is_that_of_the_matrix() -> None:
    p = np.random.default_rng(0).dirichlet(np.ones(5), size=4)
    expected = [((np.diag(row) - np.outer(row, row)) ** 2).sum() for row in p]
    assert jacobian_squared(p) == pytest.approx(np.array(expected))
    assert jacobian_squared(np.array([[0.5, 0.5, 0], [1, 0, 0]])).tolist() == [0.25, 0.0]


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: score_weights("sum", 4, np.random.default_rng(0)),
        lambda: scores_of("sum", np.eye(2), np.eye(2), {}),
        lambda: parameters("dot", 0),
        lambda: multiplications("dot", 4, 0),
        lambda: expected_spread("sum", 4),
        lambda: SpreadParams(n_keys=1),
        lambda: SpreadParams(draws=1),
    ],
)
def test_values_out_of_range_are_refused_in_words(wrong) -> None:
    with pytest.raises(ValueError, match="must be"):
        wrong()
