"""Logits in float64 over weights in float32, against transformers' own model in float64."""

import copy

import pytest
import torch
from transformers.models.llama.modeling_llama import LlamaRMSNorm

from core.tuning import MergeParams
from core.tuning.with_torch.doubles import exact_logits
from core.tuning.with_torch.states import ids_of
from core.tuning.with_torch.training import merging
from tests.core.language.conftest import tiny

TEXT = "The soup was warm."


def normed(norm: LlamaRMSNorm, hidden: torch.Tensor) -> torch.Tensor:
    """The norm without the cast to float32 of transformers."""
    return torch.nn.functional.rms_norm(hidden, (hidden.shape[-1],), norm.weight, norm.variance_epsilon)


def test_the_bare_model_gives_what_transformers_gives_in_float64(monkeypatch: pytest.MonkeyPatch) -> None:
    llama = tiny("llama")
    tuned = merging._with_two(llama, MergeParams(rank=2, alpha=6))
    ids = ids_of(llama, [TEXT])[0]
    before = copy.deepcopy(tuned.lm.model.state_dict())
    with merging._on(tuned, "none"):
        found = exact_logits(tuned, ids)
    after = tuned.lm.model.state_dict()
    assert found.dtype == torch.float64
    assert all(torch.equal(before[name], after[name]) for name in before), "widened and narrowed again, bit for bit"
    monkeypatch.setattr(LlamaRMSNorm, "forward", normed)
    with torch.no_grad():
        wanted = copy.deepcopy(llama.model).double()(input_ids=ids[None], use_cache=False).logits[0]
    torch.testing.assert_close(found, wanted, rtol=0, atol=1e-6)
    assert (found - wanted).abs().max() < 0.1 * (tuned.logits(ids).double() - wanted).abs().max()


def test_an_adapter_is_seen_beside_the_weights_and_in_them() -> None:
    llama = tiny("llama")
    tuned = merging._with_two(llama, MergeParams(rank=2, alpha=6))
    ids = ids_of(llama, [TEXT])[0]
    with torch.no_grad():
        for layer in tuned.stack.layers:
            layer.self_attn.q_proj.lora_B[merging.NAMES[0]].weight.normal_()
    with merging._on(tuned, "none"):
        bare = exact_logits(tuned, ids)
    with merging._on(tuned, "first"):
        beside, rounded = exact_logits(tuned, ids), tuned.logits(ids)
    torch.testing.assert_close(beside, rounded.double(), rtol=1e-4, atol=1e-4)
    tuned.adapters.merge_adapter(adapter_names=[merging.NAMES[0]])
    merged = exact_logits(tuned, ids)
    assert (merged - beside).abs().max() < 1e-4 * (bare - beside).abs().max()
