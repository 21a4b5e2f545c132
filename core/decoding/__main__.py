"""`python -m core.decoding record` measures the costs and runs the races and Jacobi's guesses of all six prompts."""

import argparse

from core.assets import keep, versions_of
from core.decoding.costs import CostParams, Costs, Precision
from core.decoding.generation import Generation
from core.decoding.jobs import measure_costs, race
from core.decoding.laws import Laws
from core.decoding.methods import DraftModel, EarlyExit
from core.decoding.prompts import KINDS
from core.decoding.races import Race, RaceParams, lossless_checks
from core.decoding.recorded import (
    GUESSED_TOKENS,
    GUESSES,
    RACE_TOKENS,
    contestants,
    costs_file,
    guesses_file,
    laws_file,
    race_file,
)
from core.decoding.with_torch.generation import generate
from core.decoding.with_torch.laws import laws_along
from core.language import as_chat
from core.models import load_causal_lm, lookup

COMMAND = "python -m core.decoding record"
VERSIONS = versions_of("torch", "transformers", "numpy")
PARTS = ("costs", "races", "guesses")
PRECISIONS: tuple[Precision, ...] = ("float32", "bfloat16")


def main() -> None:
    """Reads the command line and records."""
    parser = argparse.ArgumentParser(prog="python -m core.decoding", description=__doc__)
    parser.add_argument("action", choices=["record"], help="run the races and keep the results")
    parser.add_argument("--kinds", nargs="*", default=list(KINDS), choices=list(KINDS), help="only these prompts")
    parser.add_argument("--repeats", type=int, default=1, help="rounds of each race")
    parser.add_argument("--precisions", nargs="*", default=list(PRECISIONS), choices=list(PRECISIONS))
    parser.add_argument("--parts", nargs="*", default=list(PARTS), choices=list(PARTS), help="only these results")
    options = parser.parse_args()
    if "costs" in options.parts:
        for dtype in options.precisions:
            record_costs(dtype)
    if "races" in options.parts:
        for dtype in options.precisions:
            for kind in options.kinds:
                record_race(kind, dtype, options.repeats)
    if "guesses" in options.parts:
        for kind in options.kinds:
            record_guesses(kind)


def record_costs(dtype: Precision) -> None:
    """Measures what verification costs, and keeps it."""
    params = CostParams(dtype=dtype, repeats=15)
    costs = measure_costs(params, on_progress=quiet)
    keep_of(
        costs,
        costs_file(dtype),
        f"Seconds to verify 1 to 16 tokens at once with {params.model} in {dtype}, on one machine.",
    )
    print(f"{dtype}: T(1) = {costs.seconds[0] * 1e3:.1f} ms, T(k)/T(1) = {costs.ratio.round(2).tolist()}", flush=True)


def record_race(kind: str, dtype: Precision, repeats: int) -> None:
    """Runs one race, and keeps it."""
    # Without a cache each call runs the whole text: one recording shows it, and six would take most of the time.
    methods = {name: method for name, method in contestants().items() if name != "no cache" or kind == "question"}
    params = RaceParams(as_chat(KINDS[kind].message), methods, RACE_TOKENS, repeats, dtype=dtype, tune=True)
    raced = race(params, on_progress=quiet)
    keep_of(raced, race_file(kind, dtype), f"Every step of every method on the prompt {kind!r} in {dtype}.")
    print(f"{kind}, {dtype}:", flush=True)
    for name, run in raced.runs.items():
        speed = f"{raced.speedup(name):.2f}x, {run.tokens_per_call:.2f} tokens per call"
        print(f"  {name}: {speed}, {run.method}", flush=True)
    if dtype == "float32":
        record_laws(kind, raced)
        failed = [check.name for check in lossless_checks(raced) if not check.passed]
        print(f"  {'FAILED: ' + ', '.join(failed) if failed else 'all lossless texts are the greedy text'}", flush=True)


def record_laws(kind: str, raced: Race) -> None:
    """Computes what target and drafts expect along the greedy text, and keeps it."""
    lm = load_causal_lm(raced.params.model)
    drafts = {name: run.method for name, run in raced.runs.items() if isinstance(run.method, EarlyExit | DraftModel)}
    written = raced.reference.token_ids
    laws = {name: laws_along(lm, raced.params.prompt, written, method) for name, method in drafts.items()}
    keep_of(
        laws,
        laws_file(kind),
        f"Target and draft distributions along the greedy answer to the prompt {kind!r} in float32.",
    )


def record_guesses(kind: str) -> None:
    """Lets a long Jacobi window write, and keeps its guesses."""
    run = generate(load_causal_lm(), as_chat(KINDS[kind].message), GUESSES, max_new_tokens=GUESSED_TOKENS)
    keep_of(run, guesses_file(kind), f"Eight Jacobi guesses in each call on the prompt {kind!r} in float32.")
    print(f"{kind}: {len(run.token_ids)} tokens in {run.target_calls} calls", flush=True)


def quiet(fraction: float, message: str, partial: object = None) -> None:
    """Hears progress and says nothing."""


def keep_of(result: Race | Costs | Generation | dict[str, tuple[Laws, ...]], file: str, description: str) -> None:
    """Keeps what the default model did, under its licence."""
    licence = lookup("smollm2-135m").licence
    keep(result, file, recipe=COMMAND, seed=None, licence=licence, description=description, versions=VERSIONS)


if __name__ == "__main__":
    main()
