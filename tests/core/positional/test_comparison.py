"""All schemes on one axis, and the table of properties."""

import numpy as np
import pytest

from core.positional import (
    CompareParams,
    alibi_slopes,
    compare_schemes,
    recorded_positions,
    rope_frequencies,
    scheme_properties,
    score_by_offset,
    sinusoidal,
    t5_buckets,
    toy_bias_table,
)
from core.positional.toys import SCHEMES, attend, toy_head

COLUMNS = ["position", "order", "masked", "enters", "beyond", "parameters"]


def test_curves_are_the_formulas() -> None:
    params = CompareParams(length=40, n_heads=12, head=9, seed=2, head_dim=32)
    q, k = np.random.default_rng(1).normal(size=(2, 32))
    result = compare_schemes(params, query=q, key=k)
    curves = {curve.scheme: curve.mean for curve in result.curves}
    content = q @ k / np.sqrt(32)
    assert np.array_equal(result.offsets, np.arange(-39, 40))
    assert curves["none"] == pytest.approx(np.full(79, content))
    assert curves["alibi"] == pytest.approx(content - alibi_slopes(12)[9] * np.abs(result.offsets))
    biases = toy_bias_table(12, seed=2)[t5_buckets(result.offsets, bidirectional=True), 9]
    assert curves["t5"] == pytest.approx(content + biases)
    assert curves["rope"] == pytest.approx(score_by_offset(q, k, result.offsets, rope_frequencies(32).inv_freq))
    assert all(check.passed for check in result.checks)


def test_only_added_codes_have_a_band() -> None:
    result = compare_schemes(CompareParams(length=100), learned=recorded_positions())
    spread = {curve.scheme: curve.spread for curve in result.curves}
    assert max(spread[scheme] for scheme in ("none", "rope", "alibi", "t5")) < 1e-10
    assert min(spread["sinusoidal"], spread["learned"]) > 0.01
    assert 0.5 < result.learned_share <= 1


def test_fitted_table_keeps_its_dot_products_when_all_directions_fit() -> None:
    table = np.random.default_rng(0).normal(size=(20, 16))
    result = compare_schemes(CompareParams(length=20), query=np.zeros(16), learned=table)
    learned = next(curve for curve in result.curves if curve.scheme == "learned")
    rows = table / np.linalg.norm(table, axis=1, keepdims=True) * np.sqrt(8)
    products = rows @ rows.T / 4
    assert learned.mean[19] == pytest.approx(np.diagonal(products).mean())
    assert learned.low[22] == pytest.approx(np.diagonal(products, 3).min())
    assert result.learned_share == pytest.approx(1)


def test_added_codes_are_equally_long() -> None:
    """Else a table of short rows would lie flat on the score without positions, whatever it says."""
    params, rng = CompareParams(length=100), np.random.default_rng(0)
    assert (sinusoidal(100, 64) ** 2).sum(axis=1) == pytest.approx(np.full(100, 32))
    table = rng.normal(size=(100, 64))
    curves = {
        curve.scheme: curve
        for curve in compare_schemes(params, query=np.zeros(64), learned=table * rng.uniform(0.1, 9, (100, 1))).curves
    }
    assert curves["learned"].mean[99] == pytest.approx(32 / 8) == pytest.approx(curves["sinusoidal"].mean[99])
    assert curves["learned"].spread == pytest.approx(
        compare_schemes(params, query=np.zeros(64), learned=table).curves[-1].spread, rel=1e-6
    )


def test_what_positions_add_is_nothing_without_positions() -> None:
    result = compare_schemes(CompareParams(length=30, seed=3), learned=recorded_positions())
    added = {curve.scheme: curve for curve in result.added}
    content = result.query @ result.key / 8
    assert added["none"].mean == pytest.approx(np.zeros(59), abs=1e-12)
    for curve in result.curves:
        assert added[curve.scheme].mean == pytest.approx(curve.mean - content)
        assert added[curve.scheme].spread == pytest.approx(curve.spread, abs=1e-12)
    assert added["alibi"].mean == pytest.approx(-alibi_slopes(8)[0] * np.abs(result.offsets))


def test_order_is_seen_behind_a_causal_mask_even_without_positions() -> None:
    head, order = toy_head(seed=0), np.random.default_rng(0).permutation(12)
    for causal, seen in ((False, False), (True, True)):
        plain, shuffled = (
            attend(head, "none", np.arange(12), tokens=tokens, causal=causal).outputs
            for tokens in (head.tokens, head.tokens[order])
        )
        assert (np.abs(shuffled - plain[order]).max() > 0.01) == seen
    masked = attend(head, "rope", np.arange(12), causal=True).weights
    assert not np.triu(masked, 1).any()
    assert masked.sum(axis=1) == pytest.approx(np.ones(12))
    (none, *_) = scheme_properties()
    entries = {entry.prop: entry for entry in none.demonstrations}
    assert entries["order"].entry == "a set: order is not seen"
    assert entries["masked"].entry == "order is seen, by the mask alone"
    assert entries["order"].value < 1e-11 < 0.01 < entries["masked"].value


def test_causal_comparison_looks_back_only() -> None:
    result = compare_schemes(CompareParams(length=30, bidirectional=False))
    assert np.array_equal(result.offsets, np.arange(-29, 1))
    assert {len(curve.mean) for curve in result.curves} == {30}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"length": 1}, "length = 1 must be 2 to 1024"),
        ({"length": 1025}, "length = 1025 must be 2 to 1024"),
        ({"n_heads": 0}, "n_heads = 0 must be at least 1"),
        ({"head": 8}, "head = 8 must be 0 to 7"),
        ({"base": 1.0}, "base = 1.0 must be above 1"),
        ({"head_dim": 3}, "head_dim = 3 must be an even"),
    ],
)
def test_params_out_of_range(options: dict[str, float], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        CompareParams(**options)


def test_vectors_and_tables_must_fit() -> None:
    with pytest.raises(ValueError, match="length of key = 6 must be that of the query, 8"):
        compare_schemes(CompareParams(), query=np.ones(8), key=np.ones(6))
    with pytest.raises(ValueError, match="head_dim = 7 must be an even"):
        compare_schemes(CompareParams(), query=np.ones(7))
    with pytest.raises(ValueError, match="at least length = 128"):
        compare_schemes(CompareParams(), learned=np.ones((100, 8)))


@pytest.mark.parametrize("seed", range(5))
def test_every_entry_of_the_table_is_borne_out(seed: int) -> None:
    table = scheme_properties(seed=seed)
    assert [row.scheme for row in table] == list(SCHEMES)
    for row in table:
        assert [entry.prop for entry in row.demonstrations] == COLUMNS
        failed = [(row.scheme, entry) for entry in row.demonstrations if not entry.check.passed]
        assert failed == []


def test_the_table_says_what_is_known() -> None:
    rows = {row.scheme: {entry.prop: entry for entry in row.demonstrations} for row in scheme_properties()}
    position = {scheme: row["position"].entry for scheme, row in rows.items()}
    assert position == {
        "none": "none",
        "sinusoidal": "absolute",
        "learned": "absolute",
        "rope": "relative",
        "alibi": "relative",
        "t5": "relative",
    }
    assert {scheme: row["parameters"].value for scheme, row in rows.items()} == {
        "none": 0,
        "sinusoidal": 0,
        "learned": 512 * 32,
        "rope": 0,
        "alibi": 0,
        "t5": 32 * 8,
    }
    assert rows["learned"]["beyond"].value == 512
    assert rows["alibi"]["beyond"].value == -0.5 * 2048


def test_the_table_catches_a_wrong_claim(monkeypatch: pytest.MonkeyPatch) -> None:
    from core.positional import properties

    monkeypatch.setattr(properties, "_ABSOLUTE", ("sinusoidal", "rope"))
    failed = {
        (row.scheme, entry.prop)
        for row in scheme_properties()
        for entry in row.demonstrations
        if not entry.check.passed
    }
    assert failed == {("learned", "position"), ("learned", "enters"), ("rope", "position"), ("rope", "enters")}


@pytest.mark.parametrize("broken", ["alibi_bias", "t5_bias", "rotate"])
def test_checks_catch_a_relative_scheme_that_knows_its_place(broken: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The columns of a field grow along the key: BLOOM's form of ALiBi does so, and softmax alone forgives it."""
    from core.positional import comparison

    whole = getattr(comparison, broken)

    def placed(*args: object, **kwargs: object) -> np.ndarray:
        found = np.asarray(whole(*args, **kwargs))
        return found + 1e-6 * np.arange(found.shape[-1])

    monkeypatch.setattr(comparison, broken, placed)
    checks = compare_schemes(CompareParams(length=40)).checks
    assert [check.passed for check in checks] == [False, broken != "rotate"]
