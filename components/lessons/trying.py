"""Whether the steps of a lesson can be shown: each is drawn once, out of sight, as it is for the screens of a class."""

from collections.abc import Iterator, Sequence

from components.rooms.seat import screen_of
from core.lessons import Lesson, Series, Step, truth_of

Tried = tuple[int, tuple[str, ...]]
"""A step, from 0, and what is wrong with it, in sentences."""


def tried(lesson: Lesson, *, dark: bool) -> Iterator[Tried]:
    """Draws each step, and tells what its page does not offer and what its question is not read from.

    Args:
        lesson: any.
        dark: in which of the two themes they are drawn, for who comes to them next.
    """
    for place, step in enumerate(lesson.steps):
        yield place, _faults(step, dark=dark)


def _faults(step: Step, *, dark: bool) -> tuple[str, ...]:
    screen = screen_of(step.view, dark=dark)
    try:
        if step.guess is not None:
            truth_of(step.guess, screen.series)
    except ValueError as error:
        return (*screen.unoffered, f"its question has no answer: {error}. {_named(screen.series)}")
    return screen.unoffered


def _named(shown: Sequence[Series]) -> str:
    """What the figures of a step call their lines, by the axis over which they are drawn."""
    names: dict[str, list[str]] = {}
    for series in shown:
        known = names.setdefault(series.across.title, [])
        if series.name and series.name not in known:
            known.append(series.name)
    rows = [f"{', '.join(f'“{name}”' for name in known)} over “{title}”" for title, known in names.items() if known]
    return f"There is {'; '.join(rows)}" if rows else "Its figures have no line with a name"
