"""Norms against torch's, what they ignore, and what they refuse."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from core.transformer import layer_norm, rms_norm

NUMBERS = st.lists(st.floats(-1e3, 1e3).filter(lambda x: x == 0 or abs(x) > 1e-3), min_size=2, max_size=12)


@given(NUMBERS, st.floats(0.01, 100), st.floats(-10, 10))
def test_what_a_norm_ignores_changes_nothing(numbers: list[float], scale: float, shift: float) -> None:
    x = np.array(numbers)
    if np.abs(x).max() > 0:
        assert np.allclose(rms_norm(scale * x), rms_norm(x), rtol=1e-12, atol=1e-14)
        assert np.isclose((rms_norm(x) ** 2).mean(), 1)
    if x.std() > 1e-3 * max(1.0, np.abs(x).max()):
        assert np.allclose(layer_norm(scale * x + shift), layer_norm(x), atol=1e-6)
        assert abs(layer_norm(x).mean()) < 1e-9


def test_they_are_those_of_torch_without_its_constant() -> None:
    x = np.random.default_rng(0).normal(3, 2, size=(4, 7))
    given_to = torch.from_numpy(x)
    assert np.allclose(layer_norm(x), torch.nn.functional.layer_norm(given_to, (7,), eps=0.0).numpy())
    assert np.allclose(rms_norm(x), torch.nn.functional.rms_norm(given_to, (7,), eps=0.0).numpy())


@pytest.mark.parametrize("size", [1e-300, 1e-160, 1e160, 1e300])
def test_very_small_and_very_large_numbers_stay_right(size: float) -> None:
    x = np.array([1.0, -2.0, 4.0])
    assert np.allclose(rms_norm(size * x), rms_norm(x)) and np.allclose(layer_norm(size * x), layer_norm(x))


@pytest.mark.parametrize("bad", [[0.0, 0.0], [float("nan"), 1.0], []])
def test_a_vector_without_length_is_refused(bad: list[float]) -> None:
    with pytest.raises(ValueError, match="must"):
        rms_norm(np.array(bad))
    with pytest.raises(ValueError, match="must"):
        layer_norm(np.array(bad))


@pytest.mark.parametrize("equal", [[1.0, 1.0], [0.1, 0.1, 0.1], [1e300, 1e300]])
def test_equal_numbers_have_no_deviation(equal: list[float]) -> None:
    with pytest.raises(ValueError, match="equal"):
        layer_norm(np.array(equal))
    assert np.allclose(rms_norm(np.array(equal)), 1)
