"""What a model has read, some rows at a time, with the keys and values from which it reads on."""

import copy
from collections.abc import Callable, Iterator, Sequence
from itertools import takewhile
from typing import Literal

import torch
from jaxtyping import Float, Int
from torch import Tensor
from transformers import DynamicCache

from core.models import CausalLM

TOKENS_PER_CALL = 256
"""Tokens, over all rows, that a model reads at once: their logits over a vocabulary of 49152 take 50 MB."""
TOKENS_IN_CACHE = 2048
"""Tokens, over all rows, of which keys and values are kept at once if several rows are read: 94 MB for SmolLM2."""


class Context:
    """Some texts of equal length that a model has read, and the logits of what follows each.

    A row may begin with padding, which no token sees and which moves no position: the tokens of a row stand at 0, 1,
    2, ... counted without it.

    Args:
        lm: the model; it is not changed.
        before_call: called before each run of the model; an exception that it raises ends the work.

    Invariant: the logits of a row are those of one pass over its text alone, up to rounding.
    Source: `past_key_values`, `attention_mask` and `position_ids` of transformers.
    """

    def __init__(self, lm: CausalLM, before_call: Callable[[], None] = lambda: None) -> None:
        self.lm = lm
        self.logits: Float[Tensor, "row vocab"] = torch.empty(1, 0)
        self._before_call = before_call
        self._cache = DynamicCache(config=lm.model.config)
        self._seen: Int[Tensor, "row token"] = torch.empty(1, 0, dtype=torch.long)

    def read(self, ids: Int[Tensor, "row new"], real: Int[Tensor, "row new"] | None = None) -> None:
        """Reads on in every row.

        Args:
            ids: the next tokens; the last column holds no padding.
            real: 1 for a token, 0 for padding; all are tokens if it is left out.
        """
        for block in self._blocks(ids.shape[1]):
            self.logits = self._run(ids[:, block], None if real is None else real[:, block], logits=1)[:, -1]

    def log_probs(self, ids: Int[Tensor, "row new"]) -> Float[Tensor, "row new"]:
        """The natural logarithm of the probability of each of the next tokens given all those before it.

        Reads all but the last of them. Padding may stand at the end of a row: its numbers mean nothing, and the
        others do not depend on it.
        """
        found = [chosen(self.logits[:, None], ids[:, :1])]
        for block in self._blocks(ids.shape[1] - 1):
            logits = self._run(ids[:, block], None, logits=0)
            found.append(chosen(logits, ids[:, block.start + 1 : block.stop + 1]))
        return torch.cat(found, dim=1)

    def rows(self, places: Sequence[int]) -> "Context":
        """A context with some of these rows, each as often as it is named; this one stays as it is."""
        index = torch.tensor(places)
        chosen_rows = copy.copy(self)
        chosen_rows.logits, chosen_rows._seen = self.logits[index], self._seen[index]
        chosen_rows._cache = copy.copy(self._cache)
        chosen_rows._cache.layers = [copy.copy(layer) for layer in self._cache.layers]
        chosen_rows._cache.batch_select_indices(index)  # makes new tensors, and no layer writes into the old ones
        return chosen_rows

    def _blocks(self, columns: int) -> Iterator[slice]:
        width = max(1, TOKENS_PER_CALL // len(self._seen))
        for start in range(0, columns, width):
            yield slice(start, min(start + width, columns))

    def _run(
        self, ids: Int[Tensor, "row new"], real: Int[Tensor, "row new"] | None, *, logits: int
    ) -> Float[Tensor, "row kept vocab"]:
        """One run of the model, which keeps the last `logits` columns of its output, or all for 0."""
        self._before_call()
        self._seen = torch.cat([self._seen, torch.ones_like(ids) if real is None else real], dim=1)
        positions = (self._seen.cumsum(dim=1) - 1).clamp(min=0)[:, -ids.shape[1] :]
        output = self.lm.model(
            input_ids=ids,
            attention_mask=self._seen,
            position_ids=positions,
            past_key_values=self._cache,
            use_cache=True,
            logits_to_keep=logits,
        )
        found: Tensor = output.logits
        return found


def read_together(lm: CausalLM, heads: Sequence[list[int]], before_call: Callable[[], None] = lambda: None) -> Context:
    """Prompts that have been read, one a row: what they all begin with once, then the rest of each.

    Args:
        lm: the model.
        heads: the tokens of each prompt, at least one; all have a place in memory side by side.
        before_call: see `Context`.
    """
    shared = _shared(heads)
    context = Context(lm, before_call)
    if shared:
        context.read(torch.tensor([heads[0][:shared]]))
    context = context.rows([0] * len(heads))
    context.read(*padded([head[shared:] for head in heads], side="left"))
    return context


def _shared(heads: Sequence[list[int]]) -> int:
    """How many tokens all rows begin with, each row keeping at least one of its own; a single row shares none."""
    if len(heads) == 1:
        return 0
    # What the first and the last in the order of the dictionary share, all between them share too.
    alike = takewhile(lambda pair: pair[0] == pair[1], zip(min(heads), max(heads), strict=False))
    return min(sum(1 for _ in alike), min(map(len, heads)) - 1)


def padded(
    rows: Sequence[Sequence[int]], *, side: Literal["left", "right"]
) -> tuple[Int[Tensor, "row column"], Int[Tensor, "row column"]]:
    """The rows as one rectangle, with 1 where a token stands and 0 where there is padding."""
    width = max(map(len, rows))
    ids, real = torch.zeros(len(rows), width, dtype=torch.long), torch.zeros(len(rows), width, dtype=torch.long)
    for n, row in enumerate(rows):
        place = slice(width - len(row), width) if side == "left" else slice(len(row))
        ids[n, place], real[n, place] = torch.tensor(row), 1
    return ids, real


def chosen(logits: Float[Tensor, "row new vocab"], ids: Int[Tensor, "row new"]) -> Float[Tensor, "row new"]:
    """log softmax(logits) at the given tokens, in float32 whatever the model computes in."""
    logits = logits.float()
    picked = logits.gather(-1, ids[..., None])[..., 0]
    return picked - logits.logsumexp(dim=-1)


def rows_within(length: int) -> int:
    """How many rows of a length may be read side by side: at least one, whatever its length."""
    return max(1, min(TOKENS_PER_CALL, TOKENS_IN_CACHE // length))


def positions_of(lm: CausalLM) -> int:
    """How many tokens the model can read, which its position encoding was made for."""
    return int(lm.model.config.max_position_embeddings)


def require_causal(lm: object) -> None:
    """Refuses what cannot give the probability of a next token.

    Raises:
        TypeError: for anything but a `CausalLM`.
    """
    if not isinstance(lm, CausalLM):
        raise TypeError(
            f"This needs a causal language model, which predicts the next token; got {type(lm).__name__}. "
            "Load one with core.models.load_causal_lm."
        )
