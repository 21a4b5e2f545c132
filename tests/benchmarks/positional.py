"""`python -m tests.benchmarks.positional`: the formulas beside those of transformers, and what a slider move costs.

Pairs run in turn within one process, so that a busy machine slows both. Prints, asserts nothing.
"""

import argparse
import statistics
import time
from collections.abc import Callable

import numpy as np
import torch
from transformers import LlamaConfig, MarianConfig
from transformers.models.llama.modeling_llama import LlamaRotaryEmbedding, apply_rotary_pos_emb
from transformers.models.marian.modeling_marian import MarianSinusoidalPositionalEmbedding
from transformers.models.t5.modeling_t5 import T5Attention

from core import positional
from core.models import CausalLM, load_causal_lm

Run = Callable[[], object]


def main() -> None:
    """Prints medians of both sides, then single figures, then the cost of a run under a scheme."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=15)
    runs = parser.parse_args().runs
    print(f"{torch.get_num_threads()} thread(s), medians of {runs} runs, ms\n{'':46}{'here':>9}{'peer':>9}{'ratio':>8}")
    for name, ours, theirs in pairs():
        side_by_side(name, ours, theirs, runs)
    for name, ours in alone():
        print(f"{name:46}{1000 * statistics.median(seconds(ours) for _ in range(runs)):9.2f}")
    lm = load_causal_lm()
    scheme = positional.Yarn(4, original_context=8192)
    side_by_side(
        "loss under YaRN | plain forward, story, SmolLM2",
        lambda: positional.perplexity_under(lm, positional.STORY, scheme=scheme),
        lambda: bare_loss(lm, positional.STORY),
        max(3, runs // 5),
    )


def pairs() -> list[tuple[str, Run, Run]]:
    """The same result from here and from transformers."""
    query, key = torch.randn(2, 1, 9, 512, 64)
    module = LlamaRotaryEmbedding(LlamaConfig(hidden_size=576, num_attention_heads=9))
    positions, relative = torch.arange(512), torch.arange(512) - torch.arange(512)[:, None]
    marian = MarianConfig(d_model=512)
    buckets = {"bidirectional": True, "num_buckets": 32, "max_distance": 128}
    return [
        (
            "sinusoidal 1024 x 512 | Marian",
            lambda: positional.sinusoidal(1024, 512),
            lambda: MarianSinusoidalPositionalEmbedding(1024, marian.d_model).create_weight(),
        ),
        (
            "rotate q and k, 9 heads, 512 x 64 | Llama",
            lambda: [positional.rotate(x, positions, module.inv_freq) for x in (query, key)],
            lambda: apply_rotary_pos_emb(query, key, *module(query, positions[None])),
        ),
        (
            "T5 buckets 512 x 512 | T5",
            lambda: positional.t5_buckets(relative, **buckets),
            lambda: T5Attention._relative_position_bucket(relative, **buckets),
        ),
    ]


def alone() -> list[tuple[str, Run]]:
    """What one slider move asks for."""
    code, record = positional.sinusoidal(1024, 512), positional.recorded_query_keys()
    chosen = positional.pick(record, layer=17, head=3, query=9, key=2)
    offsets, table = np.arange(-1023, 1024), positional.recorded_positions()
    return [
        ("ALiBi bias 12 x 512 x 512", lambda: positional.alibi_bias(12, 512, 512)),
        ("checks of sinusoidal 1024 x 512", lambda: positional.sinusoidal_checks(code, 8)),
        ("offset similarity, 2047 offsets, d 512", lambda: positional.offset_similarity(512, offsets)),
        ("projected similarity 256 x 512", lambda: positional.projected_similarity(code[:256], seed=0)),
        (
            "score by offset, 2047 offsets",
            lambda: positional.score_by_offset(chosen.query, chosen.key, offsets, chosen.inv_freq),
        ),
        ("pick a recorded query and key", lambda: positional.pick(record, layer=3, head=1, query=9, key=2)),
        (
            "compare schemes, 128 positions",
            lambda: positional.compare_schemes(positional.CompareParams(), learned=table),
        ),
        ("table of properties", lambda: positional.scheme_properties()),
        ("cosine of 512 learned positions", lambda: positional.position_cosine(table)),
        (
            "bucket ranges and checks",
            lambda: (positional.bucket_ranges(bidirectional=True), positional.bucket_checks(bidirectional=True)),
        ),
    ]


def side_by_side(name: str, ours: Run, theirs: Run, runs: int) -> None:
    """Prints both medians and the median ratio; the first pair warms up."""
    timed = [(seconds(ours), seconds(theirs)) for _ in range(runs + 1)][1:]
    first, second = (1000 * statistics.median(side) for side in zip(*timed, strict=True))
    ratio = statistics.median(a / b for a, b in timed)
    print(f"{name:46}{first:9.2f}{second:9.2f}{ratio:8.2f}")


@torch.inference_mode()
def bare_loss(lm: CausalLM, text: str) -> torch.Tensor:
    """The loss of every token from the untouched model, as anybody would write it."""
    ids = torch.tensor([lm.tokenizer(text)["input_ids"]])
    logits = lm.model(input_ids=ids, use_cache=False).logits[0, :-1]
    return torch.nn.functional.cross_entropy(logits, ids[0, 1:], reduction="none")


def seconds(run: Run) -> float:
    """Wall-clock time of one run."""
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
