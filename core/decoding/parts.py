"""Which trained parts come with the code, and which are missing. Needs no torch."""

import json
from functools import cache

from core.assets import AssetError, asset
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
