"""The transport page, driven as a visitor would: presets, panels, garbage links, bad input."""

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.orca import recorded_alignment
from core.transport import cloud, cost_matrix
from pages.adaptation.transport import results
from pages.adaptation.transport.panels import alignment, datasets, flow, hand, line
from pages.adaptation.transport.results import Cloud, DatasetPair, Problem
from pages.adaptation.transport.topic import CROSSED, DEFAULTS
from tests.page_kit import charts, figure_of, html_of, settled

PAGE = "pages/adaptation/transport/page.py"
PANELS = (
    "By hand",
    "One dimension",
    "On the way",
    "Prices",
    "Territories",
    "Average",
    "Colors",
    "When Sinkhorn lies",
    "Move a cloud",
    "Datasets",
    "Transfer",
    "Gradient flow",
    "Cross-modal",
)
INSTEAD = (
    "By hand",
    "One dimension",
    "Territories",
    "Average",
    "Colors",
    "Move a cloud",
    "Datasets",
    "Transfer",
    "Gradient flow",
    "Cross-modal",
)
"""Panels that take the main figure's place."""
PRESETS = {
    "Moons to rings": "feasible",
    "4 by 4": "Step 0: cost 39",
    "Territories": "Step 0, equal prices: shares from",
    "Colors": "The distance between the colors, sliced W₂², falls from",
    "Transfer": "bands of rₛ recorded at 2 labels leave",
    "Blur": "feasible",
    "When Sinkhorn lies": "no plan can cost less",
    "Underflow": "infeasible",
    "Unequal masses": "free marginals",
    "3-D to 2-D": "feasible",
    "Why y?": "W₂² is 0 by points alone",
    "Flow": "After 8 steps the squared distance W₂² is",
    "Borrowed body": "Stage 2 of the first seed, step 60: squared distance",
}


@pytest.fixture
def page(visit: Callable[..., AppTest]) -> Callable[..., AppTest]:
    return lambda **params: visit(PAGE, **{f"transport_{name}": value for name, value in params.items()})


def names(app: AppTest) -> list[str]:
    """The names of the charts on the page, from the top."""
    return [chart.proto.id.split("-transport_")[1].removesuffix("_figure") for chart in charts(app)]


@pytest.mark.parametrize(("name", "words"), list(PRESETS.items()))
def test_each_preset_shows_what_it_tells(page: Callable[..., AppTest], name: str, words: str) -> None:
    app = page()
    app.button_group(key="transport_story").set_value(name)
    settled(app)
    assert words in html_of(app)
    assert ("matching" in names(app)) == (app.session_state["transport_panel"] not in INSTEAD)
    assert app.session_state["transport_story"] == name
    lies = name in ("When Sinkhorn lies", "Underflow")
    assert bool(app.error) == lies


def test_underflow_loses_the_mass_and_says_so(page: Callable[..., AppTest]) -> None:
    app = page()
    app.button_group(key="transport_story").set_value("Underflow")
    settled(app)
    shown = html_of(app)
    assert "99.8% of the mass is lost" in shown
    cost = re.search("⟨P, M⟩ = <b>(.*?)</b>", shown)
    assert cost
    assert 0 < float(cost[1]) < 0.001
    assert "mass moved <b>0.00153</b>" in shown
    assert "The exact optimum is <b>13.6" in shown


@pytest.mark.parametrize("panel", PANELS)
@pytest.mark.parametrize("method", ["exact", "Sinkhorn"])
def test_each_panel_opens(page: Callable[..., AppTest], panel: str, method: str) -> None:
    app = page(panel=panel, method=method)
    assert ("matching" in names(app)) == (panel not in INSTEAD)
    assert len(charts(app)) >= (1 if panel in INSTEAD else 2)
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
    next(button for button in app.button if "unbalanced" in button.label).click()
    settled(app)
    assert not app.warning
    assert "free marginals" in html_of(app)


def test_different_dimensions_offer_gromov(page: Callable[..., AppTest]) -> None:
    app = page(source="spiral in 3-D", target="spiral")
    assert "gromov" in app.warning[0].value
    next(button for button in app.button if "Gromov" in button.label).click()
    settled(app)
    assert not app.warning
    assert "the shapes differ by" in html_of(app)


@pytest.mark.parametrize(
    ("params", "words", "way", "solved"),
    [
        ({"costs": "1 2 / 3"}, "same number of values", "Back to the example", "4"),
        ({"costs": "1 <script> / 3 4"}, "is no number", "Back to the example", "4"),
        ({"costs": "1 2 / 3 4"}, "2 rows and 2 columns, but masses for 4 sources", "Back to the example", "4"),
        ({"costs": "nan 1 7 3 / 2 6 1 8 / 9 3 5 2 / 1 7 4 6"}, "empty cell", "Put 0 into empty cells", "0"),
        ({"supply": "1 1 1 1"}, "weighs 4 and the target 10", "Scale the targets to 4", "4"),
        ({"supply": "6 2 4 1"}, "weighs 13 and the target 10", "Unbalanced: let the surplus stay, at cost 0", "4"),
        ({"demand": "3 4 1 9"}, "weighs 10 and the target 17", "Unbalanced: let the surplus stay, at cost 0", "4"),
        ({"supply": "-1 2 4 5"}, "hold -1 at place 1", "Equal masses", "4"),
        ({"supply": "0 0 0 0"}, "all 0", "Equal masses", "4"),
        ({"demand": "1 nan 2 3"}, "hold nan at place 2", "Equal masses", "4"),
    ],
    ids=str,
)
def test_a_table_that_cannot_be_solved_gets_a_plain_word_and_a_way_out(
    page: Callable[..., AppTest], params: dict[str, str], words: str, way: str, solved: str
) -> None:
    app = page(panel="By hand", **params)
    assert words in app.warning[0].value
    assert not charts(app)
    next(button for button in app.button if button.label == way).click()
    settled(app)
    assert not app.warning
    assert not app.error
    assert app.data_editor[0].value.iloc[0, 0] == float(solved)
    assert "Step 0: cost" in html_of(app)


def test_an_empty_text_gets_a_plain_word(page: Callable[..., AppTest]) -> None:
    app = page(panel="By hand")
    app.text_input(key="transport_demand").set_value("")
    settled(app)
    assert "0 numbers" in app.warning[0].value
    assert not charts(app)


def test_the_table_by_hand_shows_what_the_link_says(page: Callable[..., AppTest]) -> None:
    app = page(panel="By hand", costs="1 2 / 3 4 / 5 6", supply="1 1 2", demand="3 1")
    table = app.data_editor[0].value
    assert list(table.columns) == ["to 1", "to 2", "mass"]
    assert list(table.index) == ["from 1", "from 2", "from 3", "mass"]
    assert table.iloc[:3, :2].to_numpy().tolist() == [[1, 2], [3, 4], [5, 6]]
    assert table.iloc[:3, 2].tolist() == [1, 1, 2]
    assert table.iloc[3, :2].tolist() == [3, 1]


def test_a_text_redraws_the_table(page: Callable[..., AppTest]) -> None:
    app = page(panel="By hand")
    app.text_input(key="transport_supply").set_value("5 2 2 1")
    settled(app)
    assert app.data_editor[0].value["mass"].tolist()[:4] == [5, 2, 2, 1]


@pytest.mark.parametrize(
    ("panel", "names"),
    [
        ("By hand", ["Prices times masses give the cost", "POT's network simplex", "No vertex is cheaper"]),
        ("One dimension", ["Sorting costs what POT's network simplex finds", "staircase"]),
        ("On the way", ["The moving cloud carries all mass", "W₂² from the source is t² of the whole"]),
        ("When Sinkhorn lies", ["The divergence of the source to itself is 0"]),
        ("Move a cloud", ["W₂² of a moved cloud is the square of the way"]),
        (
            "Datasets",
            [
                "Not below the feature-only distance",
                "A dataset is at distance 0 from itself",
                "Other names for the labels change nothing",
            ],
        ),
        ("Gradient flow", ["The slope is that of the distance", "Each step lowers W₂² by the known factor"]),
        ("Cross-modal", ["Stage 2 minimizes the page's own distance"]),
    ],
)
def test_each_panel_checks_its_own_figure(page: Callable[..., AppTest], panel: str, names: list[str]) -> None:
    shown = unescape(html_of(page(panel=panel)))
    assert [name for name in names if name not in shown] == []


def test_the_optimum_by_hand_is_proved_at_the_last_step_alone(page: Callable[..., AppTest]) -> None:
    app = page(panel="By hand")
    for at_the_end in (False, True):
        checks = unescape(html_of(app)).split("Prices meet the costs on the tree")[1].split("POT's")[0]
        assert ("No price exceeds its cost" in checks) == at_the_end
        app.slider(key="transport_step").set_value(app.slider(key="transport_step").max)
        settled(app)


@pytest.mark.parametrize("power", [1, 2, 3])
@pytest.mark.parametrize("kind", ["samples", "histograms"])
def test_a_line_has_one_number_two_ways(page: Callable[..., AppTest], kind: str, power: int) -> None:
    app = page(panel="One dimension", line=kind, power=power)
    assert not app.warning
    assert not app.error
    values = re.findall(r"By sorting: <b>([\d.]+)</b>. By POT’s network simplex: <b>([\d.]+)</b>", html_of(app))
    assert len(values) == 1
    assert values[0][0] == values[0][1]


def test_masses_on_a_line_count(page: Callable[..., AppTest]) -> None:
    masses = {"line_source_masses": "0.5 0.5", "line_target_masses": "0.25 0.75"}
    app = page(panel="One dimension", line_source="0 1", line_target="2 4", **masses)
    assert "By sorting: <b>3.000000</b>" in html_of(app)
    assert "a difference of <b>0</b>" in html_of(app)


def test_histograms_share_their_bins(page: Callable[..., AppTest]) -> None:
    app = page(panel="One dimension", line="histograms", bars_source="1 0 0", bars_target="0 0 1", bin_width=0.5)
    assert "By sorting: <b>1.000000</b>" in html_of(app)
    assert list(app.data_editor[0].value.columns) == ["0", "0.5", "1"]


@pytest.mark.parametrize(
    ("params", "words", "way"),
    [
        ({"line_source_masses": "1 1 1 1 1"}, "weighs 5 and the target 1", "Scale both to a sum of 1"),
        ({"line": "histograms", "bars_source": "1 2 3", "bars_target": "3 2 3"}, "weighs 6", "Scale both"),
        (
            {"line": "histograms", "bars_source": "1 2", "bars_target": "3"},
            "2 bars and the target 1",
            "Back to the example",
        ),
        ({"line": "histograms", "bars_source": "0 0", "bars_target": "3 1"}, "all 0", "Back to the example"),
        ({"line": "histograms", "bars_source": "nan 1", "bars_target": "3 1"}, "nan at place 1", "Back to the example"),
        ({"line_source_masses": "1 2"}, "2 masses for 5 places", "Back to the example"),
        ({"line_target_masses": "-1 1 1 1 1"}, "hold -1", "Back to the example"),
        ({"line_source": "1 x"}, "'x' is no number", "Back to the example"),
        ({"line_source": "nan 1"}, "must be finite", "Back to the example"),
    ],
    ids=str,
)
def test_a_line_that_cannot_be_solved_gets_a_plain_word_and_a_way_out(
    page: Callable[..., AppTest], params: dict[str, str], words: str, way: str
) -> None:
    app = page(panel="One dimension", **params)
    assert words in app.warning[0].value
    next(button for button in app.button if button.label.startswith(way)).click()
    settled(app)
    assert not app.warning
    assert "By sorting" in html_of(app)


def csv(header: str, rows: list[list[object]]) -> bytes:
    return "\n".join([header, *(",".join(map(str, row)) for row in rows)]).encode()


PLANE = csv("x,y", [[k % 5, k // 5] for k in range(20)])


def uploaded(app: AppTest, side: str, content: bytes) -> AppTest:
    app.file_uploader(key=f"transport_file_{side}").set_value((f"{side}.csv", content, "text/csv"))
    return settled(app)


def test_a_file_is_asked_for_before_it_is_there(page: Callable[..., AppTest]) -> None:
    app = page(source="your file")
    assert "Upload a CSV of the source" in app.info[0].value
    assert not app.warning
    assert not charts(app)


def test_a_cloud_of_ones_own_is_moved(page: Callable[..., AppTest]) -> None:
    app = uploaded(page(source="your file", target="Gaussian"), "source", PLANE)
    assert not app.warning
    assert "20 points with the features x, y; equal masses." in [note.value for note in app.caption]
    assert "Your file to Gaussian" in html_of(app)
    assert "feasible" in html_of(app)


def points_field(app: AppTest, side: str) -> Any:
    """The field that holds the points of a side as text."""
    return next(field for field in app.text_input if field.label == f"Your points, {side}: x y / x y")


def test_a_plane_without_points_waits_for_a_click(page: Callable[..., AppTest]) -> None:
    app = page(source="your points", target="your points", panel="Figure")
    assert "Click the plane to set the first point of the source and of the target" in app.info[0].value
    assert names(app) == ["matching"]
    assert not app.warning


def test_points_of_the_link_are_solved_kept_and_cleared(page: Callable[..., AppTest]) -> None:
    own = {"source_points": "0 0 / 1 1", "target_points": "0 2 / 1 3"}
    app = page(source="your points", target="your points", panel="Figure", **own)
    assert "Your points to your points: the least cost is" in html_of(app)
    assert "⟨P, M⟩ = <b>4.0000</b>" in html_of(app)
    # A shape in between does not lose them.
    app.selectbox(key="transport_source").set_value("moons")
    settled(app)
    assert points_field(app, "source").value == own["source_points"]
    app.selectbox(key="transport_source").set_value("your points")
    settled(app)
    assert "⟨P, M⟩ = <b>4.0000</b>" in html_of(app)
    # The way of the keyboard.
    points_field(app, "target").set_value("0 1 / 1 2")
    settled(app)
    assert "⟨P, M⟩ = <b>1.0000</b>" in html_of(app)
    app.button(key="transport_clear_points").click()
    settled(app)
    assert "first point of the source and of the target" in app.info[0].value


@pytest.mark.parametrize("method", ["Sinkhorn", "unbalanced", "partial", "sliced", "Gaussian", "Gromov"])
def test_each_method_meets_drawn_points_and_waits_for_them(page: Callable[..., AppTest], method: str) -> None:
    app = page(source="your points", method=method, points=12, weights="heavier to the right", panel="Figure")
    assert "first point of the source" in app.info[0].value
    points_field(app, "source").set_value("0.4 -1 / 2 0.6 / -1 0.2 / 0 1")
    settled(app)
    assert names(app) == ["matching"]
    assert not app.info
    assert not app.warning


def test_own_points_without_an_answer_stay_on_the_plane(page: Callable[..., AppTest]) -> None:
    app = page(source="your points", source_points="1 1", method="Gaussian", panel="Figure")
    assert app.warning
    assert names(app) == ["matching"]
    assert "Points so far: 1 of the source and 60 of the target" in html_of(app)
    app = page(source="your points", source_points="one", panel="Figure")
    assert "'one' is no number" in app.warning[0].value


def test_a_column_called_weight_holds_masses_and_another_may_be_chosen(page: Callable[..., AppTest]) -> None:
    content = csv("x,y,weight", [[k, 0, 2 if k else 1] for k in range(4)])
    app = uploaded(page(source="your file", target="Gaussian"), "source", content)
    assert "weighs 7 and the target 1" in app.warning[0].value
    next(button for button in app.button if button.label == "Scale both sides to 1").click()
    settled(app)
    assert not app.warning
    assert "4 points with the features x, y; masses from weight." in [note.value for note in app.caption]
    app.selectbox(key="transport_source_masses").set_value("none: all columns are features")
    settled(app)
    assert "3 features and the target 2" in app.warning[0].value
    app.selectbox(key="transport_source_masses").set_value("x")
    settled(app)
    assert "4 points with the features y, weight; masses from x." in [note.value for note in app.caption]


def test_names_of_columns_are_shown_as_they_stand(page: Callable[..., AppTest]) -> None:
    app = uploaded(
        page(source="your file", target="Gaussian"), "source", csv("![x](http://a),:red[y]", [[1, 2], [3, 4]])
    )
    assert any(r"\!\[x\]\(http\://a\), \:red\[y\]" in note.value for note in app.caption)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (csv("x,y", [[1, "tall"]]), "the text 'tall'"),
        (csv("name,x", [["a", 1], ["b", 2]]), "the text 'a' in 'name'"),
        (csv("x,y", [[1, 2], [3, ""]]), "ine 3 has no value in 'y'"),
        (csv("x,y", [[1, "nan"]]), "must be finite"),
        (csv("x,y", [[k, k] for k in range(1001)]), "1001 rows of data"),
        (b"1,2\n" * 300_000, "1.2 MB"),
        (b"\xff\xfe\x00", "UTF-8"),
        (csv("x,weight", [[1, -1], [2, 3]]), "the mass -1 in 'weight'"),
        (csv("x,weight", [[1, 0], [2, 0]]), "are all 0"),
        (csv("x,weight", [[1, "nan"], [2, 0]]), "must be finite"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_bad_cloud_is_refused_in_words(page: Callable[..., AppTest], content: bytes, words: str) -> None:
    app = uploaded(page(source="your file", target="Gaussian"), "source", content)
    assert words in app.warning[0].value
    assert not charts(app)


def test_a_slow_method_takes_some_rows_of_a_large_file_and_says_so(page: Callable[..., AppTest]) -> None:
    content = csv("x,y", [[k % 29, k % 31] for k in range(900)])
    app = uploaded(page(source="your file", target="Gaussian", method="unbalanced"), "source", content)
    assert not app.warning
    assert any("900 points" in note.value and "used: this method takes long" in note.value for note in app.caption)
    assert app.session_state["transport_method"] == "unbalanced"


def test_sinkhorn_spends_no_more_iterations_than_a_class_waits_for(page: Callable[..., AppTest]) -> None:
    app = page(method="Sinkhorn", domain="log", points=400)
    assert app.slider(key="transport_iterations").max == 150
    assert page(method="Sinkhorn", domain="log").slider(key="transport_iterations").max == 5000


def test_a_dense_plan_says_that_not_every_move_is_drawn(page: Callable[..., AppTest]) -> None:
    dense = unescape(html_of(page(method="Sinkhorn", points=100, reg=-0.3)))
    assert re.search(r"Drawn are 1,\d+ of 10,000 moves, a fair sample of the mass .* carry \d+% of it", dense)
    assert "Drawn are" not in html_of(page(method="exact", points=100))


def test_the_title_names_what_the_cost_is(page: Callable[..., AppTest]) -> None:
    assert "the least cost is W₂² = " in html_of(page())
    assert "the least cost is W₁ = " in html_of(page(metric="Euclidean"))
    assert re.search(r"the least cost is \d", html_of(page(metric="cosine")))


@pytest.mark.parametrize(("method", "why"), [("Gaussian", "Bures formula"), ("sliced", "along a line")])
def test_a_cost_that_a_method_cannot_use_offers_another(page: Callable[..., AppTest], method: str, why: str) -> None:
    app = page(method=method, metric="cosine")
    assert why in app.warning[0].value
    app.button(key="transport_offer_Use the squared Euclidean cost").click()
    settled(app)
    assert not app.warning
    assert charts(app)


def test_another_number_of_features_offers_gromov_wasserstein(page: Callable[..., AppTest]) -> None:
    content = csv("x,y,z", [[k, k % 3, k % 2] for k in range(12)])
    app = uploaded(page(source="your file", target="Gaussian"), "source", content)
    assert "the source has 3 features and the target 2" in app.warning[0].value.lower()
    next(button for button in app.button if "Gromov" in button.label).click()
    settled(app)
    assert not app.warning
    assert "the shapes differ by" in html_of(app)


@pytest.mark.parametrize("method", ["exact", "Sinkhorn", "unbalanced", "partial", "sliced", "Gromov"])
@pytest.mark.parametrize("content", [csv("x,y", [[1, 2]]), csv("x,y", [[1, 2]] * 5)], ids=["one", "identical"])
def test_one_point_and_identical_points_are_moved(page: Callable[..., AppTest], content: bytes, method: str) -> None:
    app = uploaded(page(source="your file", target="Gaussian", method=method, points=10), "source", content)
    assert not app.warning
    assert not app.error
    assert charts(app)


def test_the_points_of_the_figure_come_into_the_table_by_a_click(page: Callable[..., AppTest]) -> None:
    app = page(source="Gaussian", target="square", points=4, panel="By hand", step=2)
    app.button(key="transport_offer_Take the 4 and 4 points of the main figure").click()
    settled(app)
    costs = cost_matrix(cloud("Gaussian", 4), cloud("square", 4, seed=1))
    text = "".join(app.query_params["transport_costs"])
    taken = np.array([row.split() for row in text.split("/")], dtype=float)
    assert taken == pytest.approx(costs, rel=5e-3)
    assert "transport_step" not in app.query_params
    assert any("These are the points of the main figure" in caption.value for caption in app.caption)


@pytest.mark.parametrize("rows", [401, 800])
def test_how_many_rows_of_a_long_file_are_used_is_told(page: Callable[..., AppTest], rows: int) -> None:
    content = csv("x,y", [[k % 31, k % 17] for k in range(rows)])
    app = uploaded(page(source="your file", target="Gaussian", method="unbalanced", points=5), "source", content)
    assert any("400 of these points, evenly spaced in the file, are used" in caption.value for caption in app.caption)


def test_one_point_has_no_spread_for_a_normal_distribution(page: Callable[..., AppTest]) -> None:
    app = uploaded(page(source="your file", method="Gaussian"), "source", csv("x,y", [[1, 2]]))
    assert "at least 2" in app.warning[0].value


def labeled(count: int, classes: int, features: int = 2) -> bytes:
    header = ",".join([*(f"x{k}" for k in range(features)), "label"])
    return csv(header, [[*((n * (k + 2)) % 7 for k in range(features)), f"c{n % classes}"] for n in range(count)])


def both(app: AppTest, first: bytes, second: bytes) -> AppTest:
    for which, content in (("first", first), ("second", second)):
        app.file_uploader(key=f"transport_data_{which}").set_value((f"{which}.csv", content, "text/csv"))
    return settled(app)


def test_two_classes_meet_ten_from_files(page: Callable[..., AppTest]) -> None:
    app = both(page(panel="Datasets", data="your file"), labeled(40, 2), labeled(50, 10))
    assert not app.warning
    assert not app.error
    assert "A dataset is at distance 0 from itself" in html_of(app)
    assert app.slider(key="transport_row").max == 1
    assert app.slider(key="transport_column").max == 9


def test_files_without_common_features_are_compared_by_shape(page: Callable[..., AppTest]) -> None:
    app = both(page(panel="Datasets", data="your file"), labeled(30, 2), labeled(30, 3, features=3))
    assert "2 features and the target 3" in app.warning[0].value
    assert "Gromov-Wasserstein" in html_of(app)
    assert re.search(r"alone differ by GW ≤ <b>[\d.]+</b>", html_of(app))


def test_labels_on_a_line_are_drawn(page: Callable[..., AppTest]) -> None:
    app = both(page(panel="Datasets", data="your file"), labeled(30, 2, features=1), labeled(30, 3, features=1))
    assert not app.warning
    assert names(app) == ["classes", "labels", "coupling"]


def test_what_files_call_their_labels_is_text(page: Callable[..., AppTest]) -> None:
    content = csv("x,y,label", [[k, k % 3, "<b>no</b>"] for k in range(10)])
    app = both(page(panel="Datasets", data="your file"), content, content)
    assert "“&lt;b&gt;no&lt;/b&gt;” and" in html_of(app)
    assert "<b>no</b>" not in html_of(app)


@pytest.mark.parametrize(
    ("first", "inner", "words"),
    [
        (csv("x,y", [[1, 2]]), "exact", "first file has no column called label"),
        (csv("x,label", [[1, ""]]), "exact", "no label"),
        (csv("x,label", [["tall", "a"]]), "exact", "the text 'tall'"),
        (csv("x0,x1,label", [[1, 2, "a"], [2, 3, "b"], [3, 1, "b"]]), "gaussian", "lass 'a' has one sample"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_bad_dataset_is_refused_in_words(page: Callable[..., AppTest], first: bytes, inner: str, words: str) -> None:
    app = both(page(panel="Datasets", data="your file", inner=inner), first, labeled(30, 3))
    assert words in app.warning[0].value


def test_the_live_run_is_drawn_over_training_steps(
    page: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    def running(function: object, params: object, *, draw_partial: Callable[[Any], None], **_: object) -> None:
        draw_partial({"accuracy": {"aligned": [0.2, 0.4], "not aligned": [0.1]}, "distance": [3.0, 2.5, 2.0]})

    monkeypatch.setattr(alignment, "job_panel", running)
    app = page(panel="Cross-modal", tune_steps=120)
    live, stage_two = (figure_of(chart) for chart in charts(app)[:2])
    assert [list(trace["x"]) for trace in live["data"]] == [[20, 40], [20]]
    assert live["layout"]["xaxis"]["title"]["text"] == "step of stage 3"
    assert live["layout"]["xaxis"]["range"] == [0, 120]
    assert list(stage_two["data"][0]["y"]) == [3.0, 2.5, 2.0]


@pytest.mark.parametrize(
    ("params", "label"),
    [
        ({"panel": "Cross-modal", "method": "Gaussian"}, "recorded run"),
        ({"panel": "Datasets", "method": "Gaussian"}, "measured now"),
        ({"panel": "One dimension"}, "exact"),
        ({"panel": "Prices", "method": "Gaussian"}, "exact"),
        ({"panel": "Prices"}, "measured now"),
    ],
    ids=str,
)
def test_the_badge_is_that_of_the_figure_that_stands_first(
    page: Callable[..., AppTest], params: dict[str, str], label: str
) -> None:
    badges = [found for note in page(**params).markdown for found in re.findall(r":\w+-badge\[(.*?)\]", note.value)]
    assert badges == [label]


def test_steps_by_hand_end_at_the_optimum(page: Callable[..., AppTest]) -> None:
    app = page(panel="By hand")
    steps = app.slider(key="transport_step")
    steps.set_value(steps.max)
    settled(app)
    assert "no move saves anything" in html_of(app)


def test_why_y_is_answered_by_numbers(page: Callable[..., AppTest]) -> None:
    app = page(panel="Datasets", data="equal points, other labels")
    assert "W₂² is 0 by points alone; with their labels" in html_of(app)


@pytest.mark.parametrize("weights", ["as given", "scaled to 1", "heavier to the right"])
def test_the_script_that_is_offered_computes_the_number_on_screen(
    weights: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pages.adaptation.transport.main import Shown, script
    from pages.adaptation.transport.results import Cloud, Problem, solution_of

    monkeypatch.chdir(tmp_path)
    (tmp_path / "target.csv").write_bytes(csv("x,y,mass", [[k, k % 3, 0.1] for k in range(19)]))
    options = (("reg", 0.5), ("domain", "auto"), ("max_iter", 500))
    cloud = Cloud("moons", 30, 0, (0.5, 0.0))
    other = Cloud("your file", 30, 1, (0.0, 0.25), (tmp_path / "target.csv").read_bytes(), most=10)
    problem = Problem(cloud, other, weights, "sqeuclidean", "sinkhorn", options)
    run = solution_of(problem)
    space: dict[str, Any] = {}
    exec(script(Shown(None, problem, run, "auto", 500, 0.05)), space)  # type: ignore[arg-type]
    assert space["run"].cost == run.cost


def test_the_script_of_drawn_points_holds_them() -> None:
    from pages.adaptation.transport.main import Shown, script

    cloud = Cloud("your points", 60, 0, text="0.4 -1 / 2 0.6")
    problem = Problem(cloud, Cloud("moons", 20, 1, (0.5, 0.0)), "as given", "sqeuclidean", "exact")
    solved = results.solution_of(problem)
    assert run(script(Shown(None, problem, solved, "auto", 500, 0.05)))["run"].cost == solved.cost  # type: ignore[arg-type]


def with_values(**values: Any) -> Any:
    """A page with these values of its parameters and the defaults of all others, as far as a script asks for them."""
    return SimpleNamespace(controls=SimpleNamespace(value={**DEFAULTS, **values}.__getitem__))


def run(script: str) -> dict[str, Any]:
    space: dict[str, Any] = {}
    exec(script, space)
    return space


def test_the_scripts_of_the_panels_compute_the_numbers_on_screen() -> None:
    assert run(hand.script(with_values()))["step"].cost == 39
    rows = with_values(costs="1, 2\n3, 4 / 5 6", supply="1 1 2", demand="3 1")
    assert run(hand.script(rows))["costs"].tolist() == [[1, 2], [3, 4], [5, 6]]
    assert run(line.script(with_values(power="2")))["along"].cost == pytest.approx(4.4)
    assert run(line.script(with_values(line="histograms")))["along"].cost == pytest.approx(4.05)
    ran = run(flow.script(with_values(loss="sinkhorn")))["run"]
    shown = results.flow_of(Cloud("letter A", 70, 0), Cloud("letter B", 70, 1), "sinkhorn", 0.15)
    assert np.array_equal(ran.values, shown.values)
    ran = run(alignment.script(with_values(task="signals", body="frozen")))["result"]
    assert ran is recorded_alignment("signals", tune_body=False)


@pytest.mark.parametrize("name", [CROSSED, "digits: rotated", "sentences in MiniLM", "your file"])
def test_the_script_of_two_datasets_computes_their_distance(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    contents = (labeled(20, 2), labeled(30, 3))
    for which, content in zip(("first", "second"), contents, strict=True):
        (tmp_path / f"{which}.csv").write_bytes(content)
    pair = DatasetPair(name, 50, contents if name == "your file" else (b"", b""))
    ran = run(datasets.script(with_values(data=name, samples=50, inner="means", label_weight=0.5)))["found"]
    assert ran.value == results.distance_of(pair, "means", 0.5).value


def test_a_script_of_texts_that_cannot_be_read_says_why() -> None:
    with pytest.raises(ValueError, match="'x' is no number"):
        run(line.script(with_values(line_source="1 x")))
