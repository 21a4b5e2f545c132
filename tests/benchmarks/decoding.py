"""Decoding beside transformers' `generate`, side by side in one run: `python -m tests.benchmarks.decoding`.

Before it, how far the model of a machine is off from the recorded seconds of every race, and what a table of it takes.
`--forecast` stops there and loads no model.
"""

import argparse
import time

import torch

from core.decoding import (
    KINDS,
    Greedy,
    Precision,
    PromptLookup,
    computed_table,
    generate,
    measured_machine,
    misses,
    published_machine,
    recorded_costs,
    recorded_race,
    speeds_by_batch,
    writing,
)
from core.language import as_chat
from core.models import CausalLM, load_causal_lm


def main() -> None:
    """Runs every prompt with both and prints tokens per second, the fastest of the rounds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tokens", type=int, default=48)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--forecast", action="store_true")
    options = parser.parse_args()
    forecast_errors()
    if options.forecast:
        return
    lm = load_causal_lm()
    print(f"float32, {torch.get_num_threads()} thread, fastest of {options.rounds} rounds, tokens per second")
    print(f"{'prompt':12}{'ours greedy':>14}{'transformers':>14}{'ours lookup':>14}{'transformers':>14}  same text")
    for name, kind in KINDS.items():
        compare(lm, name, as_chat(kind.message), options.tokens, options.rounds)


def forecast_errors() -> None:
    """For each precision: the misses of the forecast with the measured shares of the roof, and by the roof alone."""
    dtypes: tuple[Precision, ...] = ("float32", "bfloat16")
    for dtype in dtypes:
        races = {kind: recorded_race(kind, dtype) for kind in KINDS}
        for alone in (False, True):
            found = misses(races, measured_machine(recorded_costs(dtype), roof_alone=alone))
            (low, high), (least, most), (name, kind, worst) = found.band, found.speed_band, found.worst
            print(
                f"{dtype}, {'roof alone' if alone else 'measured shares'}: {len(found.seconds)} runs off by "
                f"{found.middle:.1%} in the middle, nine in ten within {low:+.1%} to {high:+.1%}; speeds over greedy "
                f"by {found.bias:+.1%} in the median, too high in {found.too_high} of {len(found.speeds)}, nine in ten "
                f"within {least:+.1%} to {most:+.1%}, {name} on {kind} by {worst:+.0%}"
            )
        traces, machine = writing(races), published_machine("H100", dtype)
        took = []
        for _ in range(9):
            start = time.perf_counter()
            computed_table(traces, machine, batch=8)
            speeds_by_batch(traces, machine)
            took.append(time.perf_counter() - start)
        print(f"{dtype}: a table and its batches in {sorted(took)[4] * 1e3:.0f} ms (median of 9)")


def compare(lm: CausalLM, name: str, prompt: str, tokens: int, rounds: int) -> None:
    """One line: greedy and prompt lookup, ours and transformers', the four taking turns."""
    ids = torch.tensor([lm.tokenizer(prompt).input_ids])
    texts: dict[str, tuple[int, ...]] = {}
    best: dict[str, float] = {}

    def theirs(**more: int) -> tuple[int, ...]:
        out = lm.model.generate(ids, do_sample=False, max_new_tokens=tokens, **more)
        return tuple(out[0, ids.shape[1] :].tolist())

    runs = {
        "greedy": lambda: generate(lm, prompt, Greedy(), max_new_tokens=tokens).token_ids,
        "their greedy": theirs,
        "lookup": lambda: generate(lm, prompt, PromptLookup(3, 7), max_new_tokens=tokens).token_ids,
        "their lookup": lambda: theirs(prompt_lookup_num_tokens=7, max_matching_ngram_size=3),
    }
    for _ in range(rounds):
        for who, run in runs.items():
            start = time.perf_counter()
            texts[who] = run()
            best[who] = min(best.get(who, float("inf")), time.perf_counter() - start)
    speeds = "".join(f"{len(texts[who]) / best[who]:14.1f}" for who in runs)
    print(f"{name:12}{speeds}  {len(set(texts.values())) == 1}", flush=True)


if __name__ == "__main__":
    main()
