"""Each identity holds for what it is about, and turns red where that is damaged."""

from dataclasses import replace

import numpy as np
import pytest

from core.clip import embedding_map, map_check, means_check, norm_check, prompt_means, recorded_clip, unit

D = 16


def vectors(count: int, seed: int = 0) -> np.ndarray:
    return unit(np.random.default_rng(seed).standard_normal((count, D))).astype(np.float32)


def test_norms_are_seen_to_be_one_and_not_to_be() -> None:
    x = vectors(9)
    assert norm_check(x).passed
    assert norm_check(x[:0]).passed
    x[3] *= 1.001
    assert not norm_check(x).passed


def test_means_of_prompts_and_of_their_cosines_agree_and_a_wrong_grouping_is_seen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    x, texts = vectors(50), vectors(7, seed=1)
    assert means_check(x, texts, [3, 4]).passed
    monkeypatch.setattr("core.clip.identities.prompt_means", lambda texts, sizes: prompt_means(texts, [4, 3]))
    assert not means_check(x, texts, [3, 4]).passed


def test_a_map_that_is_stretched_or_belongs_to_other_pictures_is_seen() -> None:
    x = recorded_clip("birds-100").images[::2]
    found = embedding_map(x)
    assert map_check(found, x).passed
    assert not map_check(replace(found, axes=1.01 * found.axes), x).passed
    assert not map_check(found, recorded_clip("birds-50").images[::2]).passed
