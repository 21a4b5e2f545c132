"""Where the last token of a list looks: the shares of its lines against the model's own maps."""

import numpy as np
import pytest
import torch

from core.agents import (
    NUMBERED,
    PLAIN,
    list_attention,
    retrieval_prompt,
    shares_of,
)
from core.agents.attention import ELSEWHERE
from core.agents.retrieval import drawn_trials
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
