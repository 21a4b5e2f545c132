"""`python -m tests.benchmarks.attention_depth [tokens ...]`: ranking every head, beside a full pass for each of them.

A full pass is the model of transformers with a hook that zeroes a head, and the losses of its logits: nothing that the
ranking does not do as well. One is run between the layers of the ranking, whenever that reports its progress, and
counted on its own, so that a busy machine slows both alike. Both the wall clock and the processor's time are read: on a
machine that is shared, only the second is the program's own.
"""

import statistics
import sys
import time

import torch

from core.attention import head_effects, intervene, trace
from core.attention.with_torch.interventions import ablated
from core.language import next_token_loss
from core.models import CausalLM, load_causal_lm

ROUNDS = 3


def main() -> None:
    """Prints medians and ratios."""
    lm = load_causal_lm()
    heads = lm.n_layers * lm.n_heads
    print(f"{lm.name}, {torch.get_num_threads()} thread(s), medians of {ROUNDS} rankings; ratios: wall, processor")
    print(f"tokens  full pass (ms)  {heads} of them (s)  ranking (s)  full / ranking  one intervene (ms)", flush=True)
    for n_tokens in [int(count) for count in sys.argv[1:]] or [16, 44, 64]:
        text = " the" * n_tokens
        untouched = trace(lm, text)
        assert len(untouched.tokens) == n_tokens
        full_pass(lm, untouched.token_ids, 0)  # warms up
        rounds = [interleaved(lm, text) for _ in range(ROUNDS)]
        start = clocks()
        for layer in range(10):
            intervene(lm, text, ablate_heads=[(layer, 0)], untouched=untouched)
        one = 1e3 * since(start)[0] / 10
        wall, processor = (statistics.median(heads * full[n] / ranking[n] for full, ranking in rounds) for n in (0, 1))
        full, ranking = (statistics.median(pair[n][0] for pair in rounds) for n in (0, 1))
        ratios = f"{wall:.2f}, {processor:.2f}"
        print(
            f"{n_tokens:6} {1e3 * full:15.1f} {heads * full:17.1f} {ranking:12.1f} {ratios:>15} {one:19.1f}", flush=True
        )


def interleaved(lm: CausalLM, text: str) -> tuple[tuple[float, float], tuple[float, float]]:
    """One ranking with full passes between its layers: (a full pass, the ranking), each (wall, processor) in s."""
    untouched = trace(lm, text)
    passes: list[tuple[float, float]] = []

    def between(fraction: float, message: str, partial: object) -> None:
        start = clocks()
        full_pass(lm, untouched.token_ids, len(passes) % lm.n_layers)
        passes.append(since(start))

    start = clocks()
    head_effects(lm, untouched, on_progress=between)
    whole = since(start)
    sums = [sum(times[n] for times in passes) for n in (0, 1)]
    full = (sums[0] / len(passes), sums[1] / len(passes))
    return full, (whole[0] - sums[0], whole[1] - sums[1])


def clocks() -> tuple[float, float]:
    """The wall clock and the processor time of this process, in seconds."""
    return time.perf_counter(), time.process_time()


def since(start: tuple[float, float]) -> tuple[float, float]:
    """What has passed on both clocks."""
    now = clocks()
    return now[0] - start[0], now[1] - start[1]


@torch.inference_mode()
def full_pass(lm: CausalLM, ids: torch.Tensor, layer: int) -> torch.Tensor:
    """The losses of a text with one head of a layer zeroed, by the model's own forward pass."""
    with ablated(lm, {layer: [0]}, "zero"):
        return next_token_loss(lm.model(input_ids=ids[None], use_cache=False).logits[0], ids)


if __name__ == "__main__":
    main()
