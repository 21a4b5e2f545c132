"""`python -m tests.benchmarks.attention`: what a trace costs beside the bare forward pass of transformers.

Both run in turn within one process, pair by pair, so that a busy machine slows both. The bare pass asks for the
attention maps and nothing else, as any tool that shows them must.
"""

import statistics
import time
from collections.abc import Callable

import torch

from core.attention import head_scores, trace
from core.models import CausalLM, load_causal_lm

PAIRS = {16: 21, 64: 21, 256: 11, 512: 5}


def main() -> None:
    """Prints medians and ratios."""
    lm = load_causal_lm()
    print(f"{lm.name}, {torch.get_num_threads()} thread(s)")
    print("tokens  bare eager (ms)  trace (ms)  ratio of medians  median ratio  head scores (ms)")
    for n_tokens, pairs in PAIRS.items():
        text = " the" * n_tokens
        ids = torch.tensor([lm.tokenizer(text)["input_ids"]])
        assert ids.shape[1] == n_tokens
        timed = [(seconds(lambda i=ids: bare(lm, i)), seconds(lambda t=text: trace(lm, t))) for _ in range(pairs + 1)]
        first, second = zip(*timed[1:], strict=True)  # the first pair warms up
        traced = trace(lm, text)
        scores = statistics.median(seconds(lambda t=traced: head_scores(t)) for _ in range(5))
        medians = [1000 * statistics.median(times) for times in (first, second)]
        ratio = statistics.median(b / a for a, b in zip(first, second, strict=True))
        print(
            f"{n_tokens:6} {medians[0]:16.1f} {medians[1]:11.1f} {medians[1] / medians[0]:17.3f} {ratio:13.3f}"
            f" {1000 * scores:17.1f}"
        )


@torch.inference_mode()
def bare(lm: CausalLM, ids: torch.Tensor) -> object:
    """The forward pass of transformers with eager attention, its maps kept."""
    return lm.model(input_ids=ids, output_attentions=True)


def seconds(run: Callable[[], object]) -> float:
    """Wall-clock time of one run."""
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
