"""What the page of the positional encodings shows: exact where there is a formula, recorded or measured on a model."""

import numpy as np

from components.loading import load
from components.results import shared
from core.checks import Check
from core.models import is_loaded as is_loaded
from core.positional import (
    CausalOrderTest,
    CompareParams,
    Comparison,
    LengthTrial,
    PermutationTest,
    Projection,
    QueryKeys,
    RealQueryKey,
    SchemeProperties,
    compare_schemes,
    pick,
    position_cosine,
    projected_similarity,
    recorded_lengths,
    recorded_orders,
    recorded_permutations,
    recorded_positions,
    recorded_query_keys,
    scheme_properties,
    sinusoidal,
    sinusoidal_checks,
)
from pages.architecture.positional_encoding.words import RECORDED_SEED

ENCODER = "minilm-l6"
DECODER = "smollm2-135m"


@shared(megabytes=40, size=lambda code: code.nbytes)
def code_of(length: int, d_model: int, base: float) -> np.ndarray:
    """The sinusoidal code of the positions 0 to length - 1, [position dimension]."""
    return np.asarray(sinusoidal(length, d_model, base=base))


@shared(megabytes=1, size=lambda checks: 500)
def code_checks(length: int, d_model: int, base: float, offset: int) -> tuple[Check, ...]:
    """The identities of that code; none of them speaks of a single position."""
    return sinusoidal_checks(code_of(length, d_model, base), offset, base=base) if length > offset else ()


@shared(megabytes=20, size=lambda projection: projection.similarity.nbytes)
def projection_of(length: int, d_model: int, base: float, seed: int) -> Projection:
    """That code compared with itself through a random matrix."""
    return projected_similarity(code_of(length, d_model, base), seed=seed)


@shared(megabytes=8, size=lambda cosine: cosine.nbytes)
def learned_cosine() -> np.ndarray:
    """The cosine between any two rows of the encoder's position table."""
    return position_cosine(recorded_positions())


def _trace_needs(text: str) -> float:
    from core.attention import trace_bytes

    return trace_bytes(load(DECODER), text)


@shared(
    megabytes=350,
    size=lambda record: record.query.nbytes + record.key.nbytes + record.weights.nbytes,
    needs=_trace_needs,
)
def measured_query_keys(text: str) -> QueryKeys:
    """Queries and keys of a text in all layers of the decoder; raises ValueError for an empty or too long text."""
    from core.positional import real_query_keys

    return real_query_keys(load(DECODER), text)


def query_keys_of(text: str) -> QueryKeys:
    """Queries and keys of a text: recorded for the sentence that comes with the code, else on the loaded decoder."""
    return recorded_query_keys() if is_recorded(text) else measured_query_keys(text)


def is_recorded(text: str) -> bool:
    """Whether the queries and keys of exactly this text come with the code."""
    return text == recorded_query_keys().text


@shared(megabytes=2, size=lambda chosen: chosen.query.nbytes + chosen.key.nbytes + 500)
def picked(text: str, layer: int, head: int, query: int, key: int) -> RealQueryKey:
    """One query and one key of a text, with the check against the model's own attention weights."""
    return pick(query_keys_of(text), layer=layer, head=head, query=query, key=key)


@shared(megabytes=20, size=lambda comparison: 20 * comparison.offsets.nbytes)
def comparison_of(params: CompareParams, real: tuple[str, int, int, int, int] | None) -> Comparison:
    """All schemes on one axis: for a query and key that `picked` finds, or for random ones."""
    table = recorded_positions() if params.length <= len(recorded_positions()) else None
    chosen = picked(*real) if real is not None else None
    if chosen is None:
        return compare_schemes(params, learned=table)
    return compare_schemes(params, query=chosen.query, key=chosen.key, learned=table)


@shared(megabytes=1, size=lambda rows: 20_000)
def properties_of(seed: int) -> tuple[SchemeProperties, ...]:
    """The table of properties with the numbers that show each entry."""
    return scheme_properties(seed=seed)


def recorded_permutation(text: str, seed: int) -> tuple[PermutationTest, ...]:
    """The recorded pair of runs on this text, without positions first; empty if there is none."""
    return tuple(run for run in recorded_permutations() if run.text == text and seed == RECORDED_SEED)


@shared(megabytes=2, size=lambda runs: 4000)
def permutations_of(text: str, seed: int) -> tuple[PermutationTest, ...]:
    """A sentence shuffled, without and with positions, on the loaded encoder."""
    from core.positional import permutation_test

    encoder = load(ENCODER)
    return tuple(permutation_test(encoder, text, seed=seed, positions=positions) for positions in (False, True))


def recorded_order(text: str, seed: int) -> tuple[CausalOrderTest, ...]:
    """The recorded pair of runs behind a causal mask, without positions first; empty if there is none."""
    return tuple(run for run in recorded_orders() if run.text == text and seed == RECORDED_SEED)


@shared(megabytes=2, size=lambda runs: 8000)
def orders_of(text: str, seed: int) -> tuple[CausalOrderTest, ...]:
    """A text with its inner tokens shuffled, without and with positions, on the loaded decoder."""
    from core.positional import causal_order_test

    lm = load(DECODER)
    return tuple(causal_order_test(lm, text, seed=seed, positions=positions) for positions in (False, True))


def recorded_length(n_tokens: int) -> LengthTrial | None:
    """What the encoder said to a text of that length, if it comes with the code."""
    return next((trial for trial in recorded_lengths() if trial.n_tokens == n_tokens), None)


@shared(megabytes=1, size=lambda trial: 500)
def length_of(n_tokens: int) -> LengthTrial:
    """What the loaded encoder says to a text of that length."""
    from core.positional import try_length

    return try_length(load(ENCODER), n_tokens)


def table_difference() -> float | None:
    """How far the recorded position table is from the loaded encoder's; None while none is loaded."""
    if not is_loaded(ENCODER):
        return None
    from core.positional import learned_positions

    return float(np.abs(learned_positions(load(ENCODER)) - recorded_positions()).max())
