"""Completions scored after a prompt read once, beside a full pass for each: `python -m tests.benchmarks.language`."""

import argparse
import statistics
import time
from collections.abc import Callable

import numpy as np
import torch

from core.language import score, tokens
from core.language.text import bare_ids
from core.models import CausalLM, load_causal_lm

PROMPT_TOKENS = 256
STORY = "The harbor was quiet that morning, and the old sailor counted his barrels twice before he wrote them down. "
COMPLETIONS = (" He was tired and went home.", " Nobody had seen the missing barrel.", " It began to rain.", " Yes.")


def main() -> None:
    """Lets the two take turns and prints their medians, the ratio and the largest difference of a sum."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    options = parser.parse_args()
    lm = load_causal_lm()
    prompt = lm.tokenizer.decode(tokens(lm, STORY * 20).ids[:PROMPT_TOKENS])
    counts = [len(bare_ids(lm, text, name="a completion")) for text in COMPLETIONS]
    runs: dict[str, Callable[[], object]] = {
        "score": lambda: score(lm, prompt, COMPLETIONS).log_probs,
        "full passes": lambda: full_passes(lm, prompt, every=True),
        "full passes, few logits": lambda: full_passes(lm, prompt, every=False),
    }
    seconds: dict[str, list[float]] = {who: [] for who in runs}
    sums: dict[str, object] = {}
    for _ in range(options.rounds):
        for who, run in runs.items():
            start = time.perf_counter()
            sums[who] = run()
            seconds[who].append(time.perf_counter() - start)
    medians = {who: statistics.median(times) for who, times in seconds.items()}
    print(f"float32, {torch.get_num_threads()} thread, prompt of {len(bare_ids(lm, prompt, name='it'))} tokens,")
    print(f"completions of {counts} tokens, medians of {options.rounds} rounds in turns")
    for who, median in medians.items():
        error = np.abs(np.subtract(sums[who], sums["full passes"])).max()
        print(f"{who:26}{median:8.3f} s{median / medians['score']:8.2f} x score   off by {error:.1e} nats")


@torch.inference_mode()
def full_passes(lm: CausalLM, prompt: str, *, every: bool) -> list[float]:
    """The same sums, by one pass over prompt and completion for each, with all logits or only those needed."""
    head = bare_ids(lm, prompt, name="the prompt")
    found = []
    for text in COMPLETIONS:
        tail = bare_ids(lm, text, name="a completion")
        keep = 0 if every else len(tail) + 1
        logits = lm.model(torch.tensor([head + tail]), use_cache=False, logits_to_keep=keep).logits[0]
        rows = logits[-len(tail) - 1 : -1].log_softmax(-1)
        found.append(float(rows.gather(1, torch.tensor(tail)[:, None]).sum()))
    return found


if __name__ == "__main__":
    main()
