"""A visitor's own points on the transport page: their text, the board that is clicked, and what a click does."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.theme import Look
from pages.adaptation.transport import main, points
from pages.adaptation.transport.figures.board import BOX, STEP, Board, cells, make_board, own_points
from pages.adaptation.transport.figures.matching import matching
from pages.adaptation.transport.panels import drawing
from pages.adaptation.transport.results import YOUR_FILE, YOUR_POINTS, Cloud, Problem, mean_cost_of
from pages.adaptation.transport.topic import DEFAULTS

COORDINATE = st.integers(-500, 500).map(lambda steps: steps * 0.02)
FEW = st.lists(st.tuples(COORDINATE, COORDINATE), max_size=6)


def text_of(own: list[tuple[float, float]]) -> str:
    text = ""
    for point in own:
        text = points.added(text, point)
    return text


@given(own=FEW, place=st.integers(-1, 7))
def test_points_come_back_from_their_text_and_one_is_taken_away(own: list[tuple[float, float]], place: int) -> None:
    text = text_of(own)
    assert np.allclose(points.read(text), np.reshape(own, (-1, 2)), atol=1e-9)
    rest = own[:place] + own[place + 1 :] if 0 <= place < len(own) else own
    assert np.allclose(points.read(points.without(text, place)), np.reshape(rest, (-1, 2)), atol=1e-9)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("0 1 / a 2", "'a' is no number"),
        ("0 1 2 / 3 4 5", "3 numbers in each; there must be 2"),
        ("0 1 / 2", "same number of values"),
        ("0 1 / 2e9 0", "too large"),
        ("/", "same number of values"),
        (" / ".join(["0 1"] * 201), "201 on one side; there may be 0 to 200"),
    ],
)
def test_what_are_no_points_gets_a_plain_word(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        points.read(text)


def test_no_point_is_added_to_the_most() -> None:
    full = " / ".join(["0 1"] * points.MOST)
    assert points.added(full, (1, 1)) == full
    assert len(points.read(points.without(full, 3))) == points.MOST - 1


def test_an_empty_board_covers_its_box() -> None:
    board = make_board("source", {"source": np.empty((0, 2))}, np.empty((0, 2)), shift=(0, 0), apart=0)
    assert len(board.cells) == np.prod(2 * BOX / STEP + 1)
    assert np.allclose([board.places.min(axis=0), board.places.max(axis=0)], [-BOX, BOX])


@pytest.mark.parametrize("scale", [1e-3, 1, 7.3, 1e4, 1e100])
def test_a_board_covers_every_point_with_no_more_cells(scale: float) -> None:
    near = scale * np.random.default_rng(0).uniform(-1, 1, (50, 2)) + scale
    board = make_board("source", {"source": np.empty((0, 2))}, near, shift=(0, 0), apart=0)
    assert 300 <= len(board.cells) <= np.prod(2 * BOX / STEP + 1)
    assert (board.places.min(axis=0) <= near.min(axis=0) + board.step).all()
    assert (board.places.max(axis=0) >= near.max(axis=0) - board.step).all()


def board_of(own: dict[str, str], side: str, *, shift: tuple[float, float] = (0, 0), method: str = "exact") -> Board:
    source = Cloud(YOUR_POINTS, 9, 0, text=own.get("source", ""))
    target = Cloud(YOUR_POINTS, 9, 1, shift, text=own.get("target", ""))
    problem = Problem(source, target, "as given", "sqeuclidean", method)
    away = drawing.apart(method, source.points(), target.points(), board=True)
    board = drawing.board(problem, side, away)
    assert board
    return board


def page(own: dict[str, str]) -> Any:
    return SimpleNamespace(controls=SimpleNamespace(value=lambda name: own[name.removesuffix("_points")]))


@pytest.mark.parametrize("side", ["source", "target"])
@pytest.mark.parametrize(("shift", "method"), [((0, 0), "exact"), ((4.0, -0.3), "exact"), ((0.5, 0), "gromov")])
def test_a_click_sets_the_point_that_is_drawn_there(side: str, shift: tuple[float, float], method: str) -> None:
    own = {"source": "0.4 -1", "target": "1 0.2 / 2 0.6"}
    board = board_of(own, side, shift=shift, method=method)
    trace = cells(board, Look())
    place = 77
    change = drawing.clicked(page(own), board)(trace.customdata[place].tolist())
    assert list(change) == [f"{side}_points"]
    after = {**own, side: change[f"{side}_points"]}
    assert after[side].startswith(own[side])
    drawn = board_of(after, side, shift=shift, method=method).own[side][-1]
    assert np.allclose(drawn, [trace.x[place], trace.y[place]], atol=1e-5)


@pytest.mark.parametrize("side", ["source", "target"])
def test_a_click_on_an_own_point_takes_it_away_whatever_a_click_sets(side: str) -> None:
    own = {"source": "0.4 -1 / 1 1 / 2 2", "target": "1 0.2 / 2 0.6 / -1 0"}
    for sets in ("source", "target"):
        board = board_of(own, sets)
        trace = next(trace for trace in own_points(board) if trace.name == f"own {side}")
        change = drawing.clicked(page(own), board)(trace.customdata[1].tolist())
        first, _, last = own[side].split(" / ")
        assert change == {f"{side}_points": f"{first} / {last}"}


def test_no_cell_lies_under_an_own_point() -> None:
    own = {"source": "0.4 -1", "target": "0.1 0.1"}
    board = board_of(own, "source")
    for point in board.own.values():
        assert np.linalg.norm(board.places - point, axis=1).min() > STEP
    # The cell under the point that lies on one and its four neighbors; the four around the one between cells.
    assert len(board.cells) == np.prod(2 * BOX / STEP + 1) - 9


def test_the_plane_of_an_empty_side_and_the_solved_one_are_the_same() -> None:
    own = {"source": "0.4 -1", "target": ""}
    board = board_of(own, "target")
    nobody, one = np.empty((0, 2)), np.array([[0.4, -1.0]])
    empty = matching(one, nobody, None, look=Look(), title="", weights=(np.ones(1), np.ones(0)), board=board)
    solved = matching(one, one, np.eye(1), look=Look(), title="", weights=(np.ones(1), np.ones(1)), board=board)
    for part in ("xaxis", "yaxis", "margin"):
        assert empty.layout[part] == solved.layout[part]
    assert empty.layout.xaxis.fixedrange
    assert [trace.name for trace in empty.data] == ["cells", "source", "own source", "own target"]


def test_a_side_without_points_asks_for_one() -> None:
    nobody, some = Cloud(YOUR_POINTS, 9, 0), Cloud("moons", 9, 0)
    assert mean_cost_of(nobody, some, "sqeuclidean") == 1
    for problem, words in (
        (Problem(nobody, some, "heavier to the right", "sqeuclidean", "exact"), "first point of the source:"),
        (Problem(nobody, nobody, "scaled to 1", "sqeuclidean", "exact"), "of the source and of the target:"),
    ):
        with pytest.raises(ValueError, match=words):
            drawing.require_points(problem)


@pytest.mark.parametrize(
    ("values", "rests"),
    [
        ({"panel": "Colors"}, True),
        ({"panel": "Figure"}, False),
        ({"panel": "Prices"}, False),
        ({"panel": "Colors", "source": YOUR_POINTS}, False),
        ({"panel": "Colors", "target": YOUR_FILE}, False),
    ],
    ids=str,
)
def test_what_chooses_own_points_stays_in_sight_under_every_panel(values: dict[str, str], rests: bool) -> None:
    page = SimpleNamespace(controls=SimpleNamespace(value={**DEFAULTS, **values}.__getitem__))
    assert main.at_rest(page) == rests  # type: ignore[arg-type]
