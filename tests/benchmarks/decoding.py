"""Decoding beside transformers' `generate`, side by side in one run: `python -m tests.benchmarks.decoding`."""

import argparse
import time

import torch

from core.decoding import KINDS, Greedy, PromptLookup, generate
from core.language import as_chat
from core.models import CausalLM, load_causal_lm


def main() -> None:
    """Runs every prompt with both and prints tokens per second, the fastest of the rounds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tokens", type=int, default=48)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    lm = load_causal_lm()
    print(f"float32, {torch.get_num_threads()} thread, fastest of {options.rounds} rounds, tokens per second")
    print(f"{'prompt':12}{'ours greedy':>14}{'transformers':>14}{'ours lookup':>14}{'transformers':>14}  same text")
    for name, kind in KINDS.items():
        compare(lm, name, as_chat(kind.message), options.tokens, options.rounds)


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
