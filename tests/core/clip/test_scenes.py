"""Scenes and their pictures: reproducible, and nothing but shape tells the class."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.clip import (
    BACKGROUNDS,
    CLASSES,
    COLORS,
    CorpusParams,
    Scene,
    balanced_scenes,
    bird_mask,
    render,
    render_fade,
    scenes_hash,
    swapped,
)
from core.clip.corpus import build_corpus


def test_the_same_seed_gives_the_same_set_and_another_does_not() -> None:
    assert scenes_hash(balanced_scenes(20, seed=4)) == scenes_hash(balanced_scenes(20, seed=4))
    assert scenes_hash(balanced_scenes(20, seed=4)) != scenes_hash(balanced_scenes(20, seed=5))


def test_the_test_set_of_the_recorded_runs_is_still_the_same() -> None:
    assert scenes_hash(balanced_scenes(300, seed=1000)).startswith("73756c1a01d5daca")


def test_pictures_are_reproducible_and_differ() -> None:
    first, second = balanced_scenes(2, seed=0)[:2]
    assert np.array_equal(render(first), render(first))
    assert not np.array_equal(render(first), render(second))


@settings(max_examples=20, deadline=None)
@given(share=st.floats(0, 1), place=st.integers(0, 7))
def test_a_fade_changes_the_background_linearly_and_the_bird_not_at_all(share: float, place: int) -> None:
    scene = balanced_scenes(2, seed=1)[place]
    land, water, between = (picture.astype(float) for picture in render_fade(scene, [0.0, 1.0, share]))
    assert np.abs(between - ((1 - share) * land + share * water)).max() <= 1.0
    inside = bird_mask(scene) & (np.abs(land - water).max(axis=2) == 0)
    assert inside.sum() > 20


def test_the_ends_of_a_fade_are_the_scene_and_its_swap() -> None:
    for scene in balanced_scenes(1, seed=3):
        ends = {"land": 0.0, "water": 1.0}
        assert np.array_equal(render(scene), render(scene, water=ends[str(scene.background)]))
        assert np.array_equal(render(swapped(scene)), render(scene, water=1 - ends[str(scene.background)]))
        assert swapped(swapped(scene)) == scene


def test_the_mask_is_where_the_bird_changes_the_picture() -> None:
    scene = balanced_scenes(1, seed=6)[0]
    changed = (render(scene).astype(int) != render(replace(scene, bird=None)).astype(int)).any(axis=2)
    assert (changed | ~bird_mask(scene)).all()
    assert not bird_mask(replace(scene, bird=None)).any()


def test_every_color_occurs_with_every_class_about_equally_often() -> None:
    scenes = balanced_scenes(600, seed=9)
    counts = np.array([[sum(s.bird == b and s.color == c for s in scenes) for c in COLORS] for b in CLASSES])
    assert np.abs(counts - 200).max() < 60


@pytest.mark.parametrize(("pixels", "water"), [(4, None), (5000, None), (48, 1.5), (48, -0.1)])
def test_sizes_and_shares_outside_their_range_are_refused(pixels: int, water: float | None) -> None:
    with pytest.raises(ValueError, match="must lie in"):
        render(balanced_scenes(1, seed=0)[0], pixels=pixels, water=water)


def test_the_corpus_meets_its_shares_and_its_correlation() -> None:
    corpus = build_corpus(CorpusParams(correlation=0.9, attributes=0.3, views=0.2, n_scenes=4000))
    assert [corpus.pools.count(pool) for pool in ("attribute", "view", "class")] == [1200, 800, 2000]
    named = [scene for scene, pool in zip(corpus.scenes, corpus.pools, strict=True) if pool == "class"]
    agree = np.mean([CLASSES.index(s.bird) == BACKGROUNDS.index(s.background) for s in named])  # type: ignore[arg-type]
    assert abs(agree - 0.9) < 0.02
    assert all(s.bird is None for s, pool in zip(corpus.scenes, corpus.pools, strict=True) if pool == "view")


def test_captions_are_true_and_only_one_pool_names_the_class() -> None:
    corpus = build_corpus(CorpusParams(correlation=0.5, n_scenes=1000))
    captions = corpus.captions(np.arange(1000), np.random.default_rng(0))
    for scene, pool, caption in zip(corpus.scenes, corpus.pools, captions, strict=True):
        assert _true(scene, caption)
        assert any(name in caption for name in CLASSES) == (pool == "class")


def _true(scene: Scene, caption: str) -> bool:
    color = next((c for c in COLORS if f" {c} " in caption), scene.color)
    bird = next((name for name in CLASSES if name in caption), scene.bird)
    wet = any(word in caption for word in ("water", "lake", "sea", "wave")) and "waterbird" not in caption
    dry = any(word in caption for word in ("grass", "forest", "tree", "meadow"))
    place = "water" if wet else "land" if dry else scene.background
    return (color, bird, place) == (scene.color, scene.bird, scene.background)


@pytest.mark.parametrize("wrong", [{"correlation": 0.4}, {"attributes": 0.8, "views": 0.3}, {"n_scenes": 3}])
def test_corpora_outside_their_range_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="must"):
        CorpusParams(**wrong)  # type: ignore[arg-type]
