"""What the microscope says of its maps: each wording is tested over every recorded model and over the edges."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import t as student

from components.phrases import signed
from core.clip import (
    FAMILY,
    MAPS,
    fade_shares,
    recorded_fade_maps,
    recorded_microscope,
    recorded_random_maps,
    share_number,
)
from pages.prompting.clip_spurious import microscope_words as words


def test_the_cover_is_read_beside_the_picture() -> None:
    said = words.cover_in_words("plain gray", 0.99, 0.1)
    assert "plain gray is read as “waterbird” with probability <b>0.99</b>" in said


@pytest.mark.parametrize("model", FAMILY)
def test_the_maps_are_called_what_their_paired_differences_say(model: str) -> None:
    found = recorded_microscope(model)
    said = words.maps_in_words(found)
    beyond = [name for name, way in found.beyond_random().items() if way > 0]
    assert ("every map" in said, "no map" in said) == (len(beyond) == len(MAPS), not beyond)
    apart = (found.trained - found.random)[:, [MAPS.index(name) for name in beyond]]
    assert (apart.mean(axis=0) > 0).all()


@pytest.mark.parametrize("model", FAMILY)
@pytest.mark.parametrize("name", MAPS)
def test_each_group_is_told_with_its_own_mean_and_interval(model: str, name: str) -> None:
    """Twelve pictures of each group, group after group; a t interval at 95 % for four of them together."""
    found = recorded_microscope(model)
    said, gaps = words.groups_in_words(found, name), (found.trained - found.random)[:, MAPS.index(name)]
    groups = ("landbird on land", "landbird on water", "waterbird on land", "waterbird on water")
    for group, values in zip(groups, gaps.reshape(4, -1).astype(float), strict=True):
        mean, reach = (
            values.mean(),
            student.ppf(1 - 0.05 / 8, len(values) - 1) * values.std(ddof=1) / len(values) ** 0.5,
        )
        told = f"{group} <b>{mean:+.2f}</b> ({mean - reach:+.2f} to {mean + reach:+.2f})"
        assert signed(told) in said


@pytest.mark.parametrize(("place", "share"), [(0, 0), (6, 20)])
def test_the_picture_on_screen_is_counted_apart_from_the_average(place: int, share: int) -> None:
    random = recorded_random_maps().overlaps_at(place, share)
    trained = dict(zip(MAPS, recorded_fade_maps("birds-100").overlap[place, share].tolist(), strict=True))
    more = [name for name in MAPS if trained[name] > random[name]]
    assert f"<b>{len(more)} of {len(MAPS)}</b>" in words.here_in_words(trained, random)
    assert "<b>0 of 5</b>" in words.here_in_words(random, random)


def test_between_recorded_shares_each_part_is_told_its_own() -> None:
    for percent in np.linspace(0, 100, 201).tolist():
        said, number = words.nearest_in_words(percent), share_number(percent)
        assert (said == "") == (number is not None)
        if said:
            nearest = 100 * fade_shares()[int(np.abs(100 * fade_shares() - percent).argmin())]
            assert f"made at <b>{percent:g} %</b>" in said
            assert f"at <b>{nearest:g} %</b>, the nearest" in said


def test_one_thing_has_one_name_on_screen() -> None:
    found = recorded_microscope("birds-100")
    for said in (words.maps_in_words(found), words.alike_in_words(found)):
        assert said.count("relevance") == said.count("gradient × attention relevance")
    assert [words.map_in_words(name) for name in MAPS] == [*MAPS[:-1], words.RELEVANCE]


def test_maps_that_do_not_stand_out_are_named() -> None:
    found = recorded_microscope("birds-100")
    flat = found.trained.copy()
    flat[:, :2] = found.random[:, :2]
    said = words.maps_in_words(replace(found, trained=flat))
    assert said.endswith(
        "beyond random weights: plain gray, rollout and gradient × attention relevance; "
        "not other background and another bird"
    )
    assert "no map" in words.maps_in_words(replace(found, trained=found.random))


@pytest.mark.parametrize(
    ("parts", "said"),
    [((0.3, -0.1), "pull apart"), ((0.3, 0.1), "most from the harmful words"), ((-0.1, -0.3), "most from the rest")],
)
def test_a_split_says_where_the_score_comes_from(parts: tuple[float, float], said: str) -> None:
    text = words.split_in_words(sum(parts), *parts)
    assert said in text
    assert signed(f"= {parts[0]:+.2f} along the harmful words {parts[1]:+.2f} in the rest") in text


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ((0.304, -0.001), "Score +0.30 = +0.30 along the harmful words +0.00 in the rest: most from the harmful words"),
        ((0.204, 0.104), "Score +0.31 ≈ +0.20 along the harmful words +0.10 in the rest: most from the harmful words"),
        ((-0.104, -0.101), "Score −0.20 = −0.10 along the harmful words −0.10 in the rest: as much from each"),
        ((0.004, -0.002), "The score of +0.00 has nothing to see in either part"),
    ],
)
def test_a_split_is_judged_by_what_is_printed(parts: tuple[float, float], said: str) -> None:
    assert words.split_in_words(sum(parts), *parts) == said
