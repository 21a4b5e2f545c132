"""Bands of speeds that may be off: what can be told by hand, by the even rule, and of all recorded machines."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from core.decoding import NOISE, Band, leaders, reigns, swapped, turned

FLATTERED = Band(-0.01, 1.05, 0.6)
"""Drafts are forecast up to 105% too fast, and at most 1% too slow."""
NAMES = ("greedy", "a", "b", "c")


def ahead(band: Band, one: float, other: float, *, greedy: str = "") -> bool:
    """Whether the first speed is ahead; greedy decoding is one of both, or neither."""
    names = {"one": ("greedy", "a"), "other": ("a", "greedy")}.get(greedy, ("a", "b"))
    return band.ahead({"greedy": 1.0, **dict(zip(names, (one, other), strict=True))}, *names)


@pytest.mark.parametrize(
    ("draft", "leads", "behind"),
    [(2.10, True, False), (2.05, False, False), (1.0, False, False), (0.99, False, False), (0.98, False, True)],
)
def test_a_draft_that_is_flattered_and_still_behind_is_behind(draft: float, leads: bool, behind: bool) -> None:
    assert ahead(FLATTERED, draft, 1.0, greedy="other") == leads
    assert ahead(FLATTERED, 1.0, draft, greedy="one") == behind


def test_two_drafts_are_told_apart_by_their_own_size() -> None:
    assert ahead(FLATTERED, 0.8, 0.4)
    assert not ahead(FLATTERED, 0.8, 0.5)
    assert not ahead(FLATTERED, 0.5, 0.8)
    assert ahead(FLATTERED, 1.0, 0.8, greedy="one")


def test_digits_that_nobody_sees_decide_nothing() -> None:
    """1.16 times greedy is not ahead by more than 16%, whatever the third decimal of either says."""
    band = Band(-0.031, 0.1591, 0.1591)
    assert f"{1.16004:.2f} {band.high:.0%}" == "1.16 16%"
    for speed in (1.15501, 1.16, 1.16004, 1.16499):
        assert not ahead(band, speed, 1.0, greedy="other")
        assert not ahead(band, speed, 1.0)
    assert ahead(band, 1.16501, 1.0, greedy="other")
    assert not ahead(band, 1.0, 0.9651, greedy="one"), "0.97 is not below 1 less 3%"
    assert ahead(band, 1.0, 0.9649, greedy="one")
    assert ahead(Band.even(0.1591), 1.16004, 1.0, greedy="other"), "the clock's digits all count"


SIDED = Band(-0.02, 0.1, 0.08, {"a": (1.0, 1.2)})
"""Drafts are forecast up to 10% too fast, but “a” twice as fast as it is, or more."""


@pytest.mark.parametrize(
    ("speeds", "one", "other", "told"),
    [
        ((1.0, 2.2, 1.0), "a", "greedy", False),
        ((1.0, 2.21, 1.0), "a", "greedy", True),
        ((1.0, 2.0, 1.0), "greedy", "a", False),
        ((1.0, 1.99, 1.0), "greedy", "a", True),
        # 1.08 / 1.1 is above 1.95 / 2.0, and 1.07 / 1.1 is not.
        ((1.0, 1.95, 1.08), "b", "a", True),
        ((1.0, 1.95, 1.07), "b", "a", False),
        # 2.47 / 2.2 is above 1.1 / 0.98, and 2.46 / 2.2 is not.
        ((1.0, 2.47, 1.1), "a", "b", True),
        ((1.0, 2.46, 1.1), "a", "b", False),
        # In tokens a second as well: the same speeds over greedy.
        ((50.0, 97.5, 54.0), "b", "a", True),
        ((50.0, 97.5, 53.5), "b", "a", False),
    ],
)
def test_a_method_with_a_side_of_its_own_is_judged_by_its_own_band(
    speeds: tuple[float, float, float], one: str, other: str, told: bool
) -> None:
    of = dict(zip(("greedy", "a", "b"), speeds, strict=True))
    assert SIDED.ahead(of, one, other) == told
    assert not SIDED.ahead(of, other, one) or not told


@pytest.mark.parametrize("values", [(-1.0, 0.1, 0.1), (0.2, 0.1, 0.1), (-0.1, 0.1, -0.1), (-0.1, 0.1, float("nan"))])
def test_a_band_that_is_none_is_refused(values: tuple[float, float, float]) -> None:
    with pytest.raises(ValueError, match=r"must be (above|0 or more)"):
        Band(*values)
    low, high, size = values
    if size == 0.1:
        with pytest.raises(ValueError, match="low must be above"):
            Band(-0.1, 0.1, 0.1, {"a": (low, high)})


SPEEDS = st.lists(st.floats(0.1, 10), min_size=4, max_size=4)
ENDS = st.tuples(st.floats(-0.5, 2), st.floats(-0.5, 2)).map(lambda ends: tuple(sorted(ends)))
BANDS = st.builds(
    lambda ends, size, own, exact: Band(*ends, size, own, exact),
    ENDS,
    st.floats(0, 2),
    st.dictionaries(st.sampled_from(NAMES[1:]), ENDS),
    st.booleans(),
)


@given(speeds=SPEEDS, share=st.one_of(st.sampled_from([0.0, NOISE]), st.floats(0, 1)))
def test_an_even_band_is_one_share_for_any_two(speeds: list[float], share: float) -> None:
    """The rule by hand: two speeds are level up to a share; none near an edge, where rounding would decide."""
    of = dict(zip(NAMES, [1.0, *speeds[1:]], strict=True))
    assume(all(abs(of[one] / of[other] / (1 + share) - 1) > 1e-9 for one, other in permutations(NAMES, 2)))
    band, best = Band.even(share), max(of.values())
    near = sorted((name for name in NAMES if of[name] * (1 + share) >= best), key=lambda name: -of[name])
    assert leaders(of, band=band) == tuple(near)
    for one, other in permutations(of.values(), 2):
        # Whichever of both is greedy decoding, or neither: its own speed is 1 in each case.
        told = {ahead(band, one / other, 1.0, greedy=greedy) for greedy in ("other", "")}
        told |= {ahead(band, 1.0, other / one, greedy=greedy) for greedy in ("one", "")}
        assert told == {one > (1 + share) * other}
    falls = {name: np.array([speed, 1.0 if name == "greedy" else of["a"]]) for name, speed in of.items()}
    by_hand = [(name, 2) for name, (first, last) in falls.items() if first > 1 + share and last * (1 + share) < 1]
    assert turned(falls, (1, 2), band=band) == tuple(by_hand)


@given(before=SPEEDS, now=SPEEDS, was=BANDS, is_now=BANDS)
def test_pairs_that_swap_turn_around_when_read_backwards(
    before: list[float], now: list[float], was: Band, is_now: Band
) -> None:
    one, other = (dict(zip(NAMES, [1.0, *speeds[1:]], strict=True)) for speeds in (before, now))
    pairs = swapped(one, other, bands=(was, is_now))
    assert {(b, a) for a, b in pairs} == set(swapped(other, one, bands=(is_now, was)))
    assert not {(b, a) for a, b in pairs} & set(pairs)
    assert swapped(one, one, bands=(was, was)) == ()


@given(speeds=SPEEDS, band=BANDS)
def test_somebody_may_always_be_the_fastest(speeds: list[float], band: Band) -> None:
    of = dict(zip(NAMES, [1.0, *speeds[1:]], strict=True))
    near = leaders(of, band=band)
    assert near
    assert [of[name] for name in near] == sorted((of[name] for name in near), reverse=True)
    behind = {name for name in NAMES[1:] if band.ahead(of, "greedy", name)}
    in_front = {name for name in NAMES[1:] if band.ahead(of, name, "greedy")}
    assert not any(band.ahead(of, one, other) and band.ahead(of, other, one) for one, other in permutations(NAMES, 2))
    assert not any(band.ahead(of, name, name) for name in NAMES)
    assert not behind & set(near)
    assert not behind & in_front
    assert (near == ("greedy",)) == (len(behind) == 3)
    assert ("greedy" in near) == (not in_front)


def test_leaders_are_those_that_the_band_cannot_tell_apart() -> None:
    speeds = {"greedy": 1.0, "a": 1.2, "b": 1.15, "c": 0.9}
    assert leaders(speeds, band=Band.even(0.0)) == ("a",)
    assert leaders(speeds, band=Band.even(0.05)) == ("a", "b")
    assert leaders(speeds, band=Band.even(0.25)) == ("a", "b", "greedy")
    assert leaders({"greedy": 1.0, "a": 0.5}, band=Band.even(0.1)) == ("greedy",)


def test_a_reign_ends_only_beyond_the_band() -> None:
    speeds = {"a": np.array([1.2, 1.0, 0.8]), "b": np.array([1.0, 1.05, 1.0])}
    assert reigns(speeds, (1, 2, 4), band=Band.even(0.1)) == ((1, "a"), (4, "b"))
    assert reigns(speeds, (1, 2, 4), band=Band.even(0.0)) == ((1, "a"), (2, "b"))
    assert reigns(speeds, (1, 2, 4), band=Band.even(0.5)) == ((1, "a"),)


def test_a_method_is_turned_only_beyond_the_band_and_for_good() -> None:
    speeds = {
        "greedy": np.ones(4),
        "falls": np.array([1.3, 0.8, 1.0, 0.7]),
        "early": np.array([1.3, 0.8, 0.7, 0.7]),
        "near": np.array([1.05, 0.5, 0.5, 0.5]),
        "stays": np.array([1.3, 1.2, 1.0, 0.95]),
    }
    assert turned(speeds, (1, 2, 4, 8), band=Band.even(0.1)) == (("early", 2), ("falls", 8))
    assert turned(speeds, (1, 2, 4, 8), band=Band.even(0.5)) == ()
