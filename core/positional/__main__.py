"""`python -m core.positional record` measures the recorded results again and keeps them, with manifest entries."""

import argparse
import math

from core import assets
from core.assets import versions_of
from core.models import load_causal_lm, load_encoder, lookup
from core.positional import records
from core.positional.jobs import perplexity_sweep
from core.positional.learned import learned_positions
from core.positional.sweeps import SweepParams
from core.positional.with_torch.query_keys import real_query_keys
from core.positional.with_torch.trials import permutation_test, try_length

COMMAND = "python -m core.positional record"
SENTENCE = "The old clock on the wall struck twelve, and the old clock on the shelf struck one."
SHUFFLED = ("The dog chased the cat across the garden.", "The bank refused the loan because it was too risky.")
LENGTHS = (511, 512, 513, 600)
SEED = 0


def main() -> None:
    """Reads the command line and records."""
    parser = argparse.ArgumentParser(prog="python -m core.positional", description=__doc__)
    parser.add_argument("action", choices=["record"], help="measure everything and keep the results")
    parser.parse_args()
    record_sweep()
    record_query_keys()
    record_encoder()


def record_sweep() -> None:
    """Runs the default sweep and keeps it."""
    params = SweepParams()
    result = perplexity_sweep(params, on_progress=lambda part, message, _=None: print(f"{part:4.0%} {message}"))
    factors = f"{min(params.factors):g} to {max(params.factors):g}"
    what = f"Loss per token of {params.model} on a story of {len(result.tokens)} tokens, factors {factors}."
    keep(result, records.SWEEP, params.model, seed=None, description=what)
    for run, perplexity in zip(result.runs, result.perplexity, strict=True):
        print(f"  {perplexity:7.2f}  {run.title}")
    for check in result.checks:
        print(f"  {'pass' if check.passed else 'FAIL'}  {check.name}: {check.error:.2g} (bound {check.bound:g})")


def record_query_keys() -> None:
    """Keeps the queries and keys of one sentence in all layers."""
    lm = load_causal_lm()
    what = f"Queries, keys and attention weights of {lm.name} on one sentence, before the rotation."
    keep(real_query_keys(lm, SENTENCE), records.QUERY_KEYS, lm.name, seed=None, description=what)


def record_encoder() -> None:
    """Keeps the position table and the trials of the encoder."""
    encoder = load_encoder()
    what = f"The position table of {encoder.name}."
    keep(learned_positions(encoder), records.POSITIONS, encoder.name, seed=None, description=what)
    permutations = tuple(
        permutation_test(encoder, text, seed=SEED, positions=positions)
        for text in SHUFFLED
        for positions in (False, True)
    )
    lengths = tuple(try_length(encoder, n_tokens) for n_tokens in LENGTHS)
    what = f"Shuffled sentences, and texts of {LENGTHS[0]} to {LENGTHS[-1]} tokens, on {encoder.name}."
    keep(records.Trials(permutations, lengths), records.TRIALS, encoder.name, seed=SEED, description=what)
    for run in permutations:
        print(f"  {run.max_difference:.3g} {'with' if run.positions else 'without'} positions: {run.text}")
    for trial in lengths:
        print(f"  {trial.n_tokens} tokens: {trial.message or 'accepted'}")


def keep(result: object, name: str, model: str, *, seed: int | None, description: str) -> None:
    """Keeps what a model made, under its licence, and says how large the file is."""
    path = assets.keep(
        result,
        name,
        recipe=COMMAND,
        seed=seed,
        licence=lookup(model).licence,
        description=description,
        versions=versions_of("torch", "transformers", "numpy"),
    )
    print(f"{name}: {math.ceil(path.stat().st_size / 1e3)} kB")


if __name__ == "__main__":
    main()
