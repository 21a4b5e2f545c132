"""What a page needs of one text, and what of it is kept. Needs no torch."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from jaxtyping import Float, Int

from core.assets import entry
from core.attention.identities import map_checks
from core.attention.projections import LayerProjections, rebuild_check
from core.checks import Check


@dataclass(frozen=True)
class Recipe:
    """How a recorded result was made, so that anyone can make it again.

    Args:
        command: the command line.
        seed: the seed, or None where nothing was random.
        versions: the libraries that computed it.
        date: the day it was made, as YYYY-MM-DD.
    """

    command: str
    seed: int | None
    versions: Mapping[str, str]
    date: str


@dataclass(frozen=True, eq=False)
class AttentionRecord:
    """One text as one model saw it, in numpy: measured now, or recorded and loaded.

    Args:
        model: the model's name in the catalogue.
        text: the text that was run.
        causal: whether a token sees only itself and earlier tokens.
        tokens: pieces as a person would write them.
        token_ids: their ids.
        weights: attention maps.
        loss: -ln p(token[t + 1] | tokens up to t) in nats for each t; None for an encoder.
        top_next: the likeliest tokens after the last one, readable, with their probabilities; empty for an encoder.
        checks: identities, computed from the arrays of this very object.
        projections: queries, keys and values of some layers; may be empty.
        recipe: how a recorded result was made; None for one measured now.
    """

    model: str
    text: str
    causal: bool
    tokens: tuple[str, ...]
    token_ids: Int[np.ndarray, "token"]
    weights: Float[np.ndarray, "layer head token token"]
    loss: Float[np.ndarray, "token-1"] | None
    top_next: tuple[tuple[str, float], ...]
    checks: tuple[Check, ...]
    projections: Mapping[int, LayerProjections] = field(default_factory=dict)
    recipe: Recipe | None = None

    @property
    def last_word(self) -> int:
        """The position of the last token that the text wrote: an encoder ends with a mark of its own."""
        return max(0, len(self.tokens) - (1 if self.causal else 2))

    @property
    def created(self) -> Literal["live", "recorded"]:
        """Whether the numbers were measured now or come from a recorded run."""
        return "live" if self.recipe is None else "recorded"


def recipe_of(name: str) -> Recipe:
    """How a recorded file was made, as the manifest says.

    Raises:
        core.assets.AssetError: if the manifest does not name it.
    """
    found = entry(name)
    return Recipe(found["recipe"], found["seed"], found["versions"], found["date"])


def record_checks(
    weights: Float[np.ndarray, "layer head token token"],
    projections: Mapping[int, LayerProjections],
    *,
    causal: bool,
) -> tuple[Check, ...]:
    """All identities that a record's own arrays allow: those of each map, and of each layer with its q and k.

    Args:
        weights: attention maps.
        projections: the layers whose queries and keys are known.
        causal: whether later keys are masked.

    Invariant: the same arrays give the same checks, whether they were just computed or loaded from a file.
    """
    rebuilt = (rebuild_check(parts, weights[layer]) for layer, parts in sorted(projections.items()))
    return (*map_checks(weights, causal=causal), *rebuilt)


@dataclass(frozen=True, eq=False)
class CompactProjections:
    """What of one layer's projections is kept: keys and values once for each key/value head.

    Args:
        query, output_norms, n_kv_heads, scaling: as in `LayerProjections`.
        key, value: k and v, not repeated.
    """

    query: Float[np.ndarray, "head token head_dim"]
    key: Float[np.ndarray, "kv_head token head_dim"]
    value: Float[np.ndarray, "kv_head token head_dim"]
    output_norms: Float[np.ndarray, "head token"]
    n_kv_heads: int
    scaling: float


@dataclass(frozen=True, eq=False)
class CompactRecord:
    """What of a record is kept: neither what follows from the rest, nor its recipe, which the manifest knows.

    Args:
        model, text, causal, tokens, token_ids, loss, top_next: as in `AttentionRecord`.
        weights: attention maps; of causal ones the lower triangle, shape [layer head place], in float32, so that every
            row still sums to 1 to the last bit.
        projections: queries, keys and values of some layers.
    """

    model: str
    text: str
    causal: bool
    tokens: tuple[str, ...]
    token_ids: Int[np.ndarray, "token"]
    weights: Float[np.ndarray, "layer head *place"]
    loss: Float[np.ndarray, "token-1"] | None
    top_next: tuple[tuple[str, float], ...]
    projections: Mapping[int, CompactProjections]


_SHARED = ("model", "text", "causal", "tokens", "token_ids", "loss", "top_next")


def compact(record: AttentionRecord) -> CompactRecord:
    """What of a record is kept.

    Invariant: `expand(compact(record), recipe)` has the same arrays, bit for bit.
    """
    lower = np.tril_indices(len(record.tokens))
    return CompactRecord(
        **{name: getattr(record, name) for name in _SHARED},
        weights=record.weights[:, :, *lower] if record.causal else record.weights,
        projections={layer: compact_projections(parts) for layer, parts in record.projections.items()},
    )


def expand(kept: CompactRecord, recipe: Recipe) -> AttentionRecord:
    """The record that was kept, with its checks computed anew from its arrays.

    Args:
        kept: what was kept of it.
        recipe: how it was made.

    Raises:
        ValueError: for maps that do not fit the tokens.

    Invariant: `created` is "recorded".
    """
    n_tokens, weights = len(kept.tokens), kept.weights
    places = (n_tokens * (n_tokens + 1) // 2,) if kept.causal else (n_tokens, n_tokens)
    if weights.shape[2:] != places or len(kept.token_ids) != n_tokens:
        raise ValueError(f"The record of {kept.text!r} has arrays that do not fit its {n_tokens} tokens.")
    if kept.causal:
        weights = np.zeros((*kept.weights.shape[:2], n_tokens, n_tokens), kept.weights.dtype)
        weights[:, :, *np.tril_indices(n_tokens)] = kept.weights
    projections = {
        layer: expand_projections(parts, layer, causal=kept.causal) for layer, parts in kept.projections.items()
    }
    return AttentionRecord(
        **{name: getattr(kept, name) for name in _SHARED},
        weights=weights,
        checks=record_checks(weights, projections, causal=kept.causal),
        projections=projections,
        recipe=recipe,
    )


def compact_projections(parts: LayerProjections) -> CompactProjections:
    """What of one layer's projections is kept.

    Invariant: `expand_projections` gives the same arrays, bit for bit.
    """
    group = len(parts.query) // parts.n_kv_heads
    key, value = parts.key[::group], parts.value[::group]
    return CompactProjections(parts.query, key, value, parts.output_norms, parts.n_kv_heads, parts.scaling)


def expand_projections(kept: CompactProjections, layer: int, *, causal: bool) -> LayerProjections:
    """The projections that were kept, keys and values repeated for the query heads that share them.

    Args:
        kept: what was kept of them.
        layer: which layer's they are.
        causal: whether later keys are masked.
    """
    group = len(kept.query) // kept.n_kv_heads
    key, value = (part.repeat(group, axis=0) for part in (kept.key, kept.value))
    return LayerProjections(
        layer, kept.query, key, value, kept.output_norms, kept.n_kv_heads, kept.scaling, causal=causal
    )
