"""Points and masses of any size on the page: no number reads as 0 that is none, and no figure falls into one point."""

from collections.abc import Callable

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from pages.adaptation.transport.figures.compact import compact
from pages.adaptation.transport.findings import amount
from pages.adaptation.transport.main import METHODS
from pages.adaptation.transport.results import YOUR_FILE, Cloud, Problem, mean_cost_of
from tests.page_kit import charts, figure_of, html_of, settled
from tests.pages.transport.test_page import PAGE, csv

RNG = np.random.default_rng(17)
SHAPES = RNG.standard_normal((7, 2)), RNG.standard_normal((9, 2)) + 0.5
PLACES = {
    "tiny": lambda points: 1e-9 * points,
    "smaller than float32": lambda points: 1e-50 * points,
    "huge": lambda points: 1e9 * points,
    "larger than float32": lambda points: 1e60 * points,
    "close together far from 0": lambda points: 1.7e9 + points,
}


@pytest.fixture
def page(visit: Callable[..., AppTest]) -> Callable[..., AppTest]:
    return lambda **params: visit(PAGE, **{f"transport_{name}": value for name, value in params.items()})


def file_of(points: np.ndarray, mass: float) -> bytes:
    return csv("x,y,mass", [[*map(float, row), mass] for row in points])


@pytest.mark.parametrize("place", list(PLACES))
@pytest.mark.parametrize("mass", [1e-9, 1e9])
def test_every_method_shows_its_numbers_and_its_points(page: Callable[..., AppTest], place: str, mass: float) -> None:
    sides = [PLACES[place](points) for points in SHAPES]
    app = page(source="your file", target="your file", panel="Figure")
    for side, points, other in zip(("source", "target"), sides, sides[::-1], strict=True):
        content = file_of(points, mass * len(other))
        app.file_uploader(key=f"transport_file_{side}").set_value((f"{side}.csv", content, "text/csv"))
    for method in METHODS:
        app.selectbox(key="transport_method").set_value(method)
        settled(app)
        assert not app.warning, method
        reading = html_of(app).split('class="reading"')[1].split("</div>")[0]
        assert "<b>0.000" not in reading, (method, reading)
        assert "nan" not in reading
        assert "inf" not in reading.replace("infeasible", "")
        drawn = figure_of(charts(app)[0])["data"]
        clouds = [trace for trace in drawn if trace.get("name") in ("source", "target")]
        for trace, points in zip(clouds, sides, strict=True):
            for axis, values in zip(("x", "y"), points.T, strict=True):
                shown = np.asarray(trace[axis], dtype=np.float64)
                if not (method == "Gromov" and axis == "x"):
                    assert np.abs(shown - values).max() <= 1e-3 * np.ptp(values), (method, axis)


@pytest.mark.parametrize(
    ("value", "decimals", "words"),
    [
        (0.0, 4, "0.0000"),
        (0.6452, 4, "0.6452"),
        (1.5e-18, 4, "1.5e-18"),
        (2.5e-5, 4, "2.5e-05"),
        (123456.0, 4, "1.235e+05"),
        (-3e-9, 3, "-3e-09"),
        (0.8, 2, "0.80"),
        (0.004, 2, "0.004"),
    ],
)
def test_an_amount_is_told_by_its_digits_where_decimals_would_hide_it(value: float, decimals: int, words: str) -> None:
    assert amount(value, decimals) == words


def test_numbers_are_halved_only_where_nothing_to_see_is_lost() -> None:
    rng = np.random.default_rng(0)
    points = rng.standard_normal((20, 2))
    assert compact(points).dtype == np.float32
    assert compact(np.full(5, 2.0)).dtype == np.float32
    for change in PLACES.values():
        shown, whole = compact(change(points)), change(points)
        assert np.abs(shown - whole).max() <= 1e-4 * np.ptp(whole, axis=0).max()
    assert compact(np.array([1.7e9 + 1, 1.7e9 + 1])).dtype == np.float64
    assert compact(np.array([1.0, np.nan, 2.0])).dtype == np.float32
    assert compact(np.full(3, 1 / 60), of=1.0).dtype == np.float32
    assert compact(np.empty(0)).size == 0


def test_the_unit_of_the_regularization_leaves_points_without_mass_out() -> None:
    near, far = [[0.0, 0.0, 1.0], [1.0, 0.0, 1.0]], [1e6, 0.0, 0.0]
    one, other = (csv("x,y,mass", rows) for rows in (near, [*near, far]))
    here, there = (Cloud(YOUR_FILE, 60, 0, content=content) for content in (one, other))
    assert mean_cost_of(there, there, "sqeuclidean") == pytest.approx(mean_cost_of(here, here, "sqeuclidean"))
    assert Problem(there, here, "as given", "sqeuclidean", "exact").balanced
