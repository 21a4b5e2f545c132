"""Whether the steps of a lesson can be shown: each is drawn once, out of sight, as it is for the screens of a class."""

from collections.abc import Iterable, Iterator

import plotly.graph_objects as go

from components.lessons.plotted import with_traces
from components.rooms.seat import screen_of
from core.lessons import Lesson, Number, OneOf, Step, truth_of

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
        return (*screen.unoffered, f"its question has no answer: {error}. {_named(screen.plotted.values())}")
    return screen.unoffered


def undecided(step: Step) -> bool:
    """Whether a step asks for an option or a number, and nothing says which is right."""
    guess = step.guess
    if isinstance(guess, OneOf):
        return not guess.readings and guess.right is None
    return isinstance(guess, Number) and guess.reading is None and guess.truth is None


def _named(figures: Iterable[go.Figure]) -> str:
    """What the figures of a step call their lines, by the axis over which they are drawn; none that nobody sees."""
    names: dict[str, list[str]] = {}
    rows = [row for fig in figures for row in with_traces(fig)]
    for series in (series for trace, series in rows if (trace.get("marker") or {}).get("opacity") != 0):
        known = names.setdefault(series.across.title, [])
        if series.name and series.name not in known:
            known.append(series.name)
    told = [f"{', '.join(f'“{name}”' for name in known)} over “{title}”" for title, known in names.items() if known]
    return f"There is {'; '.join(told)}" if told else "Its figures have no line with a name"
