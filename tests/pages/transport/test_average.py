"""The panel on averages: its words, its pictures, its script, and what it refuses."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from components.theme import Look
from core.transport import barycenter
from pages.adaptation.transport import averaging
from pages.adaptation.transport.averaging import SETS, Shapes
from pages.adaptation.transport.figures import average as figures
from pages.adaptation.transport.panels import average
from pages.adaptation.transport.topic import DEFAULTS
from tests.page_kit import charts, figure_of, html_of, settled

PAGE = "pages/adaptation/transport/page.py"


def with_values(**values: Any) -> Any:
    return SimpleNamespace(controls=SimpleNamespace(value={**DEFAULTS, **values}.__getitem__))


@pytest.fixture
def page(visit: Callable[..., AppTest]) -> Callable[..., AppTest]:
    return lambda **params: visit(
        PAGE, transport_panel="Average", **{f"transport_{name}": value for name, value in params.items()}
    )


def test_it_opens_halfway_between_two_letters_and_a_weight_moves_it(page: Callable[..., AppTest]) -> None:
    app = page()
    assert "times as much as their average under W₂" in html_of(app)
    assert "no cloud costs less" in html_of(app)
    assert [len(figure_of(chart)["data"]) for chart in charts(app)[:2]] == [2, 2]
    app.slider(key="transport_share_2").set_value(0)
    settled(app)
    assert "both averages are that shape" in html_of(app)
    app.slider(key="transport_share_1").set_value(0)
    settled(app)
    assert "Every shape has the weight 0" in app.warning[0].value
    assert not app.error


@pytest.mark.parametrize("name", SETS)
def test_each_set_has_an_average_with_green_checks(name: str) -> None:
    shapes = Shapes(name, (20, 50, 30, 10))
    averages = averaging.averages_of(shapes)
    assert averages.found.least <= averages.found.cost * (1 + 1e-12) < averages.mixed
    assert averages.mixed <= float(averages.found.weights @ _worst(shapes))
    assert [check.name for check in averaging.checks_of(shapes) if not check.passed] == []


def _worst(shapes: Shapes) -> np.ndarray:
    """W2^2 between a mixture and a part is at most the mean of the squared distances to that part, by any plan."""
    clouds, weights = shapes.clouds(), shapes.weights()
    pairs = [[barycenter([one, other], [1, 0]).distances[1] for other in clouds] for one in clouds]
    return np.asarray(np.array(pairs) @ weights)


def test_pictures_hold_the_mass_where_the_points_are() -> None:
    one = figures.picture(np.array([[1.0, -2.0]]), np.array([1.0]))
    row, column = np.unravel_index(one.argmax(), one.shape)
    across, up = ((place + 0.5) / figures.CELLS * 2 * figures.REACH - figures.REACH for place in (column, row))
    assert (across, up) == pytest.approx((1.0, -2.0), abs=2 * figures.REACH / figures.CELLS)
    two = figures.picture(np.array([[1.0, -2.0], [-1.0, 0.5]]), np.array([0.25, 0.75]))
    assert two.sum() == pytest.approx(one.sum(), rel=1e-3)


def test_the_last_picture_is_the_mean_of_the_first() -> None:
    shapes = Shapes("A, B, rings", (10, 20, 70))
    found = averaging.averages_of(shapes).found
    drawn = found.weights, found.points, found.masses
    large = figures.averages(shapes.clouds(), *drawn, look=Look(dark=False), height=300)
    small = figures.shapes(shapes.clouds(), SETS[shapes.name], *drawn, look=Look(dark=False), height=300)
    traces = [*large.data, *small.data]
    _, laid, *parts = [np.asarray(trace.z) for trace in traces]
    assert len(parts) == 3
    assert {trace.zmax for trace in traces} == {max(float(np.max(trace.z)) for trace in traces)}, "one scale for all"
    np.testing.assert_allclose(laid, 0.1 * parts[0] + 0.2 * parts[1] + 0.7 * parts[2], rtol=1e-5, atol=1e-5)
    assert [note.text for note in small.layout.annotations] == ["letter A: 10%", "letter B: 20%", "rings: 70%"]
    assert [note.text for note in large.layout.annotations] == ["average under W₂", "laid over each other"]


def test_the_script_finds_what_is_on_screen(capsys: pytest.CaptureFixture[str]) -> None:
    written = average.script(with_values(shapes="A, B, rings", share_1=10, seed=3))
    exec(compile(written, "script", "exec"), {})  # the page's own script, made above
    found = averaging.averages_of(Shapes("A, B, rings", (10, 50, 50), 3)).found
    assert capsys.readouterr().out.strip().endswith(f"costs {found.cost} least possible {found.least}")


@given(st.floats(0, 1e6), st.floats(0, 1e6))
def test_a_title_says_more_only_where_it_is_more(cost: float, more: float) -> None:
    title = averaging.of_the_averages(cost, cost + more)
    if cost + more <= 1e-12:
        assert "that shape" in title
    elif more <= averaging.ALIKE * cost:
        assert "as much as their average under W₂, to five percent" in title
    else:
        assert "times as much" in title and " 1.0 times" not in title
