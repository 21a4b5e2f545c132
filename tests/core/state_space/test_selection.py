"""Selective scans against a loop in plain Python, the fixed system and the formula of mamba's reference."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.state_space import (
    discretize,
    gate,
    gated_mean,
    kernel,
    left_out,
    mix,
    one_after_another,
    parallel_scan,
    recurrence,
    scan_cost,
    scan_rounds,
    selective_matrix,
    selective_scan,
    toeplitz,
)

Case = dict[str, np.ndarray]


def case(tokens: int, channels: int, size: int, seed: int = 0) -> Case:
    rng = np.random.default_rng(seed)
    return {
        "u": rng.normal(size=(tokens, channels)),
        "delta": rng.uniform(0, 1, (tokens, channels)),
        "A": -rng.uniform(0.1, 2, (channels, size)),
        "B": rng.normal(size=(tokens, size)),
        "C": rng.normal(size=(tokens, size)),
    }


def by_hand(given_: Case, skip: np.ndarray, method: str) -> np.ndarray:
    """`selective_scan_ref` of mamba, number by number."""
    tokens, channels = given_["u"].shape
    found = np.zeros((tokens, channels))
    for channel in range(channels):
        h = [0.0] * given_["A"].shape[1]
        for token in range(tokens):
            step, sample = given_["delta"][token, channel], given_["u"][token, channel]
            for place, a in enumerate(given_["A"][channel]):
                held = step if method == "euler" or a == 0 else (np.exp(step * a) - 1) / a
                h[place] = np.exp(step * a) * h[place] + held * given_["B"][token, place] * sample
            found[token, channel] = sum(c * s for c, s in zip(given_["C"][token], h, strict=True))
            found[token, channel] += skip[channel] * sample
    return found


@pytest.mark.parametrize("method", ["euler", "zoh"])
@settings(max_examples=20, deadline=None)
@given(tokens=st.integers(1, 12), channels=st.integers(1, 3), size=st.integers(1, 4), seed=st.integers(0, 99))
def test_the_scan_is_the_reference(method: str, tokens: int, channels: int, size: int, seed: int) -> None:
    one = case(tokens, channels, size, seed)
    skip = np.random.default_rng(seed).normal(size=channels)
    assert selective_scan(**one, D=skip, method=method) == pytest.approx(by_hand(one, skip, method), abs=1e-12)
    plain = by_hand(one, np.zeros(channels), method)
    assert selective_scan(**one, method=method) == pytest.approx(plain, abs=1e-12)
    matrices = selective_matrix(one["delta"], one["A"], one["B"], one["C"], method=method)
    assert np.einsum("cts,sc->tc", matrices, one["u"]) == pytest.approx(plain, abs=1e-11)
    assert np.triu(matrices, 1).any() == np.False_


def test_with_a_constant_step_it_is_the_fixed_system() -> None:
    one = case(40, 1, 5)
    one["B"][:], one["C"][:], one["delta"][:] = one["B"][0], one["C"][0], 0.3
    a_bar, b_bar = discretize(np.diag(one["A"][0]), one["B"][0], 0.3, method="zoh")
    expected = recurrence(a_bar, b_bar, one["C"][0], 0.5, one["u"][:, 0])
    assert selective_scan(**one, D=[0.5], method="zoh")[:, 0] == pytest.approx(expected, abs=1e-12)
    expected = recurrence(a_bar, 0.3 * one["B"][0], one["C"][0], 0.0, one["u"][:, 0])
    assert selective_scan(**one)[:, 0] == pytest.approx(expected, abs=1e-12)


def test_an_entry_of_a_that_is_0_only_adds_up() -> None:
    ones = np.ones((3, 1))
    for method in ("euler", "zoh"):
        assert selective_scan(ones, 0.5 * ones, [[0.0]], ones, ones, method=method)[:, 0].tolist() == [0.5, 1.0, 1.5]
    for entry, step in ((-1e-300, 0.5), (-1e-310, 1e-10), (-1e-310, 1e-20), (1e-310, 0.5), (-1e-18, 1e-5)):
        tiny = selective_scan(ones, step * ones, [[entry]], ones, ones, method="zoh")
        assert tiny[:, 0] == pytest.approx([step, 2 * step, 3 * step], rel=1e-14, abs=0)


def test_steps_far_beyond_the_time_of_a_forget_all_at_once() -> None:
    ones = np.ones((2, 1))
    assert selective_scan(ones, 1e300 * ones, [[-1e10]], ones, ones, method="zoh")[:, 0] == pytest.approx([1e-10] * 2)
    with pytest.raises(ValueError, match="leaves the range of float64"):
        selective_scan(ones, 1e300 * ones, [[-1e10]], 1e300 * ones, ones)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 999), kept=st.lists(st.booleans(), min_size=2, max_size=20).filter(any))
def test_tokens_with_a_step_of_0_may_be_left_out(seed: int, kept: list[bool]) -> None:
    one, mask = case(len(kept), 2, 3, seed), np.array(kept)
    one["delta"][~mask] = 0.0
    short = {name: side if name == "A" else side[mask] for name, side in one.items()}
    for method in ("euler", "zoh"):
        assert (selective_scan(**one, method=method)[mask] == selective_scan(**short, method=method)).all()


def test_eulers_b_is_off_by_as_much_as_known() -> None:
    """Δ B against (1 - e^-Δ) B with A = -1: relative differences .27, .051, .005 at .5, .1, .01."""
    ones = np.ones((1, 1))
    for step, off in ((0.5, 0.2707), (0.1, 0.0508), (0.01, 0.00501)):
        euler, exact = (
            selective_scan(ones, step * ones, -ones, ones, ones, method=method)[0, 0] for method in ("euler", "zoh")
        )
        assert euler / exact - 1 == pytest.approx(off, rel=2e-3)


@settings(max_examples=50, deadline=None)
@given(length=st.integers(1, 70), width=st.integers(0, 3), seed=st.integers(0, 99))
def test_the_tree_is_the_pass(length: int, width: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    shape = (length, width) if width else (length,)
    a, b = rng.uniform(-1.2, 1.2, shape), rng.normal(size=shape)
    h, expected = np.zeros(shape[1:]), []
    for factor, term in zip(a, b, strict=True):
        h = factor * h + term
        expected.append(h)
    assert parallel_scan(a, b) == pytest.approx(np.array(expected), abs=1e-10)
    assert one_after_another(a, b) == pytest.approx(np.array(expected), abs=1e-12)
    assert len(scan_rounds(a, b)) == scan_cost(length).depth + 1


@pytest.mark.parametrize("shape", [(0,), (0, 3), (1,), (1, 2, 3), (3, 0), (6, 2, 1, 3), (5, 1, 1, 1, 2)])
def test_the_tree_of_any_rank_and_of_no_step_at_all(shape: tuple[int, ...]) -> None:
    rng = np.random.default_rng(len(shape))
    a, b = rng.normal(size=shape), rng.normal(size=shape)
    found = parallel_scan(a, b)
    assert found.shape == one_after_another(a, b).shape == shape
    assert found == pytest.approx(one_after_another(a, b), abs=1e-12)


@pytest.mark.parametrize(
    ("length", "depth", "work"), [(1, 0, 0), (2, 1, 1), (8, 3, 17), (1000, 10, 8977), (4096, 12, 45057)]
)
def test_depth_and_work(length: int, depth: int, work: int) -> None:
    cost = scan_cost(length)
    assert (cost.depth, cost.work) == (depth, work)


@pytest.mark.parametrize("length", [0, -1, True])
def test_a_scan_of_no_whole_number_of_steps(length: int) -> None:
    with pytest.raises(ValueError, match=f"length is {length}; it must be a whole number"):
        scan_cost(length)


@settings(max_examples=30, deadline=None)
@given(z=st.lists(st.floats(-30, 30), min_size=1, max_size=30))
def test_the_gate_is_a_selective_scan(z: list[float]) -> None:
    logits = np.array(z)
    u, ones = np.random.default_rng(0).normal(size=len(z)), np.ones((len(z), 1))
    gate, step = 1 / (1 + np.exp(-logits)), np.logaddexp(0, logits)
    scanned = selective_scan(u[:, None], step[:, None], [[-1.0]], ones, ones, method="zoh")[:, 0]
    assert gated_mean(gate, u) == pytest.approx(scanned, abs=1e-12)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"u": np.ones(3)}, "shape of u"),
        ({"delta": np.ones((3, 1))}, "shape of delta"),
        ({"delta": -np.ones((3, 2))}, "least delta = -1.0 must be at least 0"),
        ({"A": np.ones((3, 2))}, "shape of A"),
        ({"B": np.ones((3, 3))}, "shape of B"),
        ({"C": np.ones((2, 2))}, "shape of C"),
        ({"D": np.ones(3)}, "shape of D"),
        ({"method": "bilinear"}, "one of euler, zoh"),
        ({"u": np.full((3, 2), np.nan)}, "finite"),
        ({"A": np.full((2, 2), 800.0), "delta": np.ones((3, 2))}, "above 0 the state grows"),
    ],
)
def test_bad_input_of_the_scan(change: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        selective_scan(**{**case(3, 2, 2), **change})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("a", "b", "words"),
    [([1.0], [1.0, 2.0], "shape of b"), ([], [1.0], "shape of b"), ([np.nan], [1.0], "finite"),
     (1.0, 1.0, "shape of a"), ([1e200] * 4, [1.0] * 4, "products of the factors")],
)  # fmt: skip
def test_bad_input_of_the_tree(a: object, b: object, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        parallel_scan(a, b)  # type: ignore[arg-type]


def test_a_gate_out_of_range() -> None:
    with pytest.raises(ValueError, match=r"in \[0, 1\]"):
        gated_mean([1.5], [1.0])
    for sure in (-0.5, 21.0, float("nan")):
        with pytest.raises(ValueError, match=r"sure = .* must be 0 to 20"):
            gate(sure)


@settings(max_examples=30, deadline=None)
@given(sure=st.floats(0, 20), length=st.integers(1, 200), seed=st.integers(0, 999))
def test_the_gate_is_the_scan_and_its_check_can_fail(sure: float, length: int, seed: int) -> None:
    found = gate(sure, length=length, seed=seed)
    (check,) = found.checks
    assert check.passed
    assert not dataclasses.replace(found, by_scan=found.by_scan + 1e-9).checks[0].passed
    h = 0.0
    for z, sample, held in zip(found.z, found.u, found.by_gate, strict=True):
        share = 1 / (1 + np.exp(-z))
        h = h + share * (sample - h)
        assert held == pytest.approx(h, abs=1e-12)


def test_a_sure_gate_holds_what_counts() -> None:
    found = [gate(sure).astray for sure in (0.0, 2.0, 4.0, 8.0, 20.0)]
    assert found == sorted(found, reverse=True)
    assert found[-1] < 1e-7
    assert (gate(20.0).wanted[:16] == np.repeat(gate(20.0).u[[0, 8]], 8)).all()


def test_a_toeplitz_matrix_is_its_convolution() -> None:
    matrix = toeplitz([3.0, 2.0, 1.0])
    assert matrix.tolist() == [[3, 0, 0], [2, 3, 0], [1, 2, 3]]
    weights = kernel(np.diag([0.5, 0.9]), [1.0, 1.0], [1.0, -1.0], 9)
    u = np.random.default_rng(1).normal(size=9)
    assert toeplitz(weights) @ u == pytest.approx(
        recurrence(np.diag([0.5, 0.9]), [1.0, 1.0], [1.0, -1.0], 0.0, u), abs=1e-12
    )


@pytest.mark.parametrize("text", ["a b", "the cat um sat um on the um mat", " ".join(map(str, range(40)))])
@pytest.mark.parametrize("seed", [0, 7])
def test_the_checks_of_the_matrices_pass(text: str, seed: int) -> None:
    found = mix(text, skipped=("um",), seed=seed)
    assert [check.name for check in found.checks if not check.passed] == []
    skipped = [place for place, word in enumerate(found.words) if word == "um"]
    assert (found.selective[:, skipped] == 0).all()


def test_each_check_of_the_matrices_can_fail() -> None:
    found = mix("the cat sat on the mat")
    for place, name in enumerate(("fixed", "selective", "attention")):
        damaged = getattr(found, name).copy()
        damaged[4, 2] += 1e-6
        assert not dataclasses.replace(found, **{name: damaged}).checks[place].passed
    damaged = found.fixed.copy()
    damaged[4, 2] += 1e-6
    assert not dataclasses.replace(found, fixed=damaged).checks[3].passed
    assert not dataclasses.replace(found, attention=found.attention * 1.001).checks[4].passed
    assert not dataclasses.replace(found, steady=found.steady * [[1], [1 + 1e-9]]).checks[5].passed


@pytest.mark.parametrize("text", ["", "one", " ".join("x" * 41)])
def test_too_few_and_too_many_words(text: str) -> None:
    with pytest.raises(ValueError, match="2 to 40"):
        mix(text)


def test_noise_with_a_step_of_0_may_be_left_out() -> None:
    assert left_out(np.linspace(0.1, 2, 10)).error == 0
