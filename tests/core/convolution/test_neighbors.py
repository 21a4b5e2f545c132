"""Neighbors and maps, against scikit-learn and the covariance matrix."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.decomposition import PCA
from sklearn.neighbors import NearestNeighbors

from core.convolution import (
    ARMS,
    PERPLEXITIES,
    Plane,
    agreement,
    digit_labels,
    digit_pictures,
    held_out,
    nearest,
    nearest_check,
    neighbor_map,
    plane_check,
    principal_plane,
    recorded_maps,
)

PIXELS, LABELS = digit_pictures()[held_out()].reshape(-1, 64), digit_labels()[held_out()]


def test_neighbors_are_scikit_learns() -> None:
    peer = NearestNeighbors(n_neighbors=9).fit(PIXELS).kneighbors(PIXELS[:40], return_distance=False)
    for place in range(40):
        found = nearest(PIXELS, PIXELS[place], count=8, without=place)
        apart = np.linalg.norm(PIXELS - PIXELS[place], axis=1)
        assert np.allclose(apart[found], apart[peer[place][peer[place] != place][:8]])


def test_a_neighbor_that_was_left_out_is_red() -> None:
    found = nearest(PIXELS, PIXELS[0], count=8)
    assert nearest_check(PIXELS, PIXELS[0], found).passed
    assert not nearest_check(PIXELS, PIXELS[0], np.append(found[1:], 500)).passed


@pytest.mark.parametrize("count", [0, 597])
def test_more_neighbors_than_there_are_are_refused(count: int) -> None:
    with pytest.raises(ValueError, match="it must be 1 to 596"):
        nearest(PIXELS, PIXELS[0], count=count, without=0)
    with pytest.raises(ValueError, match="it must be 1 to 596"):
        agreement(PIXELS, LABELS, most=count)


@given(st.integers(0, 10_000))
def test_agreement_is_a_share_and_that_of_a_loop(seed: int) -> None:
    rng = np.random.default_rng(seed)
    points, labels = rng.standard_normal((30, 3)), rng.integers(0, 3, 30)
    shares = agreement(points, labels, most=5)
    by_hand = [
        np.mean([(labels[nearest(points, points[i], count=k, without=i)] == labels[i]).mean() for i in range(30)])
        for k in range(1, 6)
    ]
    assert np.allclose(shares, by_hand)
    assert ((shares >= 0) & (shares <= 1)).all()


def test_shuffled_labels_agree_by_chance() -> None:
    shares = [agreement(PIXELS, np.random.default_rng(k).permutation(LABELS))[19] for k in range(20)]
    counts = np.bincount(LABELS)
    by_chance = (counts * (counts - 1)).sum() / (len(LABELS) * (len(LABELS) - 1))
    assert np.mean(shares) == pytest.approx(by_chance, abs=0.005)


def test_the_plane_is_scikit_learns_and_no_distance_grows() -> None:
    plane, peer = principal_plane(PIXELS), PCA(2, svd_solver="full").fit(PIXELS)
    assert np.allclose(np.abs(plane.points), np.abs(peer.transform(PIXELS)))
    assert plane.kept == pytest.approx(peer.explained_variance_ratio_.sum())
    one, other = PIXELS[:100], PIXELS[100:200]
    on_map = np.linalg.norm(plane.points[:100] - plane.points[100:200], axis=1)
    assert (on_map <= np.linalg.norm(one - other, axis=1) + 1e-12).all()


def test_a_plane_of_less_variance_is_red() -> None:
    plane = principal_plane(PIXELS)
    assert plane_check(plane, PIXELS).passed
    assert not plane_check(Plane(plane.points * 0.99, plane.kept, plane.values), PIXELS).passed


def test_what_has_no_plane_is_refused() -> None:
    with pytest.raises(ValueError, match="at least two items and two features"):
        principal_plane(np.zeros((5, 1)))
    assert principal_plane(np.zeros((5, 3))).kept == 1.0


def test_a_map_of_neighbors_keeps_parted_groups_apart() -> None:
    rng = np.random.default_rng(0)
    labels = np.repeat([0, 1], 30)
    points = neighbor_map(rng.standard_normal((60, 5)) + 20 * labels[:, None], perplexity=10)
    assert agreement(np.asarray(points, dtype=np.float64), labels, most=5)[4] == 1
    for wrong in (0, 60):
        with pytest.raises(ValueError, match="perplexity"):
            neighbor_map(rng.standard_normal((60, 5)), perplexity=wrong)


def test_recorded_maps_are_those_of_the_held_out_digits() -> None:
    points = recorded_maps().points
    assert points.shape == (len(ARMS), len(PERPLEXITIES), len(LABELS), 2)
    for arm in range(len(ARMS)):
        shuffled = np.random.default_rng(0).permutation(LABELS)
        own = agreement(points[arm, 1].astype(np.float64), LABELS)[0]
        assert own > 0.5 > agreement(points[arm, 1].astype(np.float64), shuffled)[0]
