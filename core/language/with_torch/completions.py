"""Writing on from a prompt, several samples side by side."""

import math
from collections.abc import Sequence

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from core.language.completions import Completion, Finish, first_stop, tokens_before
from core.language.text import bare_ids
from core.language.with_torch.context import Context, positions_of, read_together, require_causal, rows_within
from core.models import CausalLM
from core.numbers import as_real
from core.progress import Progress, portion


@torch.inference_mode()
def complete(
    lm: CausalLM,
    prompt: str,
    *,
    max_new_tokens: int,
    stop: Sequence[str] = (),
    temperature: float = 0.0,
    seed: int = 0,
    samples: int = 1,
    on_progress: Progress | None = None,
) -> list[Completion]:
    """Continues a prompt, which is read once for all samples.

    Tokens are drawn from softmax(logits / temperature); at temperature 0 the likeliest is taken. A text ends with a
    token that ends texts ("end"), when a stop string is complete ("stop"), or after `max_new_tokens` ("length").

    Args:
        lm: a causal language model.
        prompt: at least one token; no special token is added. For an answer, put the messages into `chat` first.
        max_new_tokens: at least 1; together with the prompt no more than the model's positions.
        stop: texts at which to stop, looked for in what is written, special tokens left out; a text that crosses the
            borders of tokens is found. What follows the beginning of the earliest is cut off.
        temperature: from 0 up.
        seed: of the draws, from 0 up.
        samples: how many texts; one at temperature 0, where all would be the same.
        on_progress: told the part done before each run of the model and at the end; an exception it raises ends the
            work.

    Returns:
        One completion for each sample. Sample i hangs on the seed and i, not on how many there are: it has a
        generator of its own (up to rounding, which may tip a draw once in many thousand tokens).

    Raises:
        TypeError: for an encoder.
        ValueError: for an empty or too long prompt, an empty stop string, or a value out of range.

    Invariant: at temperature 0 in float32, without stop strings, `.token_ids` are those of transformers' greedy
    `generate`; `.log_probs[i]` is the log-probability of token i given the prompt and the tokens before it.
    Source: Holtzman et al. 2020 (1904.09751), section 4.1, for sampling with temperature.
    """
    require_causal(lm)
    stops = _checked(stop, temperature, seed, samples)
    ids = bare_ids(lm, prompt, name="the prompt")
    _require_length(lm, len(ids), max_new_tokens)
    writers = [_Writer(lm, stops, temperature, (seed, n), max_new_tokens) for n in range(samples)]
    report = portion(on_progress)

    def tell() -> None:
        done = sum(max_new_tokens if writer.finish else len(writer.ids) for writer in writers)
        report(done / (samples * max_new_tokens), f"{sum(len(writer.ids) for writer in writers)} tokens written")

    context = Context(lm, tell)
    context.read(torch.tensor([ids]))
    size = rows_within(len(ids) + max_new_tokens)
    for start in range(0, samples, size):
        some = writers[start : start + size]
        _write(context.rows([0] * len(some)), some)
    tell()
    return [writer.completion() for writer in writers]


@torch.inference_mode()
def complete_many(
    lm: CausalLM,
    prompts: Sequence[str],
    *,
    max_new_tokens: int,
    stop: Sequence[str] = (),
    temperature: float = 0.0,
    seeds: Sequence[int] | None = None,
    samples: int = 1,
    room: int | None = None,
    on_progress: Progress | None = None,
) -> list[list[Completion]]:
    """`complete` for many prompts, read side by side: what they all begin with once, the rest padded on the left.

    Args:
        lm: a causal language model.
        prompts: each of at least one token.
        max_new_tokens, stop, temperature, samples: as for `complete`.
        seeds: of the draws, one for each prompt; 0, 1, 2, ... without them.
        room: tokens, over all rows, of which keys and values are kept at once: a recording has more memory than a page,
            and wide batches are faster.
        on_progress: told the part done before each run of the model and at the end; an exception it raises ends the
            work.

    Returns:
        By prompt, its samples.

    Raises:
        TypeError: for an encoder.
        ValueError: as `complete`, for one text instead of a list, or for another number of seeds than of prompts.

    Invariant: up to rounding, each list is what `complete` gives for its prompt and its seed alone.
    Source: `complete`; left padding as in transformers' `generate`.
    """
    require_causal(lm)
    if isinstance(prompts, str):
        raise ValueError(f"prompts must be a list of texts; got one text, {prompts[:20]!r}")  # noqa: TRY004 - a text is a sequence of texts
    seeds = range(len(prompts)) if seeds is None else seeds
    if len(seeds) != len(prompts):
        raise ValueError(f"seeds must be as many as the {len(prompts)} prompts; got {len(seeds)}")
    stops = _checked(stop, temperature, min(seeds, default=0), samples)
    heads = [bare_ids(lm, prompt, name=f"prompts[{n}]") for n, prompt in enumerate(prompts)]
    for head in heads:
        _require_length(lm, len(head), max_new_tokens)
    writers = [[_Writer(lm, stops, temperature, (seed, n), max_new_tokens) for n in range(samples)] for seed in seeds]
    report = portion(on_progress)

    def tell() -> None:
        done, every = sum(writer.finish is not None for some in writers for writer in some), samples * len(writers)
        report(done / max(every, 1), f"{done} of {every} texts written")

    order = sorted(range(len(heads)), key=lambda n: len(heads[n]))  # alike lengths need little padding
    while order:
        rows = rows_within(len(heads[order[-1]]) + max_new_tokens, room)
        size = max(1, rows // samples)
        batch, order = order[-size:], order[:-size]
        context = read_together(lm, [heads[n] for n in batch], tell)
        places = [(row, writer) for row, n in enumerate(batch) for writer in writers[n]]
        for start in range(0, len(places), rows):
            some = places[start : start + rows]
            _write(context.rows([row for row, _ in some]), [writer for _, writer in some])
    tell()
    return [[writer.completion() for writer in some] for some in writers]


def _write(context: Context, writers: list["_Writer"]) -> None:
    """Lets some writers, one a row, write until all have finished; who has finished leaves."""
    while True:
        for logits, writer in zip(context.logits, writers, strict=True):
            writer.hear(logits)
        going = [n for n, writer in enumerate(writers) if writer.finish is None]
        if not going:
            return
        if len(going) < len(writers):
            context, writers = context.rows(going), [writers[n] for n in going]
        context.read(torch.tensor([writer.ids[-1:] for writer in writers]))


class _Writer:
    """One text that is being written."""

    def __init__(
        self, lm: CausalLM, stop: tuple[str, ...], temperature: float, seed: tuple[int, int], longest: int
    ) -> None:
        self.ids: list[int] = []
        self.finish: Finish | None = None
        self._log_probs: list[float] = []
        self._lm, self._stop, self._temperature, self._longest = lm, stop, temperature, longest
        self._end = end_ids(lm)
        state = np.random.SeedSequence(seed).generate_state(1, np.uint64)
        self._generator = torch.Generator().manual_seed(int(state[0]))

    def hear(self, logits: Float[Tensor, "vocab"]) -> None:
        """Chooses the next token and sees whether the text ends with it."""
        token = self._choose(logits)
        self.ids.append(token)
        self._log_probs.append(float(logits.float().log_softmax(-1)[token]))
        if token in self._end:
            self.finish = "end"
        elif self._stop and first_stop(self._text(self.ids), self._stop) is not None:
            self.finish = "stop"
        elif len(self.ids) == self._longest:
            self.finish = "length"

    def completion(self) -> Completion:
        """What was written, without the stop string."""
        text, kept = self._text(self.ids), len(self.ids)
        if self.finish == "stop" and (cut := first_stop(text, self._stop)) is not None:
            text, kept = text[:cut], tokens_before(self.ids, cut, self._text)
        return Completion(text, tuple(self.ids[:kept]), np.array(self._log_probs[:kept]), self.finish or "length")

    def _choose(self, logits: Float[Tensor, "vocab"]) -> int:
        if self._temperature == 0:
            return int(logits.argmax())
        # Shifted before it is divided: a temperature near 0 then gives exp(-inf) = 0 and no overflow.
        scaled = (logits.double() - logits.max()) / self._temperature
        return int(torch.multinomial(scaled.softmax(-1), 1, generator=self._generator))

    def _text(self, ids: Sequence[int]) -> str:
        text: str = self._lm.tokenizer.decode(ids, skip_special_tokens=True)
        return text


def end_ids(lm: CausalLM) -> frozenset[int]:
    """The tokens that end a text: those of the model's generation settings and the tokenizer's own; there may be none.

    Source: `generation_config.eos_token_id` and `tokenizer.eos_token_id` of transformers.
    """
    settings = lm.model.generation_config
    named = None if settings is None else settings.eos_token_id
    ids = [*named] if isinstance(named, list) else [named]
    return frozenset(int(token) for token in (*ids, lm.tokenizer.eos_token_id) if token is not None)


def _checked(stop: Sequence[str], temperature: float, seed: int, samples: int) -> tuple[str, ...]:
    stops = (stop,) if isinstance(stop, str) else tuple(stop)
    if "" in stops:
        raise ValueError("a stop string must have at least 1 character; got an empty one")
    if not 0 <= as_real(temperature) < math.inf:
        raise ValueError(f"temperature must be a finite number from 0 up; got {temperature!r}")
    if seed < 0:
        raise ValueError(f"seed must be from 0 up; got {seed}")
    if samples < 1:
        raise ValueError(f"samples must be at least 1; got {samples}")
    if samples > 1 and temperature == 0:
        raise ValueError(f"samples must be 1 at temperature 0, where all are the same; got {samples}")
    return stops


def _require_length(lm: CausalLM, prompt: int, max_new_tokens: int) -> None:
    room = positions_of(lm) - prompt
    if room < 1:
        raise ValueError(f"the prompt must have 1 to {positions_of(lm) - 1:,} tokens; got {prompt:,}")
    if not 1 <= max_new_tokens <= room:
        raise ValueError(
            f"max_new_tokens must be from 1 to {room:,} after a prompt of {prompt:,} tokens; got {max_new_tokens:,}"
        )
