"""Watching the pool of lookahead decoding on a loaded model."""

import numpy as np
import torch

from core.decoding.methods import Lookahead
from core.decoding.pools import PoolCall
from core.decoding.with_torch.generation import call_once
from core.decoding.with_torch.lookahead import LookaheadDrafter
from core.decoding.with_torch.target import Target
from core.language import encode, end_ids
from core.models import CausalLM


@torch.inference_mode()
def watch_pool(
    lm: CausalLM, prompt: str, method: Lookahead, *, max_new_tokens: int, seed: int = 0
) -> tuple[PoolCall, ...]:
    """The pool before each call, along the text that `generate` writes at temperature 0 with the same seed.

    Args:
        lm: the target.
        prompt: at least one token.
        method: sizes of the window and of the pool.
        max_new_tokens: 1 or more.
        seed: of the first guesses.

    Invariant: the tokens of all calls make up the text of `generate`.
    """
    target, end, rng = Target(lm), end_ids(lm), np.random.default_rng(seed)
    drafter = LookaheadDrafter(method, rng, end)
    ids = encode(lm, prompt, max_tokens=8192).tolist()
    calls: list[PoolCall] = []
    left = max_new_tokens
    while left > 0:
        last, tried = ids[-1], tuple(drafter.pool.get(ids[-1], ()))
        pool = tuple((first, *tail) for first, tails in drafter.pool.items() for tail in tails)
        step = call_once(target, drafter, ids, left, 0.0, rng, method, end)
        calls.append(PoolCall(last, pool, tried, tuple(step.draft[node] for node in step.accepted), step.added))
        ids += step.added
        left -= len(step.added)
        if step.added[-1] in end:
            break
    return tuple(calls)
