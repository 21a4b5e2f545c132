"""The palette for the color-blind: simulated, colors that stand in one figure stay apart."""

from itertools import combinations

import numpy as np
import pytest
from skimage.color import deltaE_ciede2000, rgb2lab

from components.theme import CATEGORIES, Look

# From linear RGB to what is seen without one kind of cone (Machado, Oliveira and Fernandes 2009, severity 1.0).
SEEN = {
    "all cones": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
TOGETHER = (
    ("accepted", "rejected"),
    ("source", "target"),
    ("land", "water"),
    ("proxy", "gold"),
    ("proxy", "kl"),
    ("gold", "kl"),
    ("query", "key"),
    ("query", "value"),
    ("key", "value"),
    ("draft", "mass"),
)
"""Roles that stand in one figure."""

APART = 10.0
"""CIEDE2000; a difference of about 2 is the least that is noticed side by side."""


def seen(color: str, cones: str) -> np.ndarray:
    """A color as it is seen, in CIELAB."""
    srgb = np.array([int(color[place : place + 2], 16) for place in (1, 3, 5)]) / 255
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    left = (SEEN[cones] @ linear).clip(0, 1)
    return rgb2lab(np.where(left <= 0.0031308, 12.92 * left, 1.055 * left ** (1 / 2.4) - 0.055)[None, None])[0, 0]


def apart(one: str, other: str, cones: str) -> float:
    return float(deltaE_ciede2000(seen(one, cones), seen(other, cones)))


def test_the_simulation_knows_red_from_green() -> None:
    assert apart("#B0B0B0", "#B0B0B0", "protanopia") == 0
    # Two colors that only the missing cone tells apart.
    vermilion, olive = "#D55E00", "#8C6D1F"
    assert apart(vermilion, olive, "protanopia") < 0.25 * apart(vermilion, olive, "all cones")


@pytest.mark.parametrize("cones", SEEN)
class TestApart:
    @pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
    @pytest.mark.parametrize("pair", TOGETHER, ids="-".join)
    def test_roles_of_one_figure(self, cones: str, dark: bool, pair: tuple[str, str]) -> None:
        look = Look(dark=dark)
        assert apart(look.role(pair[0]), look.role(pair[1]), cones) >= APART

    @pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
    def test_draft_and_target(self, cones: str, dark: bool) -> None:
        look = Look(dark=dark)
        assert apart(look.role("draft"), look.ink, cones) >= APART

    def test_series_without_a_role(self, cones: str) -> None:
        for one, other in combinations(CATEGORIES, 2):
            assert apart(one, other, cones) >= APART, (one, other)
