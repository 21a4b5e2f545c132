"""The ways to write, each as frozen parameters. Needs no torch."""

from dataclasses import dataclass
from typing import Literal, get_args

Acceptance = Literal["greedy", "typical"]
Confidence = Literal["softmax", "saturation", "classifier"]

MOST_WINDOW = 16
"""The longest draft: beyond it verification costs more than any draft here can earn."""


def _within(name: str, value: int | float, low: int | float, high: int | float) -> None:
    if not low <= value <= high:
        raise ValueError(f"{name} must be from {low} to {high}; got {value}")


def _one_of(name: str, value: str, kinds: object) -> None:
    allowed = get_args(kinds)
    if value not in allowed:
        raise ValueError(f"{name} must be one of {', '.join(allowed)}; got {value!r}")


@dataclass(frozen=True, slots=True)
class Greedy:
    """One token for each call of the model; at a temperature above 0 it is sampled.

    Args:
        cache: keep keys and values of the tokens seen; without it, each call runs the whole text again.

    Invariant: the text does not depend on `cache`.
    """

    cache: bool = True


@dataclass(frozen=True, slots=True)
class PromptLookup:
    """Drafts what followed when the last tokens stood in the text before.

    Args:
        ngram: how many last tokens are looked for at first, 1 to 8; fewer when they are not found.
        window: draft tokens where all of them are found, 1 to 16; fewer in proportion where fewer are.

    Source: Saxena 2023, prompt-lookup-decoding. `PromptLookupCandidateGenerator` of transformers takes the first
    match and always drafts a whole window; this takes the latest, and a short match drafts little, as in
    SuffixDecoding (Oliaro et al. 2024, 2411.04975).
    """

    ngram: int = 3
    window: int = 7

    def __post_init__(self) -> None:
        _within("ngram", self.ngram, 1, 8)
        _within("window", self.window, 1, MOST_WINDOW)


@dataclass(frozen=True, slots=True)
class EarlyExit:
    """Drafts with the model's own first layers; the layers above verify.

    Args:
        layer: layers that draft, from 1 up to one less than the model has.
        window: draft tokens, 1 to 16.
        trained: read the exit through a small trained adapter, not straight through the model's own head.

    Source: Elhoushi et al. 2024, LayerSkip (2404.16710), section 4.3.
    """

    layer: int = 8
    window: int = 3
    trained: bool = False

    def __post_init__(self) -> None:
        _within("layer", self.layer, 1, 127)
        _within("window", self.window, 1, MOST_WINDOW)


@dataclass(frozen=True, slots=True)
class DraftModel:
    """Drafts with a small model of its own, distilled from the target.

    Args:
        window: draft tokens, 1 to 16.
        perfect: the target itself drafts: everything is accepted, and nothing is won.

    Source: Leviathan et al. 2023 (2211.17192), algorithm 1; Chen et al. 2023 (2302.01318).
    """

    window: int = 3
    perfect: bool = False

    def __post_init__(self) -> None:
        _within("window", self.window, 1, MOST_WINDOW)


@dataclass(frozen=True, slots=True)
class Medusa:
    """Extra heads on the last hidden state guess the tokens after the next one, all at once.

    Args:
        top_k: guesses taken of each head, 1 to 8; with 1 the guesses form a chain, with more a tree.
        acceptance: "greedy" keeps the text; "typical" takes any guess that is likely enough, and changes it.
        nodes: guesses verified in one call, 1 to 32: the tree's most promising ones.
        epsilon, delta: the typical rule accepts x when p(x) > min(epsilon, delta exp(-H(p))).

    Source: Cai et al. 2024, Medusa (2401.10774), sections 2.1 and 2.3.1.
    """

    top_k: int = 3
    acceptance: Acceptance = "greedy"
    nodes: int = 7
    epsilon: float = 0.09
    delta: float = 0.3

    def __post_init__(self) -> None:
        _within("top_k", self.top_k, 1, 8)
        _within("nodes", self.nodes, 1, 32)
        _within("epsilon", self.epsilon, 0.0, 1.0)
        _within("delta", self.delta, 0.0, 1.0)
        _one_of("acceptance", self.acceptance, Acceptance)


@dataclass(frozen=True, slots=True)
class Calm:
    """Leaves the stack of layers as soon as an exit is confident. It changes the text.

    Args:
        confidence: "softmax" is the gap between the two likeliest tokens; "saturation" the cosine between the hidden
            states of two exits in a row; "classifier" a trained estimate that the exit agrees with the last layer.
        threshold: confidence asked for, 0 to 1.
        decay: 0 to 8; the threshold of token t is 0.9 threshold + 0.1 exp(-decay t / n) for n tokens, as in the paper,
            where decay is above 0: early tokens, on which all others stand, are checked more strictly.

    Source: Schuster et al. 2022, CALM (2207.07061), sections 3.1 to 3.5.
    """

    confidence: Confidence = "softmax"
    threshold: float = 0.9
    decay: float = 0.0

    def __post_init__(self) -> None:
        _one_of("confidence", self.confidence, Confidence)
        _within("threshold", self.threshold, 0.0, 1.0)
        _within("decay", self.decay, 0.0, 8.0)


@dataclass(frozen=True, slots=True)
class Jacobi:
    """Guesses a window of tokens and corrects all of them at once, call after call, until they stand.

    Args:
        window: guesses, 1 to 16.

    Source: Santilli et al. 2023 (2305.10427), algorithm 1.
    """

    window: int = 7

    def __post_init__(self) -> None:
        _within("window", self.window, 1, MOST_WINDOW)


@dataclass(frozen=True, slots=True)
class Lookahead:
    """Jacobi guesses in several columns, and beside them the n-grams found on the way, all read in one call.

    Args:
        window: W, columns of guesses, 1 to 16.
        ngram: N, tokens of an n-gram, 2 to 5: the guesses of the last N - 1 calls are kept.
        guesses: G, n-grams verified in one call, 1 to 8. A draft has at most (N - 1) (W + G) tokens.

    Source: Fu et al. 2024, lookahead decoding (2402.02057), section 3.
    """

    window: int = 3
    ngram: int = 3
    guesses: int = 3

    def __post_init__(self) -> None:
        _within("window", self.window, 1, MOST_WINDOW)
        _within("ngram", self.ngram, 2, 5)
        _within("guesses", self.guesses, 1, 8)


Method = Greedy | PromptLookup | EarlyExit | DraftModel | Medusa | Calm | Jacobi | Lookahead


def is_lossless(method: Method) -> bool:
    """Whether a method's text is the target's own in exact arithmetic: greedily the same, sampled from the same law."""
    return not isinstance(method, Calm) and not (isinstance(method, Medusa) and method.acceptance == "typical")
