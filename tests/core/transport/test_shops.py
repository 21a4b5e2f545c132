"""Shops on a field against POT's linear program, a k-d tree, closed forms and plain loops."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import ot
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from core.transport import (
    FIELDS,
    Territories,
    UnequalMassesError,
    brightness,
    field,
    owners_of,
    territories,
    territory_identities,
)


def centers(rows: int, columns: int) -> np.ndarray:
    down, across = (np.arange(rows) + 0.5) / rows, (np.arange(columns) + 0.5) / columns
    return np.stack(np.meshgrid(down, across, indexing="ij"), axis=-1)


def costs_of(sites: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """[row column shop], by broadcasting over everything at once."""
    return ((centers(*shape)[:, :, None] - sites) ** 2).sum(axis=-1)


def drawn(seed: int, count: int) -> np.ndarray:
    return np.random.default_rng(seed).random((count, 2))


def failed(found: Territories) -> list[str]:
    return [check.name for check in territory_identities(found) if not check.passed]


@given(st.integers(0, 10_000), st.integers(2, 8), st.sampled_from([(20, 20), (17, 31), (40, 40)]))
@settings(max_examples=12, deadline=None)
def test_what_is_returned_belongs_together(seed: int, count: int, shape: tuple[int, int]) -> None:
    rng = np.random.default_rng(seed)
    sites, density = rng.random((count, 2)), rng.random(shape) ** 3
    targets = rng.dirichlet(np.full(count, 5.0))
    targets /= targets.sum()
    found = territories(sites, density, masses=targets)
    share = density / density.sum()
    assert abs(found.prices.sum()) < 1e-12
    assert (found.assignment == (costs_of(sites, shape) - found.prices).argmin(axis=-1)).all()
    assert found.masses == pytest.approx(np.bincount(found.assignment.ravel(), share.ravel(), minlength=count))
    assert found.gap == pytest.approx(found.masses - targets, abs=1e-14)
    assert found.history[-1] == pytest.approx(np.abs(found.gap).sum(), abs=1e-14)
    assert found.history[-1] == found.history.min()
    assert (found.path[0] == 0).all()
    assert (found.path[-1] == found.prices).all()


@pytest.mark.parametrize("name", FIELDS)
@pytest.mark.parametrize("seed", range(5))
def test_every_draw_meets_its_masses(name: str, seed: int) -> None:
    count = 3 + 4 * seed
    found = territories(drawn(seed, count), field(name, 100))
    heaviest = float(found.density.max())
    assert np.abs(found.gap).max() <= count * heaviest
    assert failed(found) == []


@pytest.mark.parametrize("seed", range(5))
def test_the_cost_is_that_of_the_linear_program_for_the_masses_reached(seed: int) -> None:
    sites, density = drawn(seed, 6), field("city", 30)
    found = territories(sites, density)
    costs = costs_of(sites, (30, 30)).reshape(-1, 6)
    plain = ot.emd2(found.density.ravel(), found.masses, costs)
    assert found.moment(len(found.path) - 1).way == pytest.approx(plain, abs=1e-12)
    asked = ot.emd2(found.density.ravel(), np.full(6, 1 / 6), costs)
    slack = np.abs(found.gap).sum() * np.ptp(found.prices)
    assert asked - slack - 1e-12 <= found.dual <= asked + 1e-12


def test_two_shops_share_a_field_at_the_closed_form() -> None:
    """On a uniform square the border between x = a and x = b lies at m: v_a - v_b = (m - a)^2 - (m - b)^2."""
    a, b = 0.2, 0.4
    for share in (0.5, 0.25, 0.9):
        found = territories([[a, 0.5], [b, 0.5]], np.ones((400, 8)), masses=[share, 1 - share])
        assert found.masses == pytest.approx([share, 1 - share], abs=1e-12)
        border = (share - a) ** 2 - (share - b) ** 2
        assert found.prices[0] - found.prices[1] == pytest.approx(border, abs=2 * (b - a) / 400)


def test_the_first_coordinate_runs_along_the_rows() -> None:
    found = territories([[0.1, 0.5], [0.9, 0.5]], np.ones((10, 6)), steps=0)
    assert (found.assignment[:5] == 0).all()
    assert (found.assignment[5:] == 1).all()


@given(st.integers(0, 1000), st.integers(1, 12))
@settings(max_examples=10, deadline=None)
def test_equal_prices_give_the_nearest_shop(seed: int, count: int) -> None:
    sites = drawn(seed, count)
    found = territories(sites, np.ones((15, 22)), steps=0)
    assert (found.assignment == costs_of(sites, (15, 22)).argmin(axis=-1)).all()
    assert len(found.history) == 1
    assert (found.prices == 0).all()


@given(st.integers(0, 1000))
@settings(max_examples=6, deadline=None)
def test_no_prices_earn_more(seed: int) -> None:
    """g is concave: nothing near the prices found is above them by more than the gaps allow."""
    rng = np.random.default_rng(seed)
    sites, density = rng.random((5, 2)), rng.random((25, 25))
    found = territories(sites, density)
    for _ in range(5):
        other = found.prices + 0.05 * rng.standard_normal(5)
        lowest = (costs_of(sites, (25, 25)) - other).min(axis=-1)
        value = found.targets @ other + (found.density * lowest).sum()
        assert value <= found.dual + np.abs(found.gap) @ np.abs(other - found.prices) + 1e-12


def test_the_unit_of_the_density_does_not_count() -> None:
    sites, density = drawn(1, 5), field("city", 50)
    one, other = territories(sites, density), territories(sites, 1e-200 * density)
    assert one.prices == pytest.approx(other.prices, abs=1e-12)
    amounts = np.array([1, 1, 2, 2, 4]) * density.sum() / 10
    shares = territories(sites, density, masses=[0.1, 0.1, 0.2, 0.2, 0.4])
    assert territories(sites, density, masses=amounts).masses == pytest.approx(shares.masses)


@pytest.mark.parametrize("noise", [1e-16, -3e-16])
def test_the_way_of_the_prices_does_not_hang_on_the_machine(noise: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """Libraries of linear algebra differ in the last digits, which would decide who has a cell at equal offers."""
    islands = np.zeros((60, 60))
    islands[:20, :20] = islands[40:, 40:] = 1.0
    sites = [[0.1, 0.1], [0.15, 0.2], [0.2, 0.1], [0.25, 0.25], [0.9, 0.9]]
    cities = drawn(1, 8), field("city", 100)
    found = territories(sites, islands).path, territories(*cities).path
    solve = np.linalg.lstsq

    def elsewhere(*given: Any, **further: Any) -> Any:
        move, *rest = solve(*given, **further)
        return move + noise * np.arange(1, len(move) + 1), *rest

    monkeypatch.setattr(np.linalg, "lstsq", elsewhere)
    for before, path in zip(found, (territories(sites, islands).path, territories(*cities).path), strict=True):
        assert len(path) == len(before)
        assert path == pytest.approx(before, abs=1e-10)


def test_islands_and_shops_without_customers_at_first_are_filled() -> None:
    islands = np.zeros((60, 60))
    islands[:20, :20] = islands[40:, 40:] = 1.0
    sites = [[0.1, 0.1], [0.15, 0.2], [0.2, 0.1], [0.25, 0.25], [0.9, 0.9]]
    found = territories(sites, islands)
    assert np.abs(found.gap).max() <= 5 * found.density.max()
    crowded = [[0.02, 0.02], [0.02, 0.05], [0.05, 0.02], [0.5, 0.9]]
    corner = np.zeros((60, 60))
    corner[30:, 30:] = 1.0
    first = territories(crowded, corner, steps=0)
    assert (first.masses == 0).sum() >= 2
    found = territories(crowded, corner)
    # Shops beside each other on a grid: whole rows of cells change hands at once.
    assert np.abs(found.gap).max() <= 8 * found.density.max()
    assert failed(found) == []


def test_one_shop_has_all() -> None:
    found = territories([[0.3, 0.3]], np.ones((3, 3)))
    assert found.masses == pytest.approx([1.0])
    assert found.prices.tolist() == [0.0]
    assert failed(found) == []


def test_fewer_steps_are_the_first_of_more() -> None:
    sites, density = drawn(3, 9), field("city", 60)
    whole = territories(sites, density)
    part = territories(sites, density, steps=2)
    assert part.path == pytest.approx(whole.path[:3])
    assert len(whole.path) > 3


def test_a_moment_is_what_the_prices_of_its_step_make() -> None:
    sites = drawn(4, 6)
    found = territories(sites, field("city", 50))
    for step in (0, 1, len(found.path) - 1):
        moment = found.moment(step)
        assert (moment.assignment == owners_of(sites, (50, 50), found.path[step])).all()
        assert (moment.masses == found.reached[step]).all()
        assert moment.way == found.ways[step]
        assert moment.masses.sum() == pytest.approx(1)
    with pytest.raises(ValueError, match="whole number from 0"):
        found.moment(len(found.path))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"sites": [[0.2, 0.3], [0.7, 0.7], [0.2, 0.3]]}, "shops 1 and 3 stand in one place"),
        ({"sites": [[0.2, 1.3], [0.7, 0.7]]}, "shop 1 has the coordinate 1.3; each must be from 0 to 1"),
        ({"sites": [[0.2, float("nan")], [0.7, 0.7]]}, "nan in row 0"),
        ({"sites": [[0.2, 0.2, 0.2]]}, "must be"),
        ({"sites": []}, "shop points"),
        ({"density": np.zeros((4, 4))}, "0 everywhere"),
        ({"density": -np.ones((4, 4))}, "holds -1 in row 0, column 0"),
        ({"density": np.full((4, 4), np.inf)}, "holds inf"),
        ({"density": np.full((4, 4), 1e308)}, r"holds 1e\+308 .* 1e\+100 at most"),
        ({"density": 1j * np.ones((4, 4))}, "holds complex numbers"),
        ({"density": np.ones(4)}, "rows x columns"),
        ({"density": [["a"]]}, "must be numbers"),
        ({"density": np.eye(4)[:1].repeat(4, axis=0) * np.array([[1], [0], [0], [0]])}, "customers in 1 cell for 2"),
        ({"masses": [1.0, 0.0]}, "shop 2 is to have a mass of 0, a shop without customers"),
        ({"masses": [-1.0, 2.0]}, "must be a finite number, 0 or more"),
        ({"masses": [1.0]}, "one for each of 2"),
        ({"steps": -1}, "steps is -1; it must be a whole number from 0 to 10000"),
        ({"steps": True}, "steps is True"),
    ],
    ids=str,
)
def test_what_cannot_be_divided_is_refused_in_words(given: dict[str, Any], words: str) -> None:
    asked = {"sites": [[0.2, 0.3], [0.7, 0.7]], "density": np.ones((4, 4))} | given
    with pytest.raises(ValueError, match=words):
        territories(asked.pop("sites"), asked.pop("density"), **asked)


def test_masses_of_another_sum_are_refused() -> None:
    with pytest.raises(UnequalMassesError, match="sum to 3; they must sum to 1, as shares, or to 16"):
        territories([[0.2, 0.3], [0.7, 0.7]], np.ones((4, 4)), masses=[1, 2])


MASSES = "Last step: each territory has its mass, to whole cells"
WAYS = "Last step: the ways of all customers are what the prices say"


@pytest.mark.parametrize(
    ("spoiled", "name"),
    [
        (
            lambda found: replace(found, path=found.path + 0.05 * np.eye(7)[0]),
            "Step 0: equal prices give the Voronoi cells",
        ),
        (
            lambda found: replace(found, masses=found.masses + 0.02 * np.eye(7)[0]),
            f"{MASSES} {WAYS}",
        ),
        (lambda found: replace(found, prices=found.prices * 0.9), f"{MASSES} {WAYS}"),
        (lambda found: replace(found, prices=found.prices + 0.05 * (np.eye(7)[0] - np.eye(7)[1])), f"{MASSES} {WAYS}"),
        (lambda found: replace(found, density=found.density[::-1]), f"{MASSES} {WAYS}"),
        (lambda found: replace(found, sites=found.sites[::-1]), f"{MASSES} {WAYS}"),
        (lambda found: replace(found, assignment=found.assignment[::-1]), WAYS),
    ],
)
def test_a_wrong_division_is_seen(spoiled: Callable[[Territories], Territories], name: str) -> None:
    found = territories(drawn(0, 7), field("city", 80))
    assert failed(found) == []
    assert " ".join(failed(spoiled(found))) == name


@pytest.mark.parametrize(
    ("sign", "name"),
    [
        (1, "Last prices on 40 x 40 cells: they earn no more than the least cost there"),
        (-1, "and less by no more than the gaps there allow"),
    ],
)
def test_a_wrong_dual_is_seen(sign: int, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found = territories(drawn(0, 7), field("city", 80))
    right = Territories.dual.fget
    monkeypatch.setattr(Territories, "dual", property(lambda self: right(self) + sign * 1e-2))
    assert failed(found) == [WAYS, name]


def test_too_few_steps_are_seen() -> None:
    found = territories(drawn(0, 7), field("city", 80), steps=0)
    assert failed(found) == [MASSES]


def test_a_picture_is_a_field_of_its_brightness() -> None:
    pixels = np.zeros((20, 40, 3), dtype=np.uint8)
    pixels[:10, 10:30] = 255
    bright = brightness(Image.fromarray(pixels), 10)
    assert bright[:5].min() == 1
    assert bright[5:].max() == 0
    with pytest.raises(ValueError, match="black everywhere"):
        brightness(Image.new("RGB", (30, 30)), 10)
    with pytest.raises(ValueError, match="size is 0"):
        brightness(Image.new("RGB", (30, 30), "white"), 0)


def test_a_field_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match="'sea'; it must be one of uniform, city"):
        field("sea")


def test_a_large_field_is_divided_as_a_small_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its squared distances are computed anew each time, in the same order."""
    sites, density = np.random.default_rng(3).random((7, 2)), field("city", 40)
    kept = territories(sites, density)
    monkeypatch.setattr("core.transport.plane.MOST_KEPT", 0)
    anew = territories(sites, density)
    np.testing.assert_array_equal(kept.path, anew.path)
    np.testing.assert_array_equal(kept.assignment, anew.assignment)


def scattered(cells: int, seed: int = 0) -> np.ndarray:
    dots = np.zeros((200, 200))
    dots.ravel()[np.random.default_rng(seed).choice(dots.size, cells, replace=False)] = 1
    return dots


@pytest.mark.parametrize(("cells", "count"), [(100, 20), (60, 8), (60, 10), (60, 20), (3, 3)])
def test_few_cells_are_shared_as_evenly_as_whole_cells_can_be(cells: int, count: int) -> None:
    """A division without a gap exists where the shops divide the cells; else each is off by less than a cell."""
    found = territories(drawn(0, count), scattered(cells))
    customers = np.rint(found.masses * cells)
    assert set(customers) <= {cells // count, -(-cells // count)}
    assert abs(found.prices.sum()) < 1e-12
    assert (found.assignment == (costs_of(found.sites, (200, 200)) - found.prices).argmin(axis=-1)).all()
    costs = costs_of(found.sites, (200, 200))[found.density > 0]
    least = ot.emd2(np.full(cells, 1 / cells), found.masses, costs)
    assert found.moment(len(found.path) - 1).way == pytest.approx(least, abs=1e-12)
    assert failed(found) == []


def test_three_pixels_beside_each_other_are_parted() -> None:
    row = np.zeros((200, 200))
    row[3, 4:7] = 1
    found = territories(drawn(0, 3), row)
    assert found.masses == pytest.approx(np.full(3, 1 / 3))
    heavy = np.zeros((200, 200))
    heavy[3, 4], heavy[100, 180], heavy[150, 20] = 8, 1, 1
    found = territories(drawn(0, 3), heavy)
    assert found.masses.all()
    assert failed(found) == []


def test_a_field_on_which_a_shop_stays_empty_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.transport.shops.MOST_EXACT", 0)
    monkeypatch.setattr("core.transport.climb.PATIENCE", -1)
    corner = np.zeros((60, 60))
    corner[58:, 58:] = 1
    crowded = [[0.02, 0.02], [0.02, 0.05], [0.05, 0.02], [0.9, 0.9]]
    with pytest.raises(ValueError, match="too sparse: in 4 cells with customers no prices were found at which shop"):
        territories(crowded, corner)


@pytest.mark.parametrize("shift", [0.3, -0.3])
def test_prices_that_were_changed_are_seen_on_a_sparse_field(shift: float) -> None:
    found = territories(drawn(0, 20), scattered(100))
    prices = found.prices + shift * np.eye(20)[4]
    assert "Last step: each territory has its mass, to whole cells" in failed(replace(found, prices=prices))
