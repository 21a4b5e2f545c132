"""A sketched curve, point by point, and the places that a slider offers."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from components.lessons import cover
from components.lessons.blank import empty_axes, places
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


def test_a_click_with_an_older_text_of_the_field_takes_no_point_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """So the browser says it, while it has not heard of the click before; what is typed counts as it stands."""
    session: dict[str, Any] = {}
    monkeypatch.setattr(cover.st, "session_state", session)
    shown = series([0, 1, 2], Axis("step", 0, 20))
    told_by_the_browser = ["", "", "1 2", "1 2"]
    for text, (x, y) in zip(told_by_the_browser, [(1, 2), (3, 4), (5, 6), (7, 8)], strict=True):
        session["curve"] = text
        cover._add("curve", shown, x, y)
    assert session["curve"] == "1 2; 3 4; 5 6; 7 8"
    session["curve"] = "2 9"
    cover._add("curve", shown, 3, 3)
    assert session["curve"] == "2 9; 3 3"


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
