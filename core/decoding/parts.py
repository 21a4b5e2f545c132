"""Which trained parts come with the code, and which are missing. Needs no torch."""

import json
from collections.abc import Sequence
from functools import cache

import numpy as np
from jaxtyping import Float

from core.assets import AssetError, asset
from core.checks import Check
from core.decoding.methods import Calm, DraftModel, EarlyExit, Medusa, Method

EXITS_FILE = "decoding/exits.safetensors"
MEDUSA_FILE = "decoding/medusa.safetensors"
DRAFT_FILE = "decoding/draft.safetensors"
EXIT_LAYERS = (4, 8, 16, 24)
DRAFT_LAYERS = 2
HEADS = 3
"""Medusa heads."""
KNOWN = 4096
"""Tokens of the vocabulary that trained exits, Medusa heads and the small draft know: the most frequent ones."""
FEWEST_PLACES, MOST_PLACES = 1_000, 20_000
"""Held-out places between which the number of those that the heads were measured on is looked for."""


def why_unavailable(method: Method) -> str | None:
    """Why a method cannot run here: the reason in words, or None when it can."""
    name = _part_of(method)
    if name is None:
        return None
    try:
        asset(name)
    except AssetError as error:
        return str(error)
    return None


@cache
def medusa_accuracy() -> tuple[tuple[float, ...], ...]:
    """By Medusa head and rank, how often that guess was right on held-out text.

    Raises:
        AssetError: if the heads are missing.
    """
    from safetensors import safe_open

    with safe_open(asset(MEDUSA_FILE), framework="numpy") as stored:
        return tuple(tuple(row) for row in json.loads(stored.metadata()["accuracy"]))


def held_out_places(accuracy: Sequence[Sequence[float]]) -> int:
    """On how many held-out places the heads were measured: n for which each share is nearest to a whole number over n.

    Args:
        accuracy: by head and rank, shares of the same n places, in float32.
    """
    return int(np.argmin(_apart(accuracy))) + FEWEST_PLACES


def heads_check(accuracy: Sequence[Sequence[float]]) -> Check:
    """Whether all shares are counts of the same places; float32 tells n to n 2^-24 places.

    Args:
        accuracy: by head and rank.
    """
    off, places = float(_apart(accuracy).min()), held_out_places(accuracy)
    detail = f"places by which a count is not whole, over {places:,} places"
    return Check("Each head's shares are counts of the same held-out places", off, places / 2**24, detail)


def _apart(accuracy: Sequence[Sequence[float]]) -> Float[np.ndarray, "n"]:
    """By n from FEWEST_PLACES to MOST_PLACES, how far n times a share is from a whole number at most."""
    shares = np.array([share for row in accuracy for share in row])
    counts = np.arange(FEWEST_PLACES, MOST_PLACES + 1)[:, None] * shares
    return np.asarray(np.abs(counts - np.round(counts)).max(1))


def _part_of(method: Method) -> str | None:
    match method:
        case Medusa():
            return MEDUSA_FILE
        case DraftModel(perfect=False):
            return DRAFT_FILE
        case EarlyExit(trained=True) | Calm():
            return EXITS_FILE
        case _:
            return None
