"""Where the last token of a list looks: the shares of its lines against the model's own maps."""

import numpy as np
import pytest
import torch

from core.agents import (
    NUMBERED,
    PLAIN,
    drawn_trials,
    found_against_missed,
    list_attention,
    recorded_attention,
    recorded_attentions,
    recorded_curve,
    retrieval_prompt,
    shares_of,
)
from core.agents.attention import ELSEWHERE
from core.agents.with_torch.attention import lines_of
from core.models import CausalLM


def last_rows(lm: CausalLM, prompt: str) -> np.ndarray:
    """The last row of every head, asked of transformers itself."""
    ids = torch.tensor([lm.tokenizer(prompt)["input_ids"]])
    with torch.inference_mode():
        maps = lm.model(input_ids=ids, output_attentions=True, use_cache=False).attentions
    return np.stack([one[0, :, -1].numpy() for one in maps])


@pytest.mark.parametrize("format", [NUMBERED, PLAIN])
def test_shares_are_sums_over_the_letters_of_a_pair(tiny: CausalLM, format: str) -> None:
    found = list_attention(tiny, pairs=3, trials=2, seed=4, format=format)
    assert found.heads.shape == (3, 2, 1, 2) and found.lines.shape == (3, 2, 4)
    for number, trial in enumerate(drawn_trials(3, 2, seed=4)):
        for place in range(3):
            listed = trial.with_needed_at(place)
            prompt = retrieval_prompt(listed, trial.asked, format)
            rows, words = last_rows(tiny, prompt), ": ".join(trial.pairs[0])
            start = max(prompt.index(words), 1)  # one token a letter; the first of the text counts to no pair
            stop = prompt.index(words) + len(words)
            share = rows[..., start:stop].sum(axis=-1)
            assert found.heads[place, number] == pytest.approx(share, abs=2**-10)
            assert found.strongest[place, number] == pytest.approx(share[found.layer, found.head], abs=1e-6)
            assert found.even[place, number] == pytest.approx((stop - start) / len(prompt))
    assert found.lines.sum(axis=-1) == pytest.approx(1, abs=1e-6)
    assert found.heads.mean(axis=(0, 1)).argmax() == found.layer * 2 + found.head


def test_the_row_is_rebuilt_from_query_and_keys(tiny: CausalLM) -> None:
    found = list_attention(tiny, pairs=3, trials=2, seed=4)
    again = shares_of(found.row, 3)
    assert again.sum() == pytest.approx(1, abs=1e-12)
    assert again == pytest.approx(found.lines[found.row.place, found.row.trial], abs=1e-5)


def test_each_token_belongs_to_one_pair(tiny: CausalLM) -> None:
    pairs = (("Ann", "lamp"), ("Bo", "Ann"))
    prompt = retrieval_prompt(pairs, "Ann", NUMBERED)
    lines = lines_of(tiny, prompt, pairs)
    assert [prompt[place] for place in np.flatnonzero(lines == 0)] == list("Ann: lamp")
    assert [prompt[place] for place in np.flatnonzero(lines == 1)] == list("Bo: Ann")
    first = lines_of(tiny, retrieval_prompt(pairs, "Ann", PLAIN), pairs)
    assert first[0] == ELSEWHERE and first[1:9].tolist() == [0] * 8


def test_a_model_in_half_precision_is_refused(tiny: CausalLM) -> None:
    half = CausalLM(tiny.model.to(torch.bfloat16), tiny.tokenizer, "tiny", 1, 2, 1)
    try:
        with pytest.raises(ValueError, match="float32"):
            list_attention(half, pairs=2, trials=1, seed=0)
    finally:
        tiny.model.to(torch.float32)


def test_found_against_missed_is_within_places() -> None:
    rng = np.random.default_rng(0)
    found = rng.random((7, 400)) < np.linspace(0.1, 0.9, 7)[:, None]
    base = np.linspace(0.9, 0.1, 7)[:, None] + 0.05 * rng.standard_normal((7, 400))
    for effect in (0.0, 0.1, -0.1):
        more, low, high = found_against_missed(base + effect * found, found)
        assert low < effect < high and low < more < high < low + 0.02
    # Over all places together, lists that are found would seem to be looked at less.
    assert base[found].mean() < base[~found].mean() - 0.2


def test_found_against_missed_at_one_place_is_a_difference_of_means() -> None:
    shares, found = np.array([[0.1, 0.5, 0.3, 0.9]]), np.array([[False, True, False, True]])
    more, low, high = found_against_missed(shares, found)
    assert more == pytest.approx(0.5) and low < 0.5 < high
    assert found_against_missed(shares, np.ones((1, 4), bool)) == (0.0, -1.0, 1.0)


def test_what_is_recorded_is_of_the_lists_of_the_curves() -> None:
    assert set(recorded_attentions()) == {(format, pairs) for format in (NUMBERED, PLAIN) for pairs in (5, 10, 20)}
    for (format, pairs), one in recorded_attentions().items():
        curve = recorded_curve(format, pairs)
        assert (one.curve.dtype, one.curve.trials, one.curve.seed) == ("float32", curve.trials, curve.seed)
        assert one.curve.positions.tolist() == curve.positions.tolist()
        # The same lists in two number formats: an answer may tip, not many.
        assert (one.curve.found != curve.found).mean() < 0.1
        assert one.strongest == pytest.approx(one.heads[:, :, one.layer, one.head].astype(float), abs=2**-11)
        with pytest.raises(ValueError, match="numbered"):
            recorded_attention(format, pairs + 1)
