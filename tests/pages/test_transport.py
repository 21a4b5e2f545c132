"""The transport page, driven as a visitor would: presets, panels, garbage links, bad input."""

from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.conftest import html_of, settled

PAGE = "pages/adaptation/transport.py"
PANELS = (
    "By hand",
    "One dimension",
    "On the way",
    "Prices",
    "When Sinkhorn lies",
    "Move a cloud",
    "Datasets",
    "Gradient flow",
    "Cross-modal",
)
PRESETS = {
    "Four by four": "feasible",
    "Moons to rings": "feasible",
    "Blur": "feasible",
    "When Sinkhorn lies": "no plan can cost less",
    "Underflow": "infeasible",
    "Unequal masses": "free marginals",
    "3-D to 2-D": "feasible",
    "Why y?": "feasible",
    "A letter flows": "feasible",
    "Borrowed body": "feasible",
}


@pytest.fixture
def page(visit: Callable[..., AppTest]) -> Callable[..., AppTest]:
    return lambda **params: visit(PAGE, **{f"transport_{name}": value for name, value in params.items()})


def charts(app: AppTest) -> list[Any]:
    return app.get("plotly_chart")


@pytest.mark.parametrize(("name", "words"), list(PRESETS.items()))
def test_each_preset_shows_what_it_tells(page: Callable[..., AppTest], name: str, words: str) -> None:
    app = page()
    app.button_group(key="transport_story").set_value(name)
    settled(app)
    assert len(charts(app)) >= 2
    assert words in html_of(app)
    assert app.session_state["transport_story"] == name
    lies = name in ("When Sinkhorn lies", "Underflow")
    assert bool(app.error) == lies


@pytest.mark.parametrize("panel", PANELS)
@pytest.mark.parametrize("method", ["exact", "Sinkhorn"])
def test_each_panel_opens(page: Callable[..., AppTest], panel: str, method: str) -> None:
    app = page(panel=panel, method=method)
    assert len(charts(app)) >= 2
    assert not app.error
    assert not app.warning


@pytest.mark.parametrize("method", ["unbalanced", "partial", "sliced", "Gaussian", "Gromov"])
@pytest.mark.parametrize("panel", ["On the way", "Prices", "When Sinkhorn lies"])
def test_each_method_meets_each_panel(page: Callable[..., AppTest], method: str, panel: str) -> None:
    app = page(panel=panel, method=method)
    assert charts(app)
    assert not app.error


@pytest.mark.parametrize(
    "params",
    [
        {"source": "../etc"},
        {"points": 10**9},
        {"points": "x"},
        {"reg": 99, "method": "Sinkhorn"},
        {"method": "<script>"},
        {"panel": "<b>"},
        {"metric": "taxi"},
        {"seed": -4},
    ],
    ids=str,
)
def test_a_garbage_link_shows_a_figure(page: Callable[..., AppTest], params: dict[str, Any]) -> None:
    app = page(**params)
    assert charts(app)
    assert not app.error


def test_unequal_masses_are_refused_where_all_mass_moves(page: Callable[..., AppTest]) -> None:
    app = page(weights="source weighs twice")
    assert "unbalanced" in app.warning[0].value
    assert "weighs 2" in app.warning[0].value
    assert not charts(app)


def test_different_dimensions_offer_gromov(page: Callable[..., AppTest]) -> None:
    app = page(source="spiral in 3-D", target="spiral")
    assert "gromov" in app.warning[0].value


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("costs", "1 2 / 3", "same number of values"),
        ("costs", "1 <script> / 3 4", "is no number"),
        ("supply", "1 1 1 1", "weighs 4 and the target 10"),
        ("supply", "-1 2 4 5", "0 or more"),
        ("demand", "", "0 numbers"),
    ],
)
def test_a_table_that_cannot_be_solved_gets_a_plain_word(
    page: Callable[..., AppTest], name: str, text: str, words: str
) -> None:
    app = page(panel="By hand", **{name: text} if text else {})
    if not text:
        app.text_input(key=f"transport_{name}").set_value("")
        settled(app)
    assert words in app.warning[0].value
    assert charts(app)


def test_steps_by_hand_end_at_the_optimum(page: Callable[..., AppTest]) -> None:
    app = page(panel="By hand")
    steps = app.slider(key="transport_step")
    steps.set_value(steps.max)
    settled(app)
    assert "no move saves anything" in charts(app)[1].proto.spec


def test_why_y_is_answered_by_numbers(page: Callable[..., AppTest]) -> None:
    app = page(panel="Datasets", data="equal points, other labels")
    assert "By points alone 0 apart; with their labels" in charts(app)[1].proto.spec


def test_the_script_that_is_offered_computes_the_number_on_screen(page: Callable[..., AppTest]) -> None:
    from components.transport_results import Cloud, Problem, solution_of
    from components.views.transport import Shown, script

    options = (("reg", 0.5), ("domain", "auto"), ("max_iter", 500))
    cloud, other = Cloud("moons", 30, 0), Cloud("rings", 30, 1, (0.5, 0.0))
    problem = Problem(cloud, other, "heavier to the right", "sqeuclidean", "sinkhorn", options)
    run = solution_of(problem)
    space: dict[str, Any] = {}
    exec(script(Shown(None, problem, run, "auto", 500, 0.05)), space)  # type: ignore[arg-type]
    assert space["run"].cost == run.cost
