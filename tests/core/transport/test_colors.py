"""Colors moved between pictures, against assignments by scipy, sums over all pairs, and what must be refused."""

import inspect
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PIL import Image
from scipy.optimize import linear_sum_assignment  # type: ignore[import-untyped]

from core.transport import (
    LINES,
    SCENES,
    ColorTransfer,
    along_lines,
    before_and_floor,
    brightness,
    color_identities,
    color_transfer,
    colors_apart,
    colors_of,
    entropic_map,
    line_transport,
    scene,
    solve,
)


@pytest.mark.parametrize("name", SCENES)
def test_a_scene_is_drawn_by_its_seed_with_many_colors(name: str) -> None:
    drawn = scene(name)
    assert drawn.shape == (90, 120, 3)
    assert 0 <= drawn.min() <= drawn.max() <= 1
    assert (scene(name) == drawn).all()
    assert (scene(name, seed=1) != drawn).any()
    assert len(np.unique((drawn * 255).astype(int).reshape(-1, 3), axis=0)) > 500


def small(name: str, step: int = 6) -> np.ndarray:
    return scene(name)[::step, ::step]


def test_where_all_pixels_are_in_the_plan_the_picture_has_exactly_the_colors_of_the_other() -> None:
    one, other = small(SCENES[0]), small(SCENES[1])
    found = color_transfer(one, other, sample=1000)
    x, y = one.reshape(-1, 3), other.reshape(-1, 3)
    costs = ((x[:, None] - y) ** 2).sum(axis=-1)
    rows, columns = linear_sum_assignment(costs)
    assert found.run.cost == pytest.approx(costs[rows, columns].mean(), abs=1e-12)
    moved = found.picture.reshape(-1, 3)
    assert np.sort(moved, axis=0) == pytest.approx(np.sort(y, axis=0), abs=1e-12)
    assert ((moved - x) ** 2).sum(axis=-1).mean() == pytest.approx(found.run.cost, abs=1e-12)


@pytest.mark.parametrize("method", ["exact", "sinkhorn"])
@pytest.mark.parametrize("pair", [(0, 1), (1, 2), (2, 3), (3, 0)])
def test_the_colors_come_nearer_and_the_identities_hold(method: str, pair: tuple[int, int]) -> None:
    one, other = (scene(SCENES[place]) for place in pair)
    found = color_transfer(one, other, method=method, sample=200)
    assert found.after < found.before / 4
    assert [check.name for check in color_identities(found, one, other) if not check.passed] == []
    assert 0 <= found.picture.min() <= found.picture.max() <= 1


def test_a_color_beside_the_sample_moves_as_the_nearest_of_it_does() -> None:
    one, other = small(SCENES[0]), small(SCENES[2])
    found = color_transfer(one, other, sample=40)
    assert found.run.plan is not None
    sent = found.run.plan @ found.run.target * 40
    for row, column in [(0, 0), (7, 11), (14, 3)]:
        away = ((found.run.source - one[row, column]) ** 2).sum(axis=1)
        near = int(away.argmin())
        moved = np.clip(one[row, column] + sent[near] - found.run.source[near], 0, 1)
        assert found.picture[row, column] == pytest.approx(moved, abs=1e-12)


def test_the_map_by_prices_is_a_weighted_mean_over_all_of_the_target() -> None:
    rng = np.random.default_rng(0)
    x, y, new = rng.random((12, 3)), rng.random((15, 3)), rng.random(3)
    run = solve(x, y, method="sinkhorn", reg=0.05)
    assert run.potentials is not None
    weights = [
        np.exp((price - ((new - place) ** 2).sum()) / 0.05) for price, place in zip(run.potentials[1], y, strict=True)
    ]
    wanted = sum(weight * place for weight, place in zip(weights, y, strict=True)) / sum(weights)
    assert entropic_map(run, new[None])[0] == pytest.approx(wanted, abs=1e-12)
    with pytest.raises(ValueError, match="has no prices"):
        entropic_map(solve(x, y), new[None])


def test_more_blur_gives_less_grain_and_colors_farther_from_the_others() -> None:
    one, other = scene(SCENES[0]), scene(SCENES[2])
    sharp, blurred = (color_transfer(one, other, method="sinkhorn", share=share) for share in (0.03, 0.5))
    exact = color_transfer(one, other)
    assert exact.grain > sharp.grain > blurred.grain
    assert exact.after < blurred.after


@pytest.mark.parametrize("method", ["exact", "sinkhorn"])
def test_a_plan_that_was_changed_turns_a_check_red(method: str) -> None:
    found = color_transfer(small(SCENES[0]), small(SCENES[1]), method=method, sample=50)
    assert found.run.plan is not None
    plan = found.run.plan.copy()
    plan[0] = np.roll(plan[0], 7)
    changed = replace(found, run=replace(found.run, plan=plan))
    assert any(not check.passed for check in color_identities(changed, small(SCENES[0]), small(SCENES[1])))


def test_the_lines_split_every_squared_length_in_equal_parts() -> None:
    assert LINES.shape == (13, 3)
    assert pytest.approx(13 / 3 * np.eye(3), abs=1e-12) == LINES.T @ LINES


@pytest.mark.parametrize("sizes", [(40, 40), (40, 27), (5, 200)])
def test_the_distance_sorts_along_each_line_and_is_below_the_whole_one(sizes: tuple[int, int]) -> None:
    rng = np.random.default_rng(0)
    one, other = (rng.random((size, 3)) for size in sizes)
    alone = [line_transport(one @ line, other @ line, p=2).cost for line in LINES]
    assert colors_apart(one, other) == pytest.approx(3 * np.mean(alone), abs=1e-12)
    assert colors_apart(one, other) <= solve(one, other).cost
    assert colors_apart(one, one[::-1]) == pytest.approx(0, abs=1e-30)
    assert colors_apart(one, one + np.array([0.1, -0.2, 0.3])) == pytest.approx(0.14, abs=1e-12)


@pytest.mark.parametrize("method", ["exact", "sinkhorn"])
def test_sorted_colors_that_are_known_change_nothing_and_wrong_ones_are_seen(method: str) -> None:
    one, other = small(SCENES[0]), small(SCENES[2])[:-1]
    lines = along_lines(other.reshape(-1, 3))
    alone = color_transfer(one, other, method=method, sample=50)
    found = color_transfer(one, other, method=method, sample=50, lines=lines)
    assert (found.before, found.after) == (alone.before, alone.after)
    assert (found.floor == alone.floor).all()
    checks = color_identities(found, one, other, lines=lines)
    assert checks == color_identities(alone, one, other)
    wrong = color_transfer(one, other, method=method, sample=50, lines=lines + np.linspace(0, 0.01, lines.shape[1]))
    assert [check.passed for check in color_identities(wrong, one, other)].count(False) == 3


def test_a_distance_that_is_known_is_taken() -> None:
    one, other = small(SCENES[0]), small(SCENES[1])
    found = color_transfer(one, other, sample=50)
    before, floor = before_and_floor(one, other, sample=50)
    assert found.before == before
    assert (found.floor == floor).all()
    told = color_transfer(one, other, sample=50, apart=(0.5, floor / 2))
    assert (told.before, told.after) == (0.5, found.after)
    assert (told.floor == floor / 2).all()


def test_a_sample_is_off_by_more_the_fewer_its_pixels_are() -> None:
    """The halves of alternate columns, near duplicates, are a hundred times nearer than samples are."""
    one, other = scene(SCENES[0]), scene(SCENES[1])
    few, many = (before_and_floor(one, other, sample=sample)[1] for sample in (50, 600))
    told = color_transfer(one[::5], other[::5], sample=77)
    drawn = other[::5].reshape(-1, 3)[np.random.default_rng([0, 1]).choice(other[::5].size // 3, 77, replace=False)]
    assert told.floor[0] == pytest.approx(colors_apart(drawn, other[::5].reshape(-1, 3)), abs=1e-12)
    assert few.min() > many.max() / 2
    assert few.mean() > 4 * many.mean()
    wanted = other.reshape(-1, 3)
    assert many.mean() > 20 * colors_apart(wanted[::2], wanted[1::2])
    assert before_and_floor(small(SCENES[0]), small(SCENES[1]), sample=1000)[1] == pytest.approx(0, abs=1e-14)


@pytest.mark.parametrize("method", ["exact", "sinkhorn"])
@pytest.mark.parametrize(
    ("spoiled", "name"),
    [
        (lambda found: {"picture": 1 - found.picture}, "Sampled pixels are where the plan sends them"),
        (lambda found: {"picture": found.picture[::-1]}, "Sampled pixels are where the plan sends them"),
        (lambda found: {"before": 1.01 * found.before}, "Distance before, by another solver"),
        (lambda _: {"after": 0.0}, "Distance after, by another solver"),
        (lambda found: {"floor": 2 * found.floor}, "Distance of samples, pixel by pixel"),
        (lambda _: {"grain": 99.0}, "Grain, channel by channel"),
    ],
)
def test_a_result_that_was_changed_turns_a_check_red(
    method: str, spoiled: Callable[[ColorTransfer], dict[str, Any]], name: str
) -> None:
    one, other = small(SCENES[0]), small(SCENES[1])
    found = color_transfer(one, other, method=method, sample=50)
    assert [check.name for check in color_identities(found, one, other) if not check.passed] == []
    changed = color_identities(replace(found, **spoiled(found)), one, other)
    assert name in [check.name for check in changed if not check.passed]


def test_samples_of_one_color_are_told_under_sinkhorn() -> None:
    white = np.ones((30, 40, 3))
    white[3, 4] = 0
    with pytest.raises(ValueError, match="the 50 and 50 sampled pixels all have one color"):
        color_transfer(white, white, method="sinkhorn", sample=50)
    found = color_transfer(white, white, sample=50)
    assert [check.name for check in color_identities(found, white, white) if not check.passed] == []


@pytest.mark.parametrize(
    ("picture", "told"),
    [
        (np.zeros((4, 4, 3)), "first picture is black everywhere"),
        (np.full((4, 4, 3), 0.4), "first picture is of one color"),
        (np.zeros((4, 4)), "must be \\[row column 3\\]"),
        (np.full((2, 2, 3), np.nan), "no numbers from 0 to 1"),
        (np.full((2, 2, 3), 255.0), "no numbers from 0 to 1"),
        (np.zeros((0, 4, 3)), "must be \\[row column 3\\]"),
    ],
)
def test_what_is_no_picture_is_refused_in_words(picture: np.ndarray, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        color_transfer(picture, scene(SCENES[0]))
    with pytest.raises(ValueError, match=told.replace("first", "second")):
        color_transfer(scene(SCENES[0]), picture)


@pytest.mark.parametrize("wrong", [{"method": "magic"}, {"sample": 1}, {"sample": 1001}, {"share": 0}, {"seed": -1}])
def test_options_out_of_range_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        color_transfer(scene(SCENES[0]), scene(SCENES[1]), **wrong)


@pytest.mark.parametrize("picture", ["sea", [[[0, 1, 2], [3, 4]]]])
def test_what_is_no_array_of_numbers_is_refused_in_words(picture: Any) -> None:
    with pytest.raises(ValueError, match="the first picture must be numbers"):
        inspect.unwrap(color_transfer)(picture, scene(SCENES[0]))


def test_an_unknown_scene_is_refused() -> None:
    with pytest.raises(ValueError, match="it must be one of meadow"):
        scene("moon")


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_what_is_transparent_counts_as_white(mode: str) -> None:
    """A picture's hidden pixels are black as a rule."""
    picture = Image.new("RGBA", (10, 10), (0, 0, 0, 0))
    picture.paste((40, 40, 40, 255), (0, 0, 5, 10))
    picture = picture.convert(mode)
    if mode == "P":
        picture.info["transparency"] = picture.getpixel((9, 9))
    colors = colors_of(picture)
    assert (colors[:, 5:] > 0.99).all()
    assert colors[:, :5] == pytest.approx(40 / 255, abs=0.02)
    field = brightness(picture, 10)
    assert field == pytest.approx(colors.mean(axis=2), abs=0.01)


def test_a_large_picture_is_made_small_and_a_gray_one_has_three_colors() -> None:
    assert colors_of(Image.new("L", (600, 200), 128)).shape == (40, 120, 3)
    two = np.zeros((1, 2, 3))
    two[0, 1] = 1
    assert color_transfer(two, scene(SCENES[0]), sample=2).picture.shape == (1, 2, 3)
