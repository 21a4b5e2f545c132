"""The log-probability of a text, and of completions of a prompt."""

from collections.abc import Sequence

import numpy as np
import torch
from jaxtyping import Float

from core.language.scores import Scores
from core.language.text import bare_ids, tokens
from core.language.with_torch.context import Context, padded, positions_of, read_together, require_causal, rows_within
from core.models import CausalLM
from core.progress import Progress, portion


@torch.inference_mode()
def log_probs(lm: CausalLM, text: str) -> Float[np.ndarray, "later_token"]:
    """log p(x_i | x_1, ..., x_(i-1)), in nats, of each token of a text but the first, which has nothing before it.

    Args:
        lm: a causal language model.
        text: at least one token, at most as many as the model has positions.

    Returns:
        A numpy array in float32, one shorter than `tokens(lm, text).ids`; empty for a single token.

    Raises:
        TypeError: for an encoder.
        ValueError: if the text has no token, or too many.

    Invariant: exp(-mean) is the perplexity; it equals log softmax of one forward pass up to rounding.
    Source: `model(input_ids).logits` of transformers.
    """
    require_causal(lm)
    ids = torch.from_numpy(tokens(lm, text).ids)[None]
    _require_room(lm, ids.shape[1], "the text")
    context = Context(lm)
    if ids.shape[1] == 1:
        return np.empty(0, np.float32)
    context.read(ids[:, :1])
    return context.log_probs(ids[:, 1:])[0].numpy()


def score(lm: CausalLM, prompt: str, completions: Sequence[str]) -> Scores:
    """How likely the model finds each completion after a prompt, which is read once.

    log p(c | prompt) = sum_i log p(c_i | prompt, c_1, ..., c_(i-1)), in nats. Prompt and completion are tokenized
    apart, without special tokens, and their ids joined; a space between them is the caller's to write (it belongs to
    the completion: " Paris").

    Args:
        lm: a causal language model.
        prompt: at least one token.
        completions: at least one, each of at least one token; together with the prompt no longer than the model's
            positions.

    Raises:
        TypeError: for an encoder.
        ValueError: for a prompt or completion without a token or too long, or no completion; it names which.

    Invariant: `.log_probs[c]` is the sum of `log_probs` over the tokens of c in the joined text, wherever the joined
    text has the joined tokens.
    Source: Brown et al. 2020 (2005.14165), section 2.4, for the comparison of completions by likelihood.
    """
    return score_many(lm, [prompt], completions)[0]


@torch.inference_mode()
def score_many(
    lm: CausalLM,
    prompts: Sequence[str],
    completions: Sequence[str] | Sequence[Sequence[str]],
    *,
    on_progress: Progress | None = None,
) -> list[Scores]:
    """`score` for many prompts, read side by side: what they all begin with once, the rest padded on the left.

    Args:
        lm: a causal language model.
        prompts: each of at least one token.
        completions: one list for all prompts, or one list for each of them.
        on_progress: told the part done before each run of the model and at the end; an exception it raises ends the
            work.

    Returns:
        One result for each prompt, in the order of the prompts.

    Raises:
        TypeError: for an encoder.
        ValueError: for a prompt or completion without a token or too long, no completion, or another number of lists
            than of prompts; it names which.

    Invariant: up to rounding, each result is what `score` gives for its prompt alone.
    Source: `score`; left padding as in transformers' `generate`.
    """
    require_causal(lm)
    texts = _one_list_each(prompts, completions)
    heads = [bare_ids(lm, prompt, name=_name(prompts, n)) for n, prompt in enumerate(prompts)]
    tails = [
        [bare_ids(lm, text, name=f"completions[{c}] of {_name(prompts, n)}") for c, text in enumerate(row)]
        for n, row in enumerate(texts)
    ]
    for n, (head, row) in enumerate(zip(heads, tails, strict=True)):
        for c, tail in enumerate(row):
            _require_room(lm, len(head) + len(tail), f"{_name(prompts, n)} with its completions[{c}]")
    found = _Scorer(lm, on_progress, sum(map(len, tails))).score(heads, tails)
    return [
        Scores(prompt, tuple(row), len(head), tuple(by_token))
        for prompt, row, head, by_token in zip(prompts, texts, heads, found, strict=True)
    ]


class _Scorer:
    """Scores token ids in batches that fit into memory, and says how far it has come."""

    def __init__(self, lm: CausalLM, on_progress: Progress | None, completions: int) -> None:
        self._lm = lm
        self._report = portion(on_progress)
        self._done, self._all = 0, completions

    def score(self, heads: list[list[int]], tails: list[list[list[int]]]) -> list[list[Float[np.ndarray, "_"]]]:
        """By prompt and completion, the log-probability of each token."""
        found: list[list[Float[np.ndarray, "_"]]] = [[] for _ in heads]
        order = sorted(range(len(heads)), key=lambda n: -len(heads[n]))  # alike lengths need little padding
        while order:
            size = rows_within(len(heads[order[0]]))
            batch, order = order[:size], order[size:]
            scored = self._batch([heads[n] for n in batch], [tails[n] for n in batch])
            for n, by_token in zip(batch, scored, strict=True):
                found[n] = by_token
        self._tell()
        return found

    def _batch(self, heads: list[list[int]], tails: list[list[list[int]]]) -> list[list[Float[np.ndarray, "_"]]]:
        """The same for prompts that are read side by side."""
        found = [[np.empty(0, np.float32)] * len(row) for row in tails]
        prompts, longest = read_together(self._lm, heads, self._tell), max(map(len, heads))
        places = [(n, c) for n, row in enumerate(tails) for c in range(len(row))]
        places.sort(key=lambda place: -len(tails[place[0]][place[1]]))
        while places:
            size = rows_within(longest + len(tails[places[0][0]][places[0][1]]))
            batch, places = places[:size], places[size:]
            ids, _ = padded([tails[n][c] for n, c in batch], side="right")
            values = prompts.rows([n for n, _ in batch]).log_probs(ids).numpy()
            for (n, c), row in zip(batch, values, strict=True):
                found[n][c] = row[: len(tails[n][c])].copy()
            self._done += len(batch)
        return found

    def _tell(self) -> None:
        self._report(self._done / max(self._all, 1), f"{self._done} of {self._all} completions scored")


def _one_list_each(prompts: Sequence[str], completions: Sequence[str] | Sequence[Sequence[str]]) -> list[Sequence[str]]:
    """By prompt, its completions."""
    for name, value in (("prompts", prompts), ("completions", completions)):
        if isinstance(value, str):
            raise ValueError(f"{name} must be a list of texts; got one text, {value[:20]!r}")  # noqa: TRY004 - a text is a sequence of texts
    texts = [row for row in completions if isinstance(row, str)]
    lists = [row for row in completions if not isinstance(row, str)]
    if texts and lists:
        raise ValueError("completions must be one list of texts, or one list for each prompt; got texts and lists")
    if lists and len(lists) != len(prompts):
        raise ValueError(f"completions must have one list for each of the {len(prompts)} prompts; got {len(lists)}")
    each: list[Sequence[str]] = [*lists] if lists else [texts] * len(prompts)
    for n, row in enumerate(each):
        if not row:
            raise ValueError(f"{_name(prompts, n)} must have at least 1 completion; got none")
    return each


def _name(prompts: Sequence[str], n: int) -> str:
    """What a prompt is called in an error."""
    return "the prompt" if len(prompts) == 1 else f"prompts[{n}]"


def _require_room(lm: CausalLM, count: int, name: str) -> None:
    if count > positions_of(lm):
        raise ValueError(f"{name} must have 1 to {positions_of(lm):,} tokens, which {lm.name} can read; got {count:,}")
