"""The gradient by attention, written out in numpy: torch's, that of finite differences, and a check that can fail."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from core.clip import FAMILY, class_direction, fade_scenes, load_clip, relevance_check, relevance_of, render, vision
from core.clip.gradients import Pull, pull_in_numpy
from core.clip.with_torch import relevance as rule

CASES = [(0, 0.0), (7, 0.4), (11, 1.0)]
NUDGE = 1e-4


@pytest.mark.parametrize("name", FAMILY)
def test_the_map_is_that_of_torch(name: str) -> None:
    clip = load_clip(name)
    for place, water in CASES:
        scene, image = fade_scenes()[place], render(fade_scenes()[place], water=water)
        direction = clip.scale * class_direction(clip, scene)
        told = relevance_of(clip, image, direction).values
        assert np.allclose(pull_in_numpy(name, image, direction).relevance(), told, atol=2e-6 * clip.scale)
        assert relevance_check(name, image, direction, told).passed
        assert relevance_check(name, image, direction, told.astype(np.float16)).passed


@pytest.mark.parametrize("layer", range(4))
def test_the_gradient_is_that_of_finite_differences(layer: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """One layer's attention is moved to and fro along a direction, whose rows need not sum to 0."""
    rng, weights, plain = np.random.default_rng(layer), vision.weights_of("birds-95"), vision.attended
    monkeypatch.setattr(
        vision, "weights_of", lambda name: {key: one.astype(np.float64) for key, one in weights.items()}
    )
    image, direction = render(fade_scenes()[5], water=0.3), rng.standard_normal(64)
    along = rng.standard_normal((4, 37, 37))

    def score(step: float) -> float:
        def nudged(weights: dict[str, np.ndarray], block: str, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            moved, attention = plain(weights, block, x)
            if not block.endswith(str(layer)):
                return moved, attention
            read = step * along @ vision.by_head(weights, block, x)[2, 0]
            joined = read.swapaxes(0, 1).reshape(x.shape[1:]) @ weights[f"{block}.attn.out_proj.weight"].T
            return moved + joined, attention

        monkeypatch.setattr(vision, "attended", nudged)
        return float(vision.seen_in_numpy("birds-95", image[None]).vectors[0] @ direction)

    slope = (score(NUDGE) - score(-NUDGE)) / (2 * NUDGE)
    found = pull_in_numpy("birds-95", image, direction).gradient[layer]
    assert slope == pytest.approx(float((found * along).sum()), rel=1e-4)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda pull: replace(pull, gradient=-pull.gradient),
        lambda pull: replace(pull, gradient=1.02 * pull.gradient),
        lambda pull: replace(pull, gradient=pull.gradient[::-1]),
        lambda pull: replace(pull, gradient=pull.gradient[:, ::-1]),
        lambda pull: replace(pull, gradient=pull.gradient.swapaxes(-1, -2)),
        lambda pull: Pull(pull.attention[::-1], pull.gradient[::-1]),
        lambda pull: Pull(pull.attention[:3], pull.gradient[:3]),
        lambda pull: replace(pull, gradient=np.ones_like(pull.gradient)),
    ],
    ids=["flipped", "scaled", "layers", "heads", "turned", "backward", "a layer less", "attention alone"],
)
@pytest.mark.parametrize(("place", "water"), CASES)
def test_a_wrong_gradient_turns_the_check_red(spoil: Callable[[Pull], Pull], place: int, water: float) -> None:
    clip, scene = load_clip(), fade_scenes()[place]
    image, direction = render(scene, water=water), clip.scale * class_direction(clip, scene)
    pull = pull_in_numpy("birds-100", image, direction)
    assert relevance_check("birds-100", image, direction, pull.relevance().astype(np.float16)).passed
    assert not relevance_check("birds-100", image, direction, spoil(pull).relevance().astype(np.float16)).passed


@pytest.mark.parametrize("factor", [-1.0, 1.02])
def test_a_wrong_gradient_of_torch_turns_the_check_red(factor: float, monkeypatch: pytest.MonkeyPatch) -> None:
    of_attention, clip, scene = rule._Heard.of_attention, load_clip(), fade_scenes()[3]
    image, direction = render(scene), clip.scale * class_direction(clip, scene)
    monkeypatch.setattr(rule._Heard, "of_attention", lambda heard, gradient: factor * of_attention(heard, gradient))
    assert not relevance_check("birds-100", image, direction, relevance_of(clip, image, direction).values).passed


def test_a_map_with_a_hole_turns_the_check_red() -> None:
    clip, scene = load_clip(), fade_scenes()[3]
    image, direction = render(scene), clip.scale * class_direction(clip, scene)
    told = relevance_of(clip, image, direction).values
    told[2, 2] = np.nan
    assert not relevance_check("birds-100", image, direction, told).passed
