"""How the recorded results of positions are made: `python -m core.assets record positional [NAME]`."""

import math
from collections.abc import Callable, Iterator

from core.assets import keep, versions_of
from core.models import lookup
from core.positional.extrapolation import EXTRAPOLATIONS, RECORDED_SEEDS, STEPS, TASKS, ExtrapolationParams
from core.positional.jobs import extrapolate, perplexity_sweep
from core.positional.learned import learned_positions
from core.positional.records import POSITIONS, QUERY_KEYS, SWEEP, TRIALS, Trials
from core.positional.sweeps import SweepParams

SENTENCE = "The old clock on the wall struck twelve, and the old clock on the shelf struck one."
SHUFFLED = ("The dog chased the cat across the garden.", "The bank refused the loan because it was too risky.")
LENGTHS = (511, 512, 513, 600)
SEED = 0


def sweep() -> Iterator[str]:
    """Every position scheme at factors 2 to 16 on the default decoder and the project's story."""
    params = SweepParams()
    result = perplexity_sweep(params)
    factors = f"{min(params.factors):g} to {max(params.factors):g}"
    what = f"Loss per token of {params.model} on a story of {len(result.tokens)} tokens, factors {factors}."
    yield _kept("sweep", result, SWEEP, params.model, what)
    for run, perplexity in zip(result.runs, result.perplexity, strict=True):
        yield f"  {perplexity:7.2f}  {run.title}"
    for check in result.checks:
        yield f"  {'pass' if check.passed else 'FAIL'}  {check.name}: {check.error:.2g} (bound {check.bound:g})"


def query_keys() -> str:
    """The queries and keys of one sentence in all layers, before the rotation."""
    from core.models import load_causal_lm
    from core.positional.with_torch.query_keys import real_query_keys

    lm = load_causal_lm()
    what = f"Queries, keys and attention weights of {lm.name} on one sentence, before the rotation."
    return _kept("query_keys", real_query_keys(lm, SENTENCE), QUERY_KEYS, lm.name, what)


def learned() -> str:
    """The position table of the default encoder."""
    from core.models import load_encoder

    encoder = load_encoder()
    return _kept(
        "learned", learned_positions(encoder), POSITIONS, encoder.name, f"The position table of {encoder.name}."
    )


def trials() -> Iterator[str]:
    """Shuffled sentences on the default encoder and decoder, and texts of 511 to 600 tokens on the encoder."""
    from core.models import load_causal_lm, load_encoder
    from core.positional.with_torch.trials import causal_order_test, permutation_test, try_length

    encoder, lm = load_encoder(), load_causal_lm()
    permutations = tuple(
        permutation_test(encoder, text, seed=SEED, positions=positions)
        for text in SHUFFLED
        for positions in (False, True)
    )
    orders = tuple(
        causal_order_test(lm, text, seed=SEED, positions=positions) for text in SHUFFLED for positions in (False, True)
    )
    lengths = tuple(try_length(encoder, n_tokens) for n_tokens in LENGTHS)
    long = f"texts of {LENGTHS[0]} to {LENGTHS[-1]} tokens"
    what = f"Shuffled sentences on {encoder.name} and {lm.name}, and {long} on {encoder.name}."
    yield _kept("trials", Trials(permutations, orders, lengths), TRIALS, encoder.name, what, seed=SEED)
    for run in permutations:
        yield f"  {run.max_difference:.3g} {'with' if run.positions else 'without'} positions: {run.text}"
    for order in orders:
        moved = f"{order.total_variation:.3f} of the next token {'with' if order.positions else 'without'} positions"
        yield f"  {moved}, first layer {order.first_layer:.1e}: {order.text}"
    for trial in lengths:
        yield f"  {trial.n_tokens} tokens: {trial.message or 'accepted'}"


def extrapolation(*, only: str = "") -> Iterator[str]:
    """Small decoders under all six schemes, trained at length 32 and tested to 256, on each task.

    Args:
        only: one task, to record it alone.
    """
    for task in TASKS:
        if only not in ("", task):
            continue
        found = extrapolate(ExtrapolationParams(task, seeds=RECORDED_SEEDS, steps=STEPS[task]))
        what = f"Small decoders with six kinds of positions, trained on short texts, task {task!r}"
        keep(
            found,
            EXTRAPOLATIONS[task],
            recipe=f"python -m core.assets record positional extrapolation --only {task}",
            seed=RECORDED_SEEDS[0],
            licence="CC0-1.0",
            description=f"{what}, seeds {RECORDED_SEEDS[0]} to {RECORDED_SEEDS[-1]}.",
            versions=versions_of("torch", "numpy"),
        )
        for scheme, accuracy in found.by_scheme.items():
            yield f"  {task} {scheme}: {accuracy.mean(axis=0).round(2).tolist()}"
        failed = [check.name for check in found.checks if not check.passed]
        yield f"{task}: failed: {failed or 'none'}"


RECIPES: dict[str, Callable[..., object]] = {
    "sweep": sweep,
    "query_keys": query_keys,
    "learned": learned,
    "trials": trials,
    "extrapolation": extrapolation,
}


def _kept(recipe: str, result: object, file: str, model: str, what: str, *, seed: int | None = None) -> str:
    """Keeps what a model made, under its licence, and says how large the file is."""
    path = keep(
        result,
        file,
        recipe=f"python -m core.assets record positional {recipe}",
        seed=seed,
        licence=lookup(model).licence,
        description=what,
        versions=versions_of("torch", "transformers", "numpy"),
    )
    return f"{file}: {math.ceil(path.stat().st_size / 1e3)} kB"
