"""The trained parts of a model: made once, and gone with it."""

import gc
import json
import weakref
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor

from core.decoding.with_torch import parts
from core.memory import Budget, Room
from core.models import CausalLM

LAYERS = (1, 2)


def stored(name: str, lm: CausalLM) -> tuple[dict[str, Tensor], dict[str, str]]:
    """What a file of parts for the tiny model would hold, whichever it is."""
    size = lm.model.config.hidden_size
    blocks = {"weights": torch.zeros(1, size, size), "biases": torch.zeros(1, size)}
    exits = {f"{layer}.{key}": part for layer in LAYERS for key, part in blocks.items()}
    exits |= {f"{layer}.confidence": torch.zeros(size + 1) for layer in LAYERS}
    vocabulary = {"vocabulary": torch.arange(9, dtype=torch.int32)}
    if name == parts.EXITS_FILE:
        return vocabulary | exits, {"layers": json.dumps(LAYERS)}
    if name == parts.DRAFT_FILE:
        return vocabulary, {"layers": "1"}
    heads = len(parts.medusa_accuracy())
    return vocabulary | {key: part.repeat_interleave(heads, 0)[None] for key, part in blocks.items()}, {}


@pytest.mark.parametrize("made", [parts.trained_exits, parts.medusa_heads, parts.small_draft])
def test_parts_are_made_once_and_go_out_with_their_model(
    made: Callable[[CausalLM], Any], tiny: CausalLM, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "_open", stored)
    lm = CausalLM(tiny.model, tiny.tokenizer, "a", 4, 6, 2)
    other = CausalLM(tiny.model, tiny.tokenizer, "b", 4, 6, 2)
    one = made(lm)
    assert made(lm) is one
    assert made(other) is not one
    watched = weakref.ref(lm)
    held = weakref.ref(one[1] if isinstance(one, dict) else one)
    del lm, one
    gc.collect()
    assert watched() is None
    assert held() is None


def test_a_model_with_parts_makes_room_for_another(tiny: CausalLM, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the budget a model that somebody refers to stays: its own parts are nobody."""
    monkeypatch.setattr(parts, "_open", stored)
    models: Room[CausalLM] = Budget(100).room(size=lambda lm: 40.0, lasting=True)
    for name in "abc":
        models[name] = lm = CausalLM(tiny.model, tiny.tokenizer, name, 4, 6, 2)
        parts.medusa_heads(lm)
        parts.small_draft(lm)
        del lm
    assert list(models) == ["b", "c"]
