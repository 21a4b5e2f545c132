"""The recorded maps of the fade scenes: those of the models, of random weights, and checks that can fail."""

from dataclasses import replace

import numpy as np
import pytest

from core.clip import (
    COVERS,
    FAMILY,
    HARMFUL_INSIGHTS,
    HELPFUL_INSIGHTS,
    MAPS,
    Repair,
    bird_mask,
    class_direction,
    covers,
    fade_scenes,
    fade_shares,
    load_clip,
    overlap,
    patch_map,
    probabilities,
    random_clip,
    recorded_clip,
    recorded_fade_maps,
    recorded_random_maps,
    render,
    score_maps,
    share_number,
    takes_the_standard_span,
    vision_attention,
)
from core.clip.with_torch import fade_maps as measuring

CLOSE = {"atol": 2e-4, "rtol": 1e-3}
"""Half precision, and what another order of sums changes."""


@pytest.mark.parametrize(("scene", "share"), [(3, 10), (8, 40)])
def test_the_recorded_maps_are_those_of_the_model(scene: int, share: int) -> None:
    clip, found, drawn = load_clip(), recorded_fade_maps("birds-100"), fade_scenes()[scene]
    direction, water = class_direction(clip, drawn), float(fade_shares()[share])
    expected = score_maps(clip, drawn, direction, water=water)
    maps = found.at(scene, share)
    assert tuple(maps) == MAPS
    assert all(np.allclose(maps[name], expected[name], **CLOSE) for name in MAPS)
    mask = bird_mask(drawn)
    assert found.overlap[scene, share] == pytest.approx([overlap(expected[name], mask) for name in MAPS], abs=0.02)
    attention = vision_attention(clip, render(drawn, water=water))
    assert np.allclose(found.attention_at(scene, share), attention.from_class_token().mean(axis=1), **CLOSE)


def test_the_recorded_rejection_is_that_of_the_standard_words() -> None:
    clip, found, scene = load_clip(), recorded_fade_maps("birds-100"), fade_scenes()[2]
    words = measuring._Words.of(clip)
    image, hidden = render(scene, water=0.5), covers(scene, water=0.5)
    for place, name in enumerate(COVERS):
        expected = patch_map(clip, image, words.directions(scene)[:, 1], hidden[name])
        assert np.allclose(found.rejected[2, 20, place], expected, **CLOSE)
    chances = probabilities(clip.encode_image(list(hidden.values())) @ words.classes.T, clip.scale)[:, 1]
    assert found.chance[2, 20] == pytest.approx(chances, abs=1e-4)


def test_the_maps_by_chance_are_those_of_random_weights() -> None:
    scene, found = fade_scenes()[3], recorded_random_maps()
    clip = random_clip(3)
    expected = score_maps(clip, scene, class_direction(clip, scene), water=0.25)
    assert all(np.allclose(values, expected[name], **CLOSE) for name, values in found.at(3, 10).items())
    told = [overlap(expected[name], bird_mask(scene)) for name in MAPS]
    assert list(found.overlaps_at(3, 10).values()) == pytest.approx(told, abs=0.02)


@pytest.mark.parametrize("name", FAMILY)
def test_every_member_has_its_maps_and_their_checks_pass_everywhere(name: str) -> None:
    found, record = recorded_fade_maps(name), recorded_clip(name)
    scenes, shares = len(fade_scenes()), len(fade_shares())
    assert found.name == name
    assert found.covered.shape == found.rejected.shape == (scenes, shares, len(COVERS), 6, 6)
    assert found.overlap.shape == (scenes, shares, len(MAPS))
    prompts = measuring.class_prompts(measuring.CLASSES)
    vectors = record.text_vectors([text for texts in prompts for text in texts])
    assert vectors is not None
    classes = measuring.class_vectors(vectors, [len(texts) for texts in prompts])
    for scene, drawn in enumerate(fade_scenes()):
        direction = (classes[1] - classes[0]) * (1 if drawn.bird == measuring.CLASSES[1] else -1)
        for share in range(shares):
            scored = float(record.fades[scene, share] @ direction)
            assert all(check.passed for check in found.checks_at(scene, share, scored))


def test_a_damaged_record_turns_its_checks_red() -> None:
    found = recorded_fade_maps("birds-100")
    scored = float(found.score[1, 7])
    assert all(check.passed for check in found.checks_at(1, 7, scored))
    assert [check.passed for check in found.checks_at(1, 7, scored + 1e-3)] == [True, False]
    for field in ("attention", "rollout"):
        wrong = getattr(found, field).copy()
        wrong[1, 7, ..., 3] += np.float16(0.01)
        assert [check.passed for check in replace(found, **{field: wrong}).checks_at(1, 7, scored)] == [False, True]


def test_a_share_between_two_recorded_ones_has_no_number() -> None:
    assert [share_number(percent) for percent in (0.0, 2.5, 100.0)] == [0, 1, 40]
    assert share_number(13.3) is None


def test_only_the_standard_span_was_recorded() -> None:
    standard = Repair("none", HARMFUL_INSIGHTS, HELPFUL_INSIGHTS, rank=6)
    assert takes_the_standard_span(standard)
    assert takes_the_standard_span(replace(standard, kind="both", strength=0.5, helpful=()))
    assert takes_the_standard_span(replace(standard, rank=len(HARMFUL_INSIGHTS)))
    assert not takes_the_standard_span(replace(standard, rank=len(HARMFUL_INSIGHTS) - 1))
    assert not takes_the_standard_span(replace(standard, harmful=HARMFUL_INSIGHTS[:1]))


def test_all_is_told_scene_by_scene(monkeypatch: pytest.MonkeyPatch) -> None:
    scene, told = fade_scenes()[4], list[int]()
    monkeypatch.setattr(measuring, "fade_scenes", lambda: (scene,))
    monkeypatch.setattr(measuring, "fade_shares", lambda: np.array([0.0, 1.0]))
    made = measuring.measure_fade_maps(load_clip(), on_scene=told.append)
    recorded = recorded_fade_maps("birds-100")
    assert told == [0]
    for name in ("covered", "rejected", "rollout", "relevance", "attention", "score", "chance"):
        assert np.allclose(getattr(made, name)[0], getattr(recorded, name)[4][[0, 40]], **CLOSE)
    assert measuring.measure_random_maps(on_scene=told.append).maps.shape == (1, 2, len(MAPS), 6, 6)
