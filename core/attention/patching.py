"""What of one text's run, copied into another's, brings its answer back; and whose work the answer is. No torch."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from jaxtyping import Float

from core.assets import kept
from core.checks import Check
from core.language import count_tokens

Kind = Literal["residual", "head", "mlp"]
"""What is copied: the stream after a layer at one token, one head's output, or an MLP's output at one token."""

Positions = Literal["all", "last"]
"""Where a head's output is copied: at every token, or at the last one."""

MAPS: tuple[tuple[Kind, Positions], ...] = (("residual", "all"), ("head", "last"), ("head", "all"), ("mlp", "all"))
"""The maps there are: positions matter to heads alone."""


MOST_TOKENS = 48
"""The longest texts of a run that a page asks for: the work grows with the square of their length."""


@dataclass(frozen=True)
class PatchRun:
    """Two texts of equal length, the answers that they ask for, and what is copied from the first into the second.

    Args:
        model: a causal language model of the catalogue.
        clean: the text whose run is copied from.
        corrupted: the text whose run is copied into; as many tokens.
        answer: the word that the clean text asks for, one token with a space before it.
        wrong: the word that the corrupted text asks for, one token with a space before it.
        kind, positions: see `patch`.
    """

    model: str
    clean: str
    corrupted: str
    answer: str
    wrong: str
    kind: Kind = "residual"
    positions: Positions = "all"

    def __post_init__(self) -> None:
        require_map(self.kind, self.positions)


@dataclass(frozen=True, eq=False)
class Patching:
    """How much of the clean answer comes back when one part of the clean run is copied into the corrupted one.

    Args:
        kind: what is copied.
        positions: where a head's output is copied.
        tokens: the clean text's pieces, readable.
        corrupted_tokens: those of the corrupted text.
        answer, wrong: how the two answers read.
        patched: logit of the answer less that of the wrong one at the last position, for each part copied: columns are
            tokens for "residual" and "mlp", heads for "head".
        clean: the same difference in the clean run, untouched.
        corrupted: the same in the corrupted run, untouched.
        checks: identities of these numbers.
    """

    kind: Kind
    positions: Positions
    tokens: tuple[str, ...]
    corrupted_tokens: tuple[str, ...]
    answer: str
    wrong: str
    patched: Float[np.ndarray, "layer column"]
    clean: float
    corrupted: float
    checks: tuple[Check, ...]

    @property
    def recovered(self) -> Float[np.ndarray, "layer column"]:
        """(patched - corrupted) / (clean - corrupted): 0 where nothing comes back, 1 where all does.

        It may leave that range: below 0 a part of the clean run pushes toward the wrong answer, above 1 others had
        held the answer down.
        """
        return (self.patched - self.corrupted) / (self.clean - self.corrupted)

    @property
    def differing(self) -> tuple[int, ...]:
        """The positions at which the two texts have different tokens."""
        pairs = enumerate(zip(self.tokens, self.corrupted_tokens, strict=True))
        return tuple(place for place, (ours, theirs) in pairs if ours != theirs)

    @property
    def handover(self) -> int | None:
        """The first layer after which the last token holds most of the answer, and none of the others half of it.

        None where there is no such layer, or the map is not that of the residual stream.
        """
        if self.kind != "residual" or len(self.tokens) < 2:
            return None
        recovered = self.recovered
        held = (recovered[:, -1] > 0.5) & (recovered[:, :-1].max(axis=1) < 0.5)
        return int(held.argmax()) if held.any() else None

    def strongest(self, count: int) -> tuple[tuple[int, int, float], ...]:
        """The parts that bring most back, most first, as (layer, column, share recovered)."""
        recovered = self.recovered
        order = np.argsort(-recovered, axis=None, kind="stable")[:count]
        places = [divmod(int(place), recovered.shape[1]) for place in order]
        return tuple((layer, column, float(recovered[layer, column])) for layer, column in places)


@dataclass(frozen=True, eq=False)
class Attribution:
    """Whose work a difference of two logits is: what each part writes into the stream at the last token, read out.

    Args:
        heads: the part of each head.
        mlps: the part of each MLP.
        embedding: the part of the token's own embedding (and of its learned position, where there is one).
        bias: what belongs to none of them: biases of the output matrices, of the last norm and of the readout.
        total: the model's own difference: logit of the answer less that of the wrong one at the last position.
        checks: identities of these numbers.
    """

    heads: Float[np.ndarray, "layer head"]
    mlps: Float[np.ndarray, "layer"]
    embedding: float
    bias: float
    total: float
    checks: tuple[Check, ...]


@dataclass(frozen=True, eq=False)
class PatchedTexts:
    """What was found of two texts.

    Args:
        maps: of each kind that was made.
        clean, corrupted: whose work the answer is in either text.
    """

    maps: tuple[Patching, ...]
    clean: Attribution
    corrupted: Attribution

    def map_of(self, kind: Kind, positions: Positions) -> Patching | None:
        """The map of a kind, if it was made."""
        return next((made for made in self.maps if (made.kind, made.positions) == (kind, positions)), None)


def require_map(kind: object, positions: object) -> None:
    """Refuses any other words than those of `Kind` and `Positions`.

    Raises:
        ValueError: naming the value and the allowed ones.
    """
    for name, value, known in (("kind", kind, get_args(Kind)), ("positions", positions, get_args(Positions))):
        if value not in known:
            raise ValueError(f"{name} = {value!r} must be one of {', '.join(known)}.")


def require_lengths(clean: int, corrupted: int) -> None:
    """Refuses texts of different numbers of tokens.

    Raises:
        ValueError: naming both.
    """
    if clean != corrupted:
        raise ValueError(
            f"The clean text has {clean} tokens and the corrupted one {corrupted}; they must have equally many, so "
            "that each place of one has its place in the other."
        )


def require_texts(params: PatchRun) -> None:
    """Refuses what no model is needed to refuse: a text or an answer that is empty, or that stands there twice.

    Raises:
        ValueError: saying so.
    """
    pairs = {"text": (params.clean, params.corrupted), "answer": (params.answer.strip(), params.wrong.strip())}
    for what, (first, second) in pairs.items():
        if not (first and second):
            raise ValueError(f"One {what} is empty. Write two of them.")
        if first == second:
            raise ValueError(f"Both {what}s are “{first[:30]}”: there is nothing to recover. Write two that differ.")


def require_counts(params: PatchRun) -> None:
    """Refuses what the model's tokenizer alone is needed to refuse, where that is on this machine.

    Raises:
        ValueError: for answers that are not one token each, and for texts of different lengths or of more than
            MOST_TOKENS tokens; naming them.
    """
    for word in (params.answer.strip(), params.wrong.strip()):
        count = count_tokens(params.model, f" {word}", special=False)
        if count not in (None, 1):
            raise ValueError(f"The answer {word[:30]!r} must be one token with a space before it; it is {count}.")
    clean, corrupted = (count_tokens(params.model, text) for text in (params.clean, params.corrupted))
    if clean is None or corrupted is None:
        return
    require_lengths(clean, corrupted)
    if clean > MOST_TOKENS:
        raise ValueError(f"The texts have {clean:,} tokens; at most {MOST_TOKENS} are allowed. Shorten them.")


LOAD_SECONDS, MAP_SECONDS, PART_SECONDS = 3.8, 1.3, 0.036
"""Seconds of processor: a model of 135 million parameters loaded, two texts read and checked, and for each token of
each part of a layer that is copied. On the machine on which promises are measured, SmolLM2, one thread."""


def patching_seconds(kind: Kind, tokens: int, heads: int, *, loaded: bool = False) -> float:
    """Seconds of processor of one map on the machine on which promises are measured; see `core.jobs.promise`.

    Args:
        kind: what is copied: at each token, or at each head.
        tokens: of a text.
        heads: of a layer.
        loaded: whether the model is there already.

    Invariant: grows with the tokens; for tokens copied, as their square.
    """
    parts = heads if kind == "head" else tokens
    return (0.0 if loaded else LOAD_SECONDS) + MAP_SECONDS + PART_SECONDS * parts * tokens


def require_gap(clean: float, corrupted: float, rounding: float) -> None:
    """Refuses two runs that prefer the answer equally: no share of a difference of 0 can be recovered.

    Args:
        clean, corrupted: the differences of the two logits.
        rounding: how far each may be off.

    Raises:
        ValueError: saying so.
    """
    if not abs(clean - corrupted) > rounding:
        raise ValueError(
            f"Both texts prefer the answer to the wrong one equally, by {clean:.4f} and {corrupted:.4f}: there is "
            "nothing to recover. Choose texts, or answers, that differ."
        )


def patching_checks(found: PatchedTexts, kind: Kind, positions: Positions) -> tuple[Check, ...]:
    """What the numbers of a map and of the attributions must be by themselves, whoever made them.

    1. The last token reads the last layer alone. After it, the stream copied at the last token is the clean answer,
       at any other token the corrupted one; so is the last MLP copied at any other token. A head of the last layer
       does as much copied at the last token as at all, where both maps are there.
    2. Where both texts are equal up to a token, nothing that is copied at it changes anything.
    3. heads + mlps + embedding + bias = total, in either text; and both totals are the ends of the map's scale.

    Args:
        found: what was made of two texts.
        kind, positions: which of its maps.

    Raises:
        ValueError: for a map that was not made.

    Invariant: passes for what `patch` and `attribute` give; a changed end, part or cell that is named above fails. Of a
        cell in between only a run of the model can tell, which `Patching.checks` kept.
    Source: Vaswani et al. 2017, section 3.1 (a causal decoder reads its last layer at the last token).
    """
    made = found.map_of(kind, positions)
    if made is None:
        raise ValueError(f"No map of {kind!r} at {positions!r} was made of these texts.")
    bound = made.checks[0].bound
    ends = max(abs(made.clean - found.clean.total), abs(made.corrupted - found.corrupted.total))
    sums = max(
        (_sum_again(side) for side in (found.clean, found.corrupted)), key=lambda check: check.error / check.bound
    )
    scale = Check("Both ends of the scale: the totals of all parts", ends, bound, "difference of logits")
    return (*_cells_known(found, made, bound), scale, sums)


def _sum_again(found: Attribution) -> Check:
    """The parts of an attribution, summed anew."""
    error = abs(float(found.heads.sum() + found.mlps.sum()) + found.embedding + found.bias - found.total)
    return Check(found.checks[0].name, error, found.checks[0].bound, found.checks[0].detail)


def _cells_known(found: PatchedTexts, made: Patching, bound: float) -> tuple[Check, ...]:
    """Cells whose value follows from how a causal decoder reads."""
    if made.kind == "head":
        both = [found.map_of("head", positions) for positions in get_args(Positions)]
        if None in both:
            return ()
        error = float(np.abs(np.subtract(*(one.patched[-1] for one in both if one is not None))).max())
        return (Check("Last layer: a head copied at the last token or at all", error, bound, "difference of logits"),)
    first = made.differing[0] if made.differing else len(made.tokens)
    same = np.concatenate([made.patched[:, :first].ravel(), made.patched[-1, :-1]])
    error = float(np.abs(same - made.corrupted).max(initial=0.0))
    before = f"{same.size} cells before the first other token or, in the last layer, before the last"
    checks = [Check("Copied where nothing can change: the corrupted answer", error, bound, before)]
    if made.kind == "residual":
        last = abs(float(made.patched[-1, -1]) - made.clean)
        checks.append(Check("The last layer's stream at the last token: the clean answer", last, bound, "of the map"))
    return tuple(checks)


PATCHED: Mapping[str, PatchRun] = {
    "store": PatchRun(
        "smollm2-135m",
        "When Mary and John went to the store, John gave a drink to",
        "When Mary and John went to the store, Mary gave a drink to",
        "Mary",
        "John",
    ),
    "capital": PatchRun("smollm2-135m", "The capital of France is", "The capital of Italy is", "Paris", "Rome"),
    "keys": PatchRun("smollm2-135m", "The keys on the table", "The key on the table", "are", "is"),
    "induction": PatchRun(
        "smollm2-135m",
        "The list: sugar piano door flower cloud glass mirror bridge sugar piano",
        "The list: sugar glass door flower cloud piano mirror bridge sugar piano",
        "door",
        "mirror",
    ),
}
"""The pairs of texts that are recorded, by their key."""


def patched_file(key: str) -> str:
    """The asset with what was found of a recorded pair."""
    return f"attention/patched_{key}.npz"


@functools.lru_cache(maxsize=4)
def recorded_patching(key: str) -> PatchedTexts:
    """The recorded maps of one of the pairs in `PATCHED`, of every kind; no model is needed.

    Raises:
        ValueError: for an unknown key.
        core.assets.AssetError: if the file is missing or damaged.

    Invariant: it holds a map of each of `MAPS`.
    """
    if key not in PATCHED:
        raise ValueError(f"No recorded pair of texts is called {key!r}; there are: {', '.join(PATCHED)}.")
    return kept(patched_file(key), PatchedTexts)
