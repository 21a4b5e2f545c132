"""A sketched curve, point by point."""

from hypothesis import given
from hypothesis import strategies as st

from components.lessons.cover import with_point
from core.lessons import MAX_POINTS

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
