"""What a page needs of one text, and its file format. Needs no torch."""

import json
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal
from zipfile import BadZipFile

import numpy as np
from jaxtyping import Float, Int

from core.attention.identities import map_checks
from core.attention.projections import LayerProjections, rebuild_check
from core.checks import Check
from core.files import replacing

_FORMAT = 1


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
    def created(self) -> Literal["live", "recorded"]:
        """Whether the numbers were measured now or come from a recorded run."""
        return "live" if self.recipe is None else "recorded"


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


def save_record(record: AttentionRecord, path: Path) -> None:
    """Writes a record as a compressed .npz file, whole or not at all.

    Of causal maps only the lower triangle is kept, in float32, so that every row still sums to 1 to the last bit. Keys
    and values are kept once for each key/value head.

    Args:
        record: a record with a recipe.
        path: where to write it.

    Raises:
        ValueError: for a record without a recipe.
        OSError: where the file cannot be written.

    Invariant: `load_record(path)` gives the same arrays, bit for bit.
    """
    if record.recipe is None:
        raise ValueError("A record needs a recipe before it can be kept: recipe = None.")
    simple = ("model", "text", "causal", "tokens", "top_next")
    meta: dict[str, Any] = {"format": _FORMAT, "recipe": asdict(record.recipe), "projections": {}} | {
        name: getattr(record, name) for name in simple
    }
    lower = np.tril_indices(len(record.tokens))
    maps = record.weights[:, :, *lower] if record.causal else record.weights
    arrays: dict[str, Any] = {"token_ids": record.token_ids, "weights": maps}
    if record.loss is not None:
        arrays["loss"] = record.loss
    for layer, parts in record.projections.items():
        meta["projections"][layer] = {"n_kv_heads": parts.n_kv_heads, "scaling": parts.scaling}
        group = len(parts.query) // parts.n_kv_heads
        stored = {"key": parts.key[::group], "value": parts.value[::group]}
        stored |= {"query": parts.query, "output_norms": parts.output_norms}
        arrays |= {f"{layer}/{name}": array for name, array in stored.items()}
    with replacing(path) as temporary, temporary.open("wb") as stream:
        np.savez_compressed(stream, meta=np.array(json.dumps(meta)), **arrays)


def load_record(path: Path) -> AttentionRecord:
    """Reads a record and recomputes its checks from the arrays in the file.

    Args:
        path: a file written by `save_record`.

    Raises:
        FileNotFoundError: where there is no such file.
        ValueError: for a file that is damaged, incomplete or of another format. Nothing in it is ever executed
            (no pickle).

    Invariant: `created` is "recorded".
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            return _record_of(dict(file))
    except FileNotFoundError:
        raise
    except (ValueError, TypeError, KeyError, IndexError, EOFError, OSError, BadZipFile, zlib.error) as error:
        raise ValueError(f"{path.name} is not a readable attention record: {error}") from error


def _record_of(arrays: dict[str, np.ndarray]) -> AttentionRecord:
    """The record that a file's arrays describe."""
    meta: dict[str, Any] = json.loads(str(arrays["meta"]))
    if meta["format"] != _FORMAT:
        raise ValueError(f"its format is {meta['format']}, this version reads {_FORMAT}")
    causal, tokens = bool(meta["causal"]), tuple(meta["tokens"])
    weights = arrays["weights"]
    if causal:
        lower = np.tril_indices(len(tokens))
        full = np.zeros((*weights.shape[:2], len(tokens), len(tokens)), weights.dtype)
        full[:, :, *lower] = weights
        weights = full
    if weights.ndim != 4 or weights.shape[2:] != (len(tokens), len(tokens)) or len(arrays["token_ids"]) != len(tokens):
        raise ValueError(f"its arrays do not fit its {len(tokens)} tokens")
    projections = {
        int(layer): _projections_of(arrays, int(layer), numbers, causal=causal)
        for layer, numbers in meta["projections"].items()
    }
    return AttentionRecord(
        model=meta["model"],
        text=meta["text"],
        causal=causal,
        tokens=tokens,
        token_ids=arrays["token_ids"],
        weights=weights,
        loss=arrays.get("loss"),
        top_next=tuple((piece, float(share)) for piece, share in meta["top_next"]),
        checks=record_checks(weights, projections, causal=causal),
        projections=projections,
        recipe=Recipe(**meta["recipe"]),
    )


def _projections_of(
    arrays: dict[str, np.ndarray], layer: int, numbers: dict[str, Any], *, causal: bool
) -> LayerProjections:
    query = arrays[f"{layer}/query"]
    group = len(query) // int(numbers["n_kv_heads"])
    return LayerProjections(
        layer=layer,
        query=query,
        key=arrays[f"{layer}/key"].repeat(group, axis=0),
        value=arrays[f"{layer}/value"].repeat(group, axis=0),
        output_norms=arrays[f"{layer}/output_norms"],
        n_kv_heads=int(numbers["n_kv_heads"]),
        scaling=float(numbers["scaling"]),
        causal=causal,
    )
