"""The face of attention, called with what nobody thought of: the right value, or a plain refusal."""

import math
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch

from core.attention import contribution, head_scores, intervene, rollout, trace
from core.models import CausalLM, Encoder
from tests.core.attention.conftest import TEXT

MAPS = np.random.default_rng(0).dirichlet(np.ones(4), size=(2, 3, 4))
IDS = [1, 2, 1, 2]


def test_a_rollout_of_lists_and_of_half_precision_is_that_of_the_numbers() -> None:
    assert np.array_equal(rollout(MAPS.tolist()), rollout(MAPS))
    assert np.array_equal(rollout(np.eye(3, dtype=int)[None, None]), np.eye(3))
    for half in (torch.float16, torch.bfloat16):
        rounded = torch.from_numpy(MAPS).to(half)
        assert rollout(rounded).double().numpy() == pytest.approx(rollout(rounded.double().numpy()), abs=1e-6)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
def test_scores_are_those_of_the_numbers_in_any_precision(dtype: torch.dtype) -> None:
    """In half precision the distances of a long text overflow."""
    long = torch.from_numpy(np.tile(np.eye(1, 600), (1, 1, 600, 1))).to(dtype).requires_grad_()
    scores = head_scores(SimpleNamespace(weights=long, token_ids=torch.arange(600)))
    assert scores.distance[0, 0] == pytest.approx(np.arange(600).mean())
    assert scores.sink[0, 0] == pytest.approx(1.0)
    assert scores.entropy[0, 0] == 0


def test_scores_of_lists_and_of_whole_numbers() -> None:
    found, expected = (head_scores(SimpleNamespace(weights=w, token_ids=IDS)) for w in (MAPS.tolist(), MAPS))
    assert np.array_equal(found.induction, expected.induction)
    whole = head_scores(SimpleNamespace(weights=np.eye(4, dtype=int)[None, None], token_ids=IDS))
    assert (whole.previous_token, whole.entropy, whole.distance) == (0, 0, 0)


def test_any_list_of_positions_and_heads_is_one(llama: CausalLM) -> None:
    """A generator was read once for its range, and nothing was left to hide."""
    expected = intervene(llama, TEXT, mask_keys=[1, 3], ablate_heads=[(0, 1)])
    assert not torch.equal(expected.after, intervene(llama, TEXT, ablate_heads=[(0, 1)]).after)
    keys = (np.array([1, 3]), (key for key in (1, 3)), torch.tensor([1, 3]), {1, 3})
    heads = (np.array([[0, 1]]), iter([[0, 1]]), torch.tensor([[0, 1]]), {(0, 1)})
    for mask_keys, ablate_heads in zip(keys, heads, strict=True):
        found = intervene(llama, TEXT, mask_keys=mask_keys, ablate_heads=ablate_heads)
        assert torch.equal(found.after, expected.after)
    none = intervene(llama, TEXT, mask_keys=np.array([], dtype=int), ablate_heads=np.zeros((0, 2), dtype=int))
    assert torch.equal(none.after, none.before)


@pytest.mark.parametrize("temperature", [1e-30, 1e-3, 1e3, 1e30])
def test_any_allowed_temperature_gives_probabilities(llama: CausalLM, temperature: float) -> None:
    found = intervene(llama, TEXT, temperature=temperature)
    assert float(found.after.sum()) == pytest.approx(1, abs=1e-5)
    assert all(check.passed for check in found.checks)
    assert found.perplexity_after == pytest.approx(
        math.exp(min(float(found.loss_after.double().mean()), 709)), rel=1e-6
    ) or (found.perplexity_after == math.inf)
    if temperature < 1:
        assert float(found.after.max()) == pytest.approx(1, abs=1e-3)
    else:
        assert float(found.after.max()) == pytest.approx(1 / len(found.after), rel=0.01)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"mask_keys": [1.5]}, "mask_keys holds 1.5; positions must lie in 0 to 37"),
        ({"mask_keys": [True]}, "mask_keys holds True"),
        ({"mask_keys": ["1"]}, "mask_keys holds '1'"),
        ({"mask_keys": [math.nan]}, "mask_keys holds nan"),
        ({"mask_keys": "12"}, "mask_keys = '12' must be a list"),
        ({"ablate_heads": [0]}, "ablate_heads holds 0; layers lie in 0 to 2, heads in 0 to 5"),
        ({"ablate_heads": [(0, 0, 0)]}, r"ablate_heads holds \(0, 0, 0\)"),
        ({"ablate_heads": [(0.0, 1)]}, r"ablate_heads holds \(0.0, 1\)"),
        ({"ablate_heads": [(True, False)]}, r"ablate_heads holds \(True, False\)"),
        ({"ablate_heads": "L0H0"}, "ablate_heads = 'L0H0' must be a list of pairs"),
        ({"temperature": 5e-324}, "temperature = 5e-324 must be a finite number of at least 1e-30"),
        ({"temperature": math.nan}, "temperature = nan must be a finite number"),
    ],
    ids=str,
)
def test_what_is_no_position_head_or_temperature_is_refused(llama: CausalLM, options: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        intervene(llama, TEXT, **options)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: rollout(MAPS[0]), r"shape of weights = \(3, 4, 4\) must be \[layer head token token\]"),
        (lambda: rollout(MAPS[..., :3]), r"shape of weights = \(2, 3, 4, 3\)"),
        (lambda: rollout(MAPS[:, :0]), r"shape of weights = \(2, 0, 4, 4\)"),
        (lambda: rollout(np.full((1, 1, 2, 2), math.nan)), "sum of the rollout = nan must be finite"),
        (lambda: rollout([[[[1, 2], [3]]]]), "weights must be a table of real numbers"),
        (lambda: rollout(MAPS.astype(complex)), "type of weights"),
        (lambda: head_scores(SimpleNamespace(weights=MAPS, token_ids=[1, 2])), r"shape of token_ids = \(2,\) must be"),
    ],
)
def test_maps_that_do_not_fit_are_refused(call: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        call()


@pytest.mark.parametrize("layer", [True, -1, 3, 10**9])
def test_a_layer_that_is_none_is_refused(llama: CausalLM, layer: int) -> None:
    with pytest.raises(ValueError, match=f"layer = {layer} must lie in 0 to 2"):
        contribution(llama, TEXT, layer)


def test_a_text_that_is_none_is_refused(llama: CausalLM, bert: Encoder) -> None:
    for lm in (llama, bert):
        with pytest.raises(ValueError, match="without halves of surrogate pairs"):
            trace(lm, "half \ud800 of a pair")
    with pytest.raises(ValueError, match="max_tokens is True"):
        trace(llama, TEXT, max_tokens=True)
