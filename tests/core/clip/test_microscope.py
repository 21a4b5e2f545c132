"""The microscope: Chefer's rule by autograd on a forward pass of our own, covers, overlaps, splits and the records."""

import inspect
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from core.clip import (
    COVERS,
    FAMILY,
    MAPS,
    Clip,
    bird_mask,
    clip_from_folder,
    covers,
    evaluation_scenes,
    fade_scenes,
    load_clip,
    map_scenes,
    overlap,
    patch_map,
    patch_shares,
    random_clip,
    random_span,
    recorded_clip,
    recorded_microscope,
    relevance,
    relevance_of,
    render,
    score_maps,
    split_score,
    unchanged_check,
)
from core.clip.with_torch import relevance as rule
from core.clip.with_torch.microscope import class_direction, measure_maps
from tests.core.clip.tiny_clip import tiny_clip


@pytest.fixture(scope="module")
def clip() -> Clip:
    return load_clip()


def by_autograd(clip: Clip, image: np.ndarray, direction: np.ndarray) -> np.ndarray:
    """Chefer's rule, with every attention written out so that autograd gives its gradient."""
    visual = clip.model.visual
    tokens = visual.conv1(clip.preprocess([image])).flatten(2).mT
    tokens = torch.cat([visual.class_embedding.expand(1, 1, -1), tokens], dim=1) + visual.positional_embedding
    x, maps = visual.ln_pre(tokens)[0], []
    for block in visual.transformer.resblocks:
        attn, heads = block.attn, block.attn.num_heads
        q, k, v = torch.nn.functional.linear(block.ln_1(x), attn.in_proj_weight, attn.in_proj_bias).chunk(3, dim=-1)
        parts = []
        for q_h, k_h, v_h in zip(*(one.chunk(heads, dim=-1) for one in (q, k, v)), strict=True):
            weights = torch.softmax(q_h @ k_h.T / q_h.shape[-1] ** 0.5, dim=-1).requires_grad_()
            maps.append(weights)
            parts.append(weights @ v_h)
        x = x + attn.out_proj(torch.cat(parts, dim=-1))
        x = x + block.mlp(block.ln_2(x))
    vector = visual.ln_post(x)[0] @ visual.proj
    score = vector @ torch.from_numpy(direction).float() / vector.norm()
    gradients = torch.autograd.grad(score, maps)
    flow = np.eye(len(x))
    for layer in range(len(maps) // heads):
        mean = np.zeros((len(x), len(x)))
        for head in range(layer * heads, (layer + 1) * heads):
            mean += np.maximum(0, gradients[head].numpy() * maps[head].detach().numpy()) / heads
        flow = flow + mean @ flow
    side = int((len(x) - 1) ** 0.5)
    return flow[0, 1:].reshape(side, side)


@pytest.mark.parametrize("place", [0, 5, 9])
@pytest.mark.parametrize("weights", ["trained", "random"])
def test_relevance_is_chefers_rule_by_autograd(clip: Clip, place: int, weights: str) -> None:
    ours = clip if weights == "trained" else random_clip(3)
    image, text = render(fade_scenes()[place]), "a photo of a waterbird"
    direction = ours.scale * ours.encode_text([text])[0]
    expected = by_autograd(ours, image, direction)
    assert np.allclose(relevance(ours, image, text), expected, rtol=1e-3, atol=1e-5 * expected.max())
    found = relevance_of(ours, image, direction)
    assert all(check.passed for check in found.checks)
    assert found.score == pytest.approx(float(ours.encode_image([image])[0] @ direction), rel=1e-4)


def test_relevance_takes_every_clip_of_open_clip_and_leaves_no_trace(tmp_path: Path, clip: Clip) -> None:
    other = clip_from_folder(tiny_clip(tmp_path), name="tiny")
    picture = Image.fromarray(render(fade_scenes()[2], pixels=70))
    found = relevance(other, picture, "a cat")
    assert found.shape == (4, 4)
    assert (found >= 0).all()
    expected = by_autograd(other, np.asarray(picture), other.scale * other.encode_text(["a cat"])[0])
    assert np.allclose(found, expected, rtol=1e-3, atol=1e-6 * max(1, expected.max()))
    for block in other.model.visual.transformer.resblocks:
        assert not block.attn._forward_hooks
        assert not block.attn._forward_pre_hooks
    assert all(weight.grad is None for weight in other.model.parameters())


def test_another_text_gives_another_map(clip: Clip) -> None:
    image = render(fade_scenes()[0])
    bird, ground = (relevance(clip, image, text) for text in ("a landbird", "a bird on water"))
    assert not np.allclose(bird, ground, rtol=0.1)


@pytest.mark.parametrize("color", [0, 255, (10, 200, 30)])
def test_a_picture_of_one_color_has_no_map_and_the_error_says_why(clip: Clip, color: object) -> None:
    picture = np.empty((48, 48, 3), np.uint8)
    picture[:] = color
    with pytest.raises(ValueError, match="one color only"):
        relevance(clip, picture, "a landbird")


def test_a_picture_whose_middle_square_has_one_color_has_no_map(clip: Clip) -> None:
    wide = np.zeros((64, 640, 3), np.uint8)
    wide[:, :20] = 255
    with pytest.raises(ValueError, match="one color only"):
        relevance(clip, wide, "a landbird")


@pytest.mark.parametrize("text", ["", "   \n", "...", "!?", "\x00"])
def test_a_text_without_a_letter_has_no_map(clip: Clip, text: str) -> None:
    with pytest.raises(ValueError, match="no letter, digit or sign"):
        relevance(clip, render(fade_scenes()[0]), text)


@pytest.mark.parametrize("text", [None, ["a landbird"], 3])
def test_what_is_no_text_has_no_map(clip: Clip, text: Any) -> None:
    """Outside the tests nothing looks at the types."""
    with pytest.raises(ValueError, match="must be a text"):
        inspect.unwrap(relevance)(clip, render(fade_scenes()[0]), text)


@pytest.mark.parametrize("shape", [(0, 5, 3), (5, 0, 3)])
def test_a_picture_without_pixels_is_refused(clip: Clip, shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="no pixels"):
        relevance(clip, np.empty(shape, np.uint8), "a landbird")


def test_a_cut_out_bird_stands_on_white(clip: Clip) -> None:
    bird = Image.fromarray(render(fade_scenes()[0], water=0.0)).convert("RGBA")
    bird.paste((0, 0, 0, 0), (0, 0, bird.width, bird.height // 2))
    white = bird.copy()
    white.paste((255, 255, 255, 255), (0, 0, bird.width, bird.height // 2))
    maps = [relevance(clip, picture, "a landbird") for picture in (bird, white.convert("RGB"))]
    assert np.array_equal(*maps)


def test_something_that_is_no_picture_is_refused(clip: Clip) -> None:
    with pytest.raises(ValueError, match="uint8"):
        relevance(clip, np.zeros((48, 48)), "a landbird")


def test_gradients_that_do_not_fit_the_attention_turn_the_check_red(
    clip: Clip, monkeypatch: pytest.MonkeyPatch
) -> None:
    of_attention = rule._Heard.of_attention
    monkeypatch.setattr(rule._Heard, "of_attention", lambda heard, gradient: of_attention(heard, gradient).mT)
    found = relevance_of(clip, render(fade_scenes()[0]), clip.encode_text(["a landbird"])[0])
    assert [check.name for check in found.checks if not check.passed] == ["Σ A ∂s/∂A = ⟨∂s/∂O, O⟩ in each layer"]


def test_a_cover_shows_what_its_name_says() -> None:
    scene = fade_scenes()[5]
    empty = replace(scene, bird=None)
    on_water, on_land = covers(scene, water=1.0), covers(scene, water=0.0)
    assert tuple(on_water) == COVERS
    assert np.array_equal(on_water["other background"], render(empty, water=0.0))
    assert np.array_equal(on_land["other background"], render(empty, water=1.0))
    assert np.array_equal(on_water["another bird"], render(replace(scene, bird="waterbird"), water=1.0))
    assert np.unique(on_land["plain gray"]).tolist() == [128]
    with pytest.raises(ValueError, match="no bird"):
        covers(empty, water=0.5)


def test_a_patch_map_is_the_change_of_the_score_patch_by_patch(clip: Clip) -> None:
    scene = fade_scenes()[8]
    image, direction = render(scene, water=0.0), class_direction(clip, scene)
    cover = covers(scene, water=0.0)["another bird"]
    found = patch_map(clip, image, direction, cover)
    for row, column in ((0, 0), (4, 2), (5, 5)):
        changed = image.copy()
        area = slice(8 * row, 8 * row + 8), slice(8 * column, 8 * column + 8)
        changed[area] = cover[area]
        one, other = clip.encode_image([image, changed]) @ direction
        assert found[row, column] == pytest.approx(float(one - other), abs=1e-5)
    maps = {"another bird": found}
    assert unchanged_check(image, {"another bird": cover}, maps).passed
    assert not unchanged_check(image, {"another bird": cover}, {"another bird": found + 0.1}).passed


def test_the_overlap_is_the_share_of_the_strongest_pixels_that_lies_on_the_bird() -> None:
    mask = np.zeros((4, 4), bool)
    mask[:2, :2] = mask[2, 0] = True
    upper_left = np.array([[-9.0, 0.0], [1.0, 0.0]])
    assert overlap(upper_left, mask) == pytest.approx((4 + 1 / 4) / 5), "a patch, and a quarter of the next one's bird"
    assert overlap(np.ones((2, 2)), mask) == pytest.approx(5 / 16), "nothing is stronger: the area"
    assert overlap(np.array([[0.0, 1.0], [0.0, 2.0]]), mask) == 0
    assert overlap(patch_shares(mask, 2, 2), mask) == pytest.approx((4 + 1 / 4) / 5)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**31), st.floats(0.1, 5))
def test_only_the_order_of_the_magnitudes_counts(seed: int, power: float) -> None:
    rng, mask = np.random.default_rng(seed), bird_mask(fade_scenes()[seed % 12])
    values = rng.standard_normal((6, 6))
    found = overlap(values, mask)
    assert 0 <= found <= overlap(patch_shares(mask, 6, 6), mask) + 1e-12
    assert overlap(-np.sign(values) * np.abs(values) ** power, mask) == pytest.approx(found)
    by_pixel = np.argsort(-np.abs(np.kron(values, np.ones((8, 8)))), axis=None, kind="stable")[: mask.sum()]
    # One patch is needed in part, and its pixels stand in an order that means nothing.
    assert mask.ravel()[by_pixel].mean() == pytest.approx(found, abs=64 / mask.sum())


def test_masks_and_maps_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="no bird"):
        overlap(np.ones((6, 6)), np.zeros((48, 48), bool))
    with pytest.raises(ValueError, match="divide"):
        overlap(np.ones((5, 5)), np.ones((48, 48), bool))
    with pytest.raises(ValueError, match="finite"):
        overlap(np.full((6, 6), np.nan), np.ones((48, 48), bool))


def test_the_parts_of_a_score_sum_to_it_and_the_rest_is_what_the_rejection_leaves() -> None:
    rng = np.random.default_rng(0)
    basis, direction = random_span(3, 64, seed=1), rng.standard_normal(64)
    images = recorded_clip("birds-100").images[:50]
    found = split_score(images, direction, basis)
    assert found.check().passed
    left = images - (images @ basis) @ basis.T
    assert np.allclose(found.rest, left @ direction)
    assert np.allclose(found.inside, [sum((x @ q) * (q @ direction) for q in basis.T) for x in images])
    assert not replace(found, rest=found.rest + 1e-6).check().passed
    assert not split_score(images, direction, basis * [1.0, 1.001, 1.0]).check().passed
    assert not split_score(images, direction, basis @ [[1, 0, 0], [0.01, 1, 0], [0, 0, 1]]).check().passed
    assert np.allclose(split_score(images, direction, np.zeros((64, 0))).inside, 0)


@pytest.mark.parametrize("name", FAMILY)
def test_every_member_has_its_maps_in_numbers(name: str) -> None:
    found = recorded_microscope(name)
    assert found.trained.shape == found.random.shape == found.alike.shape == (48, len(MAPS))
    assert (found.trained <= found.best[:, None] + 1e-6).all()
    assert (found.random >= 0).all()
    assert np.allclose(found.area, [bird_mask(scene).mean() for scene in map_scenes()], atol=1e-6)
    assert set(found.beyond_random()) == set(MAPS)


def test_a_map_of_random_weights_against_itself_is_not_beyond_random() -> None:
    found = recorded_microscope("birds-100")
    rng = np.random.default_rng(0)
    noise = replace(found, trained=found.random[rng.permutation(48)])
    assert set(noise.beyond_random().values()) == {0}
    worse = replace(found, trained=found.random - 0.1)
    assert set(worse.beyond_random().values()) == {-1}


def test_the_recorded_maps_are_those_of_the_model(clip: Clip, monkeypatch: pytest.MonkeyPatch) -> None:
    from core.clip.with_torch import microscope

    few = map_scenes()[:3]
    monkeypatch.setattr(microscope, "map_scenes", lambda: few)
    now, then = measure_maps(clip), recorded_microscope("birds-100")
    # A rank may turn where two patches are as strong but for rounding.
    assert np.abs(now.trained - then.trained[:3]).mean() < 0.02
    assert np.abs(now.random - then.random[:3]).mean() < 0.02


def test_the_maps_of_the_record_are_of_pictures_that_are_no_test_pictures() -> None:
    assert not set(map_scenes()) & set(evaluation_scenes())


def test_all_maps_come_in_their_order_and_are_finite(clip: Clip) -> None:
    scene = fade_scenes()[1]
    found = score_maps(clip, scene, class_direction(clip, scene), water=0.3)
    assert tuple(found) == MAPS
    assert all(values.shape == (6, 6) and np.isfinite(values).all() for values in found.values())
