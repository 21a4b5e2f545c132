"""Reads lists and keeps where the attention of their last token falls."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float, Int

from core.agents.attention import ELSEWHERE, AttentionRow, ListAttention
from core.agents.retrieval import NUMBERED, Pair, Trial, drawn_trials, retrieval_prompt
from core.agents.with_torch.retrieval import retrieve_curve
from core.attention import project, trace
from core.models import CausalLM


def list_attention(lm: CausalLM, *, pairs: int, trials: int, seed: int, format: str = NUMBERED) -> ListAttention:
    """How much of its attention the token before the answer gives to each pair, by the place of the needed one.

    Args:
        lm: a causal language model in float32, with eager attention.
        pairs, trials, seed, format: of the lists, as for `retrieve_curve`.

    Raises:
        ValueError: for a value out of range, or a model in another number format.

    Invariant: the lists are those of `retrieve_curve`, and so are the answers.
    Source: the map of Vaswani et al. 2017, section 3.2.1, as the model computes it; its last row.
    """
    curve = retrieve_curve(lm, pairs=pairs, trials=trials, seed=seed, format=format)
    drawn, places = drawn_trials(pairs, trials, seed=seed), curve.positions.tolist()
    read = [[_last_row(lm, trial, place, format) for trial in drawn] for place in places]
    shares = np.array([[_by_line(rows, lines, pairs) for rows, lines in at_place] for at_place in read])
    needed = np.stack([shares[number, ..., place] for number, place in enumerate(places)])
    layer, head = np.unravel_index(needed.mean(axis=(0, 1)).argmax(), needed.shape[2:])
    return ListAttention(
        curve=curve,
        heads=needed.astype(np.float16),
        even=np.array([
            [np.mean(lines == place) for _, lines in at_place] for at_place, place in zip(read, places, strict=True)
        ]),
        layer=int(layer),
        head=int(head),
        lines=shares[:, :, layer, head],
        row=_row(lm, drawn[0], curve.middle, places[curve.middle], format, int(layer), int(head)),
    )  # fmt: skip


def _last_row(
    lm: CausalLM, trial: Trial, place: int, format: str
) -> tuple[Float[np.ndarray, "layer head token"], Int[np.ndarray, "token"]]:
    """The last token's attention in all heads, and the pair of each token."""
    listed = trial.with_needed_at(place)
    prompt = retrieval_prompt(listed, trial.asked, format)
    return trace(lm, prompt).weights[:, :, -1].numpy().copy(), lines_of(lm, prompt, listed)


def lines_of(lm: CausalLM, prompt: str, pairs: Sequence[Pair]) -> Int[np.ndarray, "token"]:
    """The pair to whose name, colon or thing each token of a text belongs; ELSEWHERE for the others.

    Invariant: each token that shares a character with "name: thing" counts to that pair, but the first of the text.
    """
    spans = lm.tokenizer(prompt, return_offsets_mapping=True)["offset_mapping"]
    found, start = np.full(len(spans), ELSEWHERE), 0
    for number, pair in enumerate(pairs):
        words = ": ".join(pair)
        start = prompt.index(words, start)
        stop = start + len(words)
        found[[token for token, (first, after) in enumerate(spans) if first < stop and after > start]] = number
        start = stop
    found[0] = ELSEWHERE
    return found


def _by_line(
    rows: Float[np.ndarray, "layer head token"], lines: Int[np.ndarray, "token"], pairs: int
) -> Float[np.ndarray, "layer head line"]:
    """The attention of each head summed over the tokens of each pair, and last over all others."""
    return np.stack([rows[..., lines == line].sum(axis=-1) for line in (*range(pairs), ELSEWHERE)], axis=-1)


def _row(lm: CausalLM, trial: Trial, number: int, place: int, format: str, layer: int, head: int) -> AttentionRow:
    """What the first list's row at one place is made of."""
    listed = trial.with_needed_at(place)
    prompt = retrieval_prompt(listed, trial.asked, format)
    found = project(lm, trace(lm, prompt), layer)
    return AttentionRow(
        place=number,
        trial=0,
        query=found.query[head, -1].copy(),
        keys=found.key[head].copy(),
        scaling=found.scaling,
        lines=lines_of(lm, prompt, listed),
    )
