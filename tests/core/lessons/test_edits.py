"""Changes of a lesson, against lists."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.lessons import Lesson, Step, View, inserted, moved, removed, replaced
from tests.core.lessons.pages import LESSONS, STEPS


@given(LESSONS, STEPS, st.integers(-2, 8), st.integers(-2, 8))
def test_a_change_is_that_of_a_list(lesson: Lesson, step: Step, place: int, to: int) -> None:
    steps, count = list(lesson.steps), len(lesson.steps)
    if 0 <= place <= count:
        assert list(inserted(lesson, place, step).steps) == [*steps[:place], step, *steps[place:]]
    if not (0 <= place < count and 0 <= to < count):
        return
    rest = list(steps)
    taken = rest.pop(place)
    assert list(removed(lesson, place).steps) == rest
    rest.insert(to, taken)
    assert list(moved(lesson, place, to).steps) == rest
    assert moved(moved(lesson, place, to), to, place) == lesson
    steps[place] = step
    assert list(replaced(lesson, place, step).steps) == steps


STEP = Step(View("plain"), "One")


@pytest.mark.parametrize("place", [-1, 1, 5])
def test_a_place_without_a_step_is_refused(place: int) -> None:
    lesson = Lesson(steps=(STEP,))
    for change in (lambda: removed(lesson, place), lambda: moved(lesson, place, 0), lambda: moved(lesson, 0, place)):
        with pytest.raises(ValueError, match=rf"{place}; 0 to 0 are allowed"):
            change()
    with pytest.raises(ValueError, match="the lesson has no step"):
        removed(Lesson(), place)
    with pytest.raises(ValueError, match="0 to 1 are allowed"):
        inserted(lesson, place if place != 1 else 2, STEP)
