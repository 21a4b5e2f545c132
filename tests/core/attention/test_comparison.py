"""Maps of two texts or two models on the same axes."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.attention import AttentionRecord, compare_maps, map_distances, recorded, trace
from core.attention.with_torch.record import to_record
from core.models import CausalLM


def record(tokens: list[str], *, model: str = "one", text: str | None = None, seed: int = 0) -> AttentionRecord:
    """A record of random maps, with 2 layers of 3 heads."""
    n = len(tokens)
    weights = np.random.default_rng(seed).dirichlet(np.ones(n), (2, 3, n)).astype(np.float32)
    return AttentionRecord(
        model=model,
        text="".join(tokens).replace("·", " ") if text is None else text,
        causal=False,
        tokens=tuple(tokens),
        token_ids=np.arange(n),
        weights=weights,
        loss=None,
        top_next=(),
        checks=(),
    )


CAT = ["The", "·cat", "·sat", "."]


def test_texts_of_one_length_are_compared_place_by_place() -> None:
    a, b = record(CAT), record(["The", "·dog", "·sat", "."], seed=1)
    found = compare_maps(a, b, head_a=(1, 2))
    assert (found.unit, found.labels_a, found.labels_b) == ("token", a.tokens, b.tokens)
    np.testing.assert_array_equal(found.difference, b.weights[1, 2] - a.weights[1, 2])
    assert (found.left_out_a, found.left_out_b) == ((), ())
    back = compare_maps(b, a, head_a=(1, 2))
    np.testing.assert_array_equal(back.difference, -found.difference)


def test_texts_of_other_lengths_are_aligned() -> None:
    a, b = record(CAT), record(["The", "·big", "·cat", "·sat", "·down", "."], seed=1)
    found = compare_maps(a, b, head_a=(0, 0), head_b=(1, 1))
    assert found.labels_a == found.labels_b == a.tokens
    assert found.positions_b == ((0,), (2,), (3,), (5,))
    assert (found.left_out_a, found.left_out_b) == ((), ("·big", "·down"))
    places = [0, 2, 3, 5]
    np.testing.assert_allclose(found.map_b, b.weights[1, 1][np.ix_(places, places)], rtol=1e-6)
    assert (found.map_b.sum(1) < 1).all()


def test_what_moved_counts_what_went_to_the_rest() -> None:
    a, b = record(CAT), record(["The", "·big", "·cat", "·sat", "·down", "."], seed=1)
    found = compare_maps(a, b, head_a=(0, 0))
    rest = 1 - found.map_b.sum(axis=1)  # the first map leaves nothing out
    whole = np.concatenate([found.difference, rest[:, None]], axis=1)
    assert found.moved == pytest.approx(np.abs(whole).sum(axis=1).mean() / 2, rel=1e-5)
    assert compare_maps(a, a, head_a=(0, 0)).moved == 0


letters = st.lists(st.sampled_from("abc"), min_size=1, max_size=7)


@given(letters, letters)
def test_pairs_rise_and_agree(first: list[str], second: list[str]) -> None:
    a, b = record(first), record(second, seed=1)
    if not set(first) & set(second) and len(first) != len(second):
        with pytest.raises(ValueError, match="nothing in common"):
            compare_maps(a, b, head_a=(0, 0))
        return
    found = compare_maps(a, b, head_a=(0, 0))
    for positions in (found.positions_a, found.positions_b):
        assert list(positions) == sorted(set(positions))
    assert len(first) == len(second) or found.labels_a == found.labels_b
    assert len(found.positions_a) + len(found.left_out_a) == len(first)


def test_two_models_are_compared_word_by_word() -> None:
    a = record(["The", "·cat", "erpillar", "·sat", "."])
    b = record(["[CLS]", "the", "cater", "pillar", "sat", ".", "[SEP]"], model="two", text=a.text, seed=1)
    found = compare_maps(a, b, head_a=(0, 0), head_b=(1, 1))
    assert found.unit == "word"
    assert found.labels_a == found.labels_b == ("the", "caterpillar", "sat", ".")
    assert found.positions_a == ((0,), (1, 2), (3,), (4,))
    assert found.positions_b == ((1,), (2, 3), (4,), (5,))
    assert found.left_out_b == ("[CLS]", "[SEP]")
    # From a word: the mean over its tokens. To a word: the sum over its tokens.
    weights = b.weights[1, 1]
    assert found.map_b[1, 2] == pytest.approx((weights[2, 4] + weights[3, 4]) / 2, rel=1e-5)
    assert found.map_b[0, 1] == pytest.approx(weights[1, 2] + weights[1, 3], rel=1e-5)
    np.testing.assert_allclose(found.map_a.sum(1), 1, rtol=1e-5)


def test_words_are_found_without_case_and_accents() -> None:
    text = "Één café—İstanbul\n\t😀 naïve"
    a = record(["Één", "·café", "—", "İ", "stanbul", "⏎", "⇥", "\\xF0\\x9F\\x98", "😀", "·naïve"], text=text)
    b = record(["een", "cafe", "—", "istanbul", "[UNK]", "naive"], model="two", text=text, seed=1)
    found = compare_maps(a, b, head_a=(0, 0))
    assert found.labels_a == ("één", "café", "—", "i̇stanbul", "naïve") == found.labels_b
    assert found.left_out_b == ("[UNK]",)


def test_the_recorded_cat_by_a_decoder_and_an_encoder() -> None:
    a, b = recorded("causal"), recorded("bidirectional")
    found = compare_maps(a, b, head_a=(16, 0), head_b=(1, 8))
    assert found.labels_a[:3] == ("the", "cat", "that")
    assert found.left_out_a == ()
    assert found.left_out_b == ("[CLS]", "[SEP]")
    assert (np.triu(found.map_a, 1) == 0).all()
    assert np.triu(found.map_b, 1).sum() > 5


def test_heads_that_moved(llama: CausalLM) -> None:
    a, b = (to_record(llama, trace(llama, text)) for text in ("The cat sat", "The dog sat"))
    distances = map_distances(a, b)
    for layer, head in np.ndindex(distances.shape):
        moved = np.abs(a.weights[layer, head] - b.weights[layer, head]).sum(axis=1).mean() / 2
        assert distances[layer, head] == pytest.approx(moved, rel=1e-5)
    assert (map_distances(a, a) == 0).all()
    # In the first layer, what comes before the first other letter looks at the same tokens.
    assert compare_maps(a, b, head_a=(0, 0)).difference[:4].max() < 1e-6 < distances.min()


def test_what_cannot_be_compared() -> None:
    a = record(CAT)
    with pytest.raises(ValueError, match="nothing in common"):
        compare_maps(a, record(["x", "y"]), head_a=(0, 0))
    for options in ({"head_a": (2, 0)}, {"head_a": (0, 0), "head_b": (0, 3)}, {"head_a": (0, -1)}):
        with pytest.raises(ValueError, match="layers lie in 0 to 1, heads in 0 to 2"):
            compare_maps(a, a, **options)
    for other in (record(["x", "y"]), dataclasses.replace(a, model="two")):
        with pytest.raises(ValueError, match="only within a model and a length"):
            map_distances(a, other)
