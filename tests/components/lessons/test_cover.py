"""A sketched curve, point by point, and the places that a slider offers."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from components.lessons import cover
from components.lessons.blank import empty_axes, place_at, places
from components.lessons.cover import as_drawn, as_typed, offered, with_point
from components.theme import Look
from core.lessons import MAX_POINTS, Axis, Series

CLICKS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 9)), max_size=60)


@given(CLICKS)
def test_clicks_make_a_curve_of_one_point_over_each_place(clicks: list[tuple[int, int]]) -> None:
    points: tuple[tuple[float, float], ...] = ()
    for x, y in clicks:
        before, points = points, with_point(points, x, y)
        assert len(points) <= MAX_POINTS
        assert list(points) == sorted(points)
        assert len({place for place, _ in points}) == len(points)
        if (x, y) in before:
            assert (x, y) not in points, "a second click takes it away"


def test_a_point_takes_the_place_of_another_over_it() -> None:
    assert with_point(((1, 2), (3, 4)), 1, 5) == ((1, 5), (3, 4))
    assert with_point(((1, 2), (3, 4)), 1, 2) == ((3, 4),)


def test_a_curve_over_shares_is_typed_in_per_cent_as_its_axes_read() -> None:
    shares = Series("", np.arange(3.0), np.zeros(3), Axis("place", 0, 2), Axis("right", 0, 1, percent=True))
    assert as_drawn([(1, 90), (2, 10)], shares) == [(1, 0.9), (2, 0.1)]
    assert as_typed([(1, 0.9), (2, 0.1)], shares) == [(1, 90), (2, 10)]
    assert empty_axes(shares, Look(dark=False), height=300).layout.yaxis.tickformat == ".0%"
    assert "%{x:.3g}, %{y:.1%}" in places(shares).hovertemplate
    counts = series([0, 1, 2], Axis("layer", 0, 2))
    assert as_drawn([(1, 90)], counts) == as_typed([(1, 90)], counts) == [(1, 90)]


class Counted(dict[str, Any]):
    """A session that counts what is written to it."""

    writes = 0

    def __setitem__(self, key: str, value: Any) -> None:
        self.writes += 1
        super().__setitem__(key, value)


def test_each_click_counts_once_however_often_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    session = Counted()
    monkeypatch.setattr(cover.st, "session_state", session)
    shown = series([0, 1, 2], Axis("step", 0, 24))
    clicks = [(1, 0.25, 0.5), (2, 0.5, 0.25), (3, 0.75, 1.0)]
    for told in (clicks[:1], clicks[:2], clicks[:2], clicks, clicks[1:]):
        writes = session.writes
        cover._add("curve", shown, told)
        assert session.writes - writes <= 1, "a run that is ended between two would lose a click"
    assert session["curve"].text == "6 0.5; 12 0.25; 18 1"
    cover._add("curve", shown, [(4, 0.5, 0.25)])
    assert session["curve"].text == "6 0.5; 18 1", "a click on a point takes it away"


def test_a_click_with_an_older_text_of_the_field_takes_no_point_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """So the browser says it, while it has not heard of the click before; what is typed counts as it stands."""
    session: dict[str, Any] = {"curve_0": ""}
    monkeypatch.setattr(cover.st, "session_state", session)
    shown = series([0, 1, 2], Axis("step", 0, 24))
    cover._add("curve", shown, [(1, 0.25, 0.5)])
    session["curve_0"] = ""
    cover._add("curve", shown, [(2, 0.5, 0.25)])
    assert session["curve"].text == "6 0.5; 12 0.25"
    session["curve_2"] = "2 0.9"
    cover._add("curve", shown, [(3, 0.75, 1.0)])
    assert session["curve"].text == "2 0.9; 18 1"


def test_a_click_goes_to_the_nearest_place() -> None:
    words = Axis("", -0.5, 2.5, categories=("a", "b", "c"))
    for across in (Axis("step", 0, 24), Axis("size", 1, 1000, log=True), words):
        shown = series([0, 1, 2], across)
        grid = places(shown)
        for x, y in list(zip(grid.x, grid.y, strict=True))[::7]:
            assert place_at(shown, across.share(x) + 0.01, y - 0.01) == pytest.approx((x, y))
    assert place_at(series([0, 1, 2], Axis("step", 0, 24)), 2.0, -3.0) == (24, 0)


def drawn_field() -> None:
    """The field of a curve, as a script of its own."""
    import numpy as np

    from components.lessons.cover import means
    from components.lessons.playing import Playing
    from components.theme import Look
    from core.lessons import Axis, Curve, Lesson, Series, Step, View

    guess = Curve("fall")
    shown = Series("fall", np.arange(3.0), np.zeros(3), Axis("step", 0, 2), Axis("loss", 0, 1))
    lesson = Lesson("Falls", (Step(View("transport", {}), "Fall", question="How?", guess=guess),))
    means("here", Playing("own", lesson, 0, ""), guess, [shown], Look())


def test_no_counter_lies_upon_the_points_of_a_curve_and_a_long_one_is_refused_in_words() -> None:
    app = AppTest.from_function(drawn_field).run()
    (field,) = app.text_input
    assert field.proto.max_chars == 0
    field.set_value("0 1; " * 300).run()
    assert not app.exception
    assert any("at most 1000 are allowed" in caption.value for caption in app.caption)
    assert [button.disabled for button in app.button] == [True]


def series(x: list[float], axis: Axis) -> Series:
    return Series("", np.array(x), np.zeros(len(x)), axis, Axis("", 0, 1))


def test_a_slider_offers_the_places_of_a_series_that_reaches_both_ends() -> None:
    assert offered(series([0, 1, 2, 3], Axis("layer", -0.15, 3.15)), 101) == [0, 1, 2, 3]
    assert offered(series([1, 2, 4, 32], Axis("n", 0.84, 38, log=True)), 101) == [1, 2, 4, 32]


def test_a_slider_does_not_end_where_a_series_stops() -> None:
    mistakes = offered(series([float(k) for k in range(30)], Axis("mistakes", -9.9, 207.4)), 101)
    assert (mistakes[0], mistakes[-1] > 200, all(k == round(k) for k in mistakes)) == (0, True, True)
    seconds = offered(series([0, 0.2, 0.856], Axis("", 0, 2.392)), 101)
    assert (seconds[0], seconds[-1], len(seconds)) == (0, 2.392, 101)
    late = offered(series([5, 6], Axis("", -1, 6)), 101)
    assert 0 in late, "the first place tells as much as the last"
