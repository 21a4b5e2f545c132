"""A lesson with one change. Places count from 0; the lesson given stays as it is."""

from dataclasses import replace

from core.lessons.steps import Lesson, Step


def inserted(lesson: Lesson, place: int, step: Step) -> Lesson:
    """The lesson with a step at `place`, from 0 to the number of steps; raises ValueError elsewhere."""
    if not 0 <= place <= len(lesson.steps):
        raise ValueError(f"no place {place} for a step; 0 to {len(lesson.steps)} are allowed")
    return replace(lesson, steps=(*lesson.steps[:place], step, *lesson.steps[place:]))


def removed(lesson: Lesson, place: int) -> Lesson:
    """The lesson without the step at `place`; raises ValueError where there is none."""
    _hold(lesson, place)
    return replace(lesson, steps=(*lesson.steps[:place], *lesson.steps[place + 1 :]))


def replaced(lesson: Lesson, place: int, step: Step) -> Lesson:
    """The lesson with another step at `place`; raises ValueError where there is none."""
    return inserted(removed(lesson, place), place, step)


def moved(lesson: Lesson, place: int, to: int) -> Lesson:
    """The lesson with the step at `place` taken out and put in at `to`; raises ValueError where either has none."""
    _hold(lesson, to)
    return inserted(removed(lesson, place), to, lesson.steps[place])


def _hold(lesson: Lesson, place: int) -> None:
    if not 0 <= place < len(lesson.steps):
        allowed = f"0 to {len(lesson.steps) - 1} are allowed" if lesson.steps else "the lesson has no step"
        raise ValueError(f"no step at {place}; {allowed}")
