"""The vision tower written out in numpy: the same as open_clip's, by another hand."""

import math

import numpy as np
import pytest

from core.clip import FAMILY, fade_scenes, load_clip, render, vision_attention
from core.clip.vision import error_function, seen_in_numpy


@pytest.mark.parametrize("name", FAMILY)
def test_numpy_reads_the_weights_as_open_clip_does(name: str) -> None:
    images = np.stack([render(fade_scenes()[scene], water=water) for scene, water in ((0, 0.0), (7, 0.4), (11, 1.0))])
    clip, found = load_clip(name), seen_in_numpy(name, images)
    assert np.allclose(found.vectors, clip.encode_image(images), atol=2e-6)
    for place, image in enumerate(images):
        attention = vision_attention(clip, image)
        assert np.allclose(found.attention[place], attention.weights, atol=2e-6)
        assert np.allclose(found.rolled_out()[place], attention.rolled_out_row(), atol=2e-6)
        assert np.allclose(found.from_class_token()[place], attention.weights[:, :, 0].mean(axis=1), atol=2e-6)


def test_the_error_function_is_that_of_the_tables() -> None:
    x = np.linspace(-5, 5, 2001)
    assert np.allclose(error_function(x), [math.erf(one) for one in x], atol=2e-7, rtol=0)
