"""A model without one of its parts, against models that are built without it."""

import copy
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch

from core.models import CausalLM
from core.transformer import Absence, loss_without, name_of, write_without
from core.transformer.with_torch import absence as module
from tests.core.attention.conftest import CONFIGS, TEXT, tiny


@pytest.fixture(scope="module")
def lm() -> CausalLM:
    return tiny(CONFIGS["llama"])


def changed(lm: CausalLM) -> CausalLM:
    """A copy whose modules a test may alter."""
    return CausalLM(copy.deepcopy(lm.model), lm.tokenizer, lm.name, lm.n_layers, lm.n_heads, lm.n_kv_heads)


def losses(lm: CausalLM) -> np.ndarray:
    return loss_without(lm, TEXT, None)


def test_a_silent_part_is_one_whose_output_matrix_is_zero(lm: CausalLM) -> None:
    other = changed(lm)
    torch.nn.init.zeros_(other.model.model.layers[1].self_attn.o_proj.weight)
    assert np.allclose(loss_without(lm, TEXT, Absence("attention", 1)), losses(other), atol=1e-5)
    for layer in other.model.model.layers[1:]:
        torch.nn.init.zeros_(layer.mlp.down_proj.weight)
    with module.without(lm, Absence("attention", 1)):
        both = loss_without(lm, TEXT, Absence("feed-forward from here on", 1))
    assert np.allclose(both, losses(other), atol=1e-5)


@pytest.mark.parametrize(
    ("absence", "order"),
    [
        (Absence("layer", 1), [0, 2]),
        (Absence("layer twice", 1), [0, 1, 1, 2]),
        (Absence("layer and next swapped", 0), [1, 0, 2]),
        (Absence("layer and next swapped", 1), [0, 2, 1]),
    ],
)
def test_layers_run_in_the_order_of_a_model_built_so(lm: CausalLM, absence: Absence, order: list[int]) -> None:
    other = changed(lm)
    layers = other.model.model.layers
    other.model.model.layers = torch.nn.ModuleList([layers[place] for place in order])
    other.model.config.num_hidden_layers = len(order)
    assert np.allclose(loss_without(lm, TEXT, absence), losses(other), atol=1e-5)
    assert not np.allclose(losses(lm), losses(other), atol=1e-3)


def test_without_positions_the_angle_is_nought(lm: CausalLM) -> None:
    other = changed(lm)
    other.model.model.rotary_emb.inv_freq.zero_()
    assert np.allclose(loss_without(lm, TEXT, Absence("positions")), losses(other), atol=1e-5)


def test_the_model_is_left_as_it_was(lm: CausalLM) -> None:
    before = losses(lm)
    for kind in module.KINDS:
        loss_without(lm, TEXT, Absence(kind))
    assert np.array_equal(before, losses(lm))


def test_what_is_written_is_the_likeliest_token_each_time(lm: CausalLM) -> None:
    ids = lm.tokenizer(TEXT, add_special_tokens=False, return_tensors="pt")["input_ids"]
    with torch.inference_mode():
        expected = lm.model.generate(ids, max_new_tokens=4, do_sample=False, eos_token_id=None, pad_token_id=0)
    assert write_without(lm, TEXT, None, tokens=4) == lm.tokenizer.decode(expected[0, ids.shape[1] :])


@pytest.mark.parametrize(
    ("absence", "says"), [(Absence("layer", 3), "0 to 2"), (Absence("layer and next swapped", 2), "0 to 1")]
)
def test_a_layer_that_is_not_there_is_refused(lm: CausalLM, absence: Absence, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        loss_without(lm, TEXT, absence)


def test_texts_and_layers_out_of_range_are_refused(lm: CausalLM) -> None:
    with pytest.raises(ValueError, match="2 to 512"):
        loss_without(lm, "a", None)
    with pytest.raises(ValueError, match="layer = -1"):
        Absence("layer", -1)


def test_another_thread_runs_the_whole_model(lm: CausalLM) -> None:
    whole = losses(lm)
    with ThreadPoolExecutor(1) as pool, module.without(lm, Absence("layer", 0)):
        assert np.array_equal(pool.submit(losses, lm).result(), whole)
        assert not np.array_equal(losses(lm), whole)


def test_a_model_that_stays_altered_turns_the_check_red(lm: CausalLM) -> None:
    whole = losses(lm)
    with module.without(lm, Absence("attention", 0)):
        found = module.absence_checks(lm, TEXT, whole)
    assert not found[0].passed


def test_absences_are_told_in_words() -> None:
    assert name_of(Absence("layer and next swapped", 4)) == "layers 4 and 5 swapped"
