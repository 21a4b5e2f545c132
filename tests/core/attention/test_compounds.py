"""Cells that are sums of weights: merged words, differences and rollouts, against their maps."""

import dataclasses

import numpy as np
import pytest

from core.attention import (
    Compound,
    MapComparison,
    compare_maps,
    compound_check,
    difference_cell,
    layer_means,
    merged_cell,
    recorded,
    rollout,
    rollout_cell,
)
from core.attention.comparison import _merged

CAUSAL, BOTH_WAYS = recorded("causal"), recorded("bidirectional")
HEADS = {"head_a": (16, 0), "head_b": (5, 0)}


UNITS = tuple(tuple(range(start, min(start + 2, 19))) for start in range(0, 19, 2))
"""Made-up words of two tokens each, the last of one: the recorded texts have a token for each word."""


def of_words() -> tuple[MapComparison, np.ndarray, np.ndarray]:
    """Both recorded texts in words of several tokens."""
    found = compare_maps(CAUSAL, BOTH_WAYS, **HEADS)
    ours, theirs = CAUSAL.weights[16, 0], BOTH_WAYS.weights[5, 0]
    shifted = tuple(tuple(place + 1 for place in places) for places in UNITS)
    maps = [_merged(ours, UNITS), _merged(theirs, shifted)]
    labels = tuple(map(str, range(len(UNITS))))
    changed = {"labels_a": labels, "labels_b": labels, "positions_a": UNITS, "positions_b": shifted}
    return (
        dataclasses.replace(found, **changed, map_a=maps[0], map_b=maps[1], difference=maps[1] - maps[0]),
        ours,
        theirs,
    )


def test_every_cell_between_words_is_the_sum_of_its_tokens_weights() -> None:
    found, ours, theirs = of_words()
    several = 0
    for query in range(len(found.labels_a)):
        for key in range(len(found.labels_a)):
            cells = [
                merged_cell(found, ours, side=0, at=(query, key)),
                merged_cell(found, theirs, side=1, at=(query, key)),
                difference_cell(found, ours, theirs, at=(query, key)),
            ]
            for cell, map_ in zip(cells, (found.map_a, found.map_b, found.difference), strict=True):
                assert cell.value == map_[query, key]
                assert compound_check(cell).passed
                own = [(ours, theirs)[side][at] for side, at in zip(cell.sides, cell.places, strict=True)]
                np.testing.assert_array_equal(cell.weights, np.array(own, dtype=np.float64))
            several += len(cells[0].parts) > 1
    assert several


def test_the_rule_is_the_sum_over_keys_and_the_mean_over_queries() -> None:
    found, ours, _ = of_words()
    long = next(n for n, places in enumerate(found.positions_a) if len(places) > 1)
    cell = merged_cell(found, ours, side=0, at=(long, long))
    block = ours[np.ix_(found.positions_a[long], found.positions_a[long])]
    assert cell.value == pytest.approx(block.sum(axis=1).mean())
    np.testing.assert_allclose(cell.factors, 1 / len(block))


@pytest.mark.parametrize("key", ["causal", "bidirectional", "induction"])
def test_every_cell_of_a_rollout_is_the_sum_over_the_tokens_between(key: str) -> None:
    weights = recorded(key).weights
    rolled, below = rollout(weights), rollout(weights[:-1])
    for query in range(len(rolled)):
        found = rollout_cell(layer_means(weights), rolled, query, query // 2)
        np.testing.assert_allclose(found.before, below[:, query // 2], rtol=1e-4, atol=1e-9)
        assert found.last.sum() == pytest.approx(1, abs=1e-5)
        assert compound_check(found, sums=len(weights)).passed


def test_a_changed_part_turns_the_check_red() -> None:
    found, ours, theirs = of_words()
    at = tuple(int(n) for n in np.unravel_index(found.map_a.argmax(), found.map_a.shape))
    for cell in (merged_cell(found, ours, side=0, at=at), difference_cell(found, ours, theirs, at=at)):
        assert compound_check(cell).passed
        assert not compound_check(
            dataclasses.replace(cell, weights=cell.weights + 1e-4 * (np.arange(len(cell.weights)) == 0))
        ).passed
        assert not compound_check(dataclasses.replace(cell, value=cell.value + 1e-4)).passed
    weights, means = CAUSAL.weights, layer_means(CAUSAL.weights)
    rolled = rollout(weights)
    whole = rollout_cell(means, rolled, 9, 0)
    assert not compound_check(dataclasses.replace(whole, before=1.001 * whole.before), sums=len(weights)).passed
    assert not compound_check(rollout_cell(means, np.roll(rolled, 1), 9, 0), sums=len(weights)).passed
    swapped = np.concatenate([means[1:], means[:1]])
    assert not compound_check(rollout_cell(swapped, rolled, 9, 4), sums=len(weights)).passed


@pytest.mark.parametrize(("at", "side", "said"), [((99, 0), 0, "query"), ((0, -1), 0, "key"), ((0, 0), 2, "side")])
def test_a_cell_out_of_range_is_refused(at: tuple[int, int], side: int, said: str) -> None:
    found, ours, _ = of_words()
    with pytest.raises(ValueError, match=said):
        merged_cell(found, ours, side=side, at=at)
    with pytest.raises(ValueError, match="query = 99"):
        rollout_cell(layer_means(CAUSAL.weights), rollout(CAUSAL.weights), 99, 0)


def test_of_two_texts_of_one_model_a_difference_has_two_parts() -> None:
    ours, theirs = recorded("induction"), recorded("other_words")
    found = compare_maps(ours, theirs, head_a=(18, 6))
    cell = difference_cell(found, ours.weights[18, 6], theirs.weights[18, 6], at=(26, 8))
    assert isinstance(cell, Compound)
    assert cell.sides == (1, 0)
    assert cell.places == ((26, 8), (26, 8))
    np.testing.assert_allclose(cell.factors, [1, -1])
