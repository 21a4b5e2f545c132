"""`python -m tests.benchmarks.patching [tokens]`: the map of a patched residual stream, beside as many full passes.

A full pass is the model of transformers with a hook that replaces the stream after one layer at one token, and the
logits of the last position alone: nothing that the map does not do as well. One is run after each layer of the map,
whenever that reports its progress, and counted on its own, so that a busy machine slows both alike. Both the wall clock
and the processor's time are read: on a machine that is shared, only the second is the program's own.
"""

import sys

import torch

from core.attention import patch
from core.attention.with_torch.patching import replaced
from core.attention.with_torch.stream import Stream, stream
from core.models import CausalLM, load_causal_lm
from tests.benchmarks.attention_depth import clocks, since

REACH = 1.7
"""Times faster than as many full passes, at 30 layers and 20 tokens."""


def main() -> None:
    """Prints what both take, and their ratio."""
    lm = load_causal_lm()
    n_tokens = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    clean, corrupted = (f" {word}" + " the" * (n_tokens - 1) for word in ("dog", "cat"))
    (answer,), (wrong,) = (lm.tokenizer(word)["input_ids"] for word in (" dog", " cat"))
    runs = stream(lm, clean), stream(lm, corrupted)
    assert len(runs[0].token_ids) == n_tokens
    full_pass(lm, *runs, 0, 0)  # warms up
    passes: list[tuple[float, float]] = []

    def between(fraction: float, message: str, partial: object = None) -> None:
        start = clocks()
        full_pass(lm, *runs, len(passes) % lm.n_layers, len(passes) % n_tokens)
        passes.append(since(start))

    start = clocks()
    patch(lm, clean, corrupted, answer=answer, wrong=wrong, on_progress=between)
    whole = since(start)
    cells = lm.n_layers * n_tokens
    print(f"{lm.name}, {lm.n_layers} x {n_tokens} cells, {torch.get_num_threads()} thread(s); reach {REACH}")
    print("clock      full pass (ms)  all of them (s)  map (s)  ratio")
    for n, name in enumerate(("wall", "processor")):
        spent = sum(times[n] for times in passes)
        full, made = cells * spent / len(passes), whole[n] - spent
        print(f"{name:10} {1e3 * full / cells:14.1f} {full:16.1f} {made:8.1f} {full / made:6.2f}", flush=True)


@torch.inference_mode()
def full_pass(lm: CausalLM, clean: Stream, corrupted: Stream, layer: int, token: int) -> torch.Tensor:
    """The last logits with the stream after one layer replaced at one token, by the model's own forward pass."""
    with replaced(lm, clean, "residual", "all", layer, range(token, token + 1)):
        logits: torch.Tensor = lm.model(input_ids=corrupted.token_ids[None], use_cache=False, logits_to_keep=1).logits[
            0, -1
        ]
    return logits


if __name__ == "__main__":
    main()
