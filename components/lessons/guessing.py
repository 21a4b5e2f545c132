"""A question before a figure: it is covered until somebody guesses, and then shows the guess beside the truth."""

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial

import plotly.graph_objects as go
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.controls import Controls
from components.course import Topic
from components.lessons.cover import cover
from components.lessons.guessed import remember, told, truth_told, verdict_of
from components.lessons.marks import marked
from components.lessons.playing import Playing, move
from components.lessons.plotted import plotted
from components.lessons.withheld import withheld
from components.markdown import literally
from components.offers import unoffered
from components.rooms.asking import became_of, room_cover, votes_with_truth
from components.sight import bring_marks_into_sight
from components.theme import Look
from core.lessons import Guess, Series

SOUGHT = "_play_marks_sought"
"""Where the session keeps how often what is marked was to come into sight."""

UNOFFERED = "_play_unoffered"
"""Where the session keeps the step at which it was told last what the page does not offer, and what it was."""

LACKING = '<div class="verdict">The figure does not show what the question is read from.</div>'


class Guessing:
    """What a played lesson asks about the figure of a page.

    Args:
        topic: of the page.
        play: the step; None where no lesson is played.
        controls: of the page.
        look: where it is shown.
    """

    def __init__(self, topic: Topic, play: Playing | None, controls: Controls, look: Look) -> None:
        self._topic, self._play, self._controls, self._look = topic, play, controls, look
        self.hides = play is not None and play.covered(topic)
        self._answer = play.guessed(topic) if play else None
        self._above: DeltaGenerator | None = None
        self._before: tuple[DeltaGenerator, int] | None = None
        self._marked: set[str] = set()

    def marked(self, name: str, fig: go.Figure, phone: int) -> go.Figure:
        """A figure of the page with the truth in it, once it is uncovered, and with the guess, if there is one.

        Args:
            name: of the figure on its page.
            fig: it stays as it is.
            phone: pixels of the figure on a phone.
        """
        guess = self._asked()
        if guess is None or self.hides or not self._stands():
            return fig
        shown = marked(fig, guess, self._answer, self._look, phone, in_column=_in_column())
        if shown is not fig:
            self._marked.add(name)
        return shown

    def _asked(self) -> Guess | None:
        """What the step asks about this page; None where it asks nothing, or about another one."""
        here = self._play is not None and self._play.step.view.page == self._topic.key
        return self._play.step.guess if here and self._play is not None else None

    def _stands(self) -> bool:
        """Whether the page still shows the view that the question is about."""
        return self._play is not None and self._controls.tells(self._play.step.view.values)

    @contextmanager
    def around(self, drawn: Mapping[str, go.Figure]) -> Iterator[None]:
        """Draws what is inside, or in its place a cover; with room above it for the guess and the truth.

        Args:
            drawn: the figures of the page; those drawn inside are added to it there.
        """
        if self.hides and self._play is not None:
            # They are made, so that the question may take their axes. Of what stands there only controls are sent, out
            # of sight: charts, tables, pictures and texts are withheld.
            with st.container(key="covered"), withheld():
                yield
            if not self._stands():
                self._offer_view(self._play)
            if self._play.room is None:
                cover(self._topic.key, self._play, drawn, self._look)
            else:
                series = partial(_series, drawn)
                room_cover(self._topic.key, self._play, series, self._look, moved=not self._stands())
            return
        if self._asked() is not None:
            self._above = st.container(key="verdict")
        yield

    def before_panel(self, drawn: Mapping[str, go.Figure]) -> None:
        """Keeps room above a panel below the main figure, where guess and truth do not stand in that one.

        Args:
            drawn: the figures above the panel.
        """
        if self._above is not None and not self._marked:
            self._before = st.container(key="verdict_of_panel"), len(drawn)

    def compare(self, drawn: Mapping[str, go.Figure]) -> None:
        """Says the guess, the truth and the reason above what they stand in, once all figures are drawn."""
        place, names = self._above, list(drawn)
        if self._before is not None and self._marked:
            place, names = self._before[0], names[self._before[1] :]
        if place is not None:
            with place:
                self._compare(drawn, names)
                if self._play is not None:
                    series = partial(_series, drawn)
                    votes_with_truth(self._topic.key, self._play, series, moved=not self._stands())

    def _compare(self, drawn: Mapping[str, go.Figure], names: Sequence[str]) -> None:
        if self._play is None:
            return
        if not self._stands():
            self._offer_view(self._play)
            return
        compared(self._play, self._answer, partial(_series, drawn), where=place_of(self._marked, names))

    def _offer_view(self, play: Playing) -> None:
        """Says that controls were moved, so that nothing is compared, with a button that shows the question's view."""
        st.html('<div class="verdict">The figure has changed since the question.</div>')
        st.button(
            "Show it as it was asked",
            icon=":material/undo:",
            type="tertiary",
            on_click=move,
            args=(play.name, play.place),
            key=f"{self._topic.key}_play_as_asked",
        )

    def tell_unoffered(self) -> None:
        """Says once, at each coming to a step, what it asks for and the page does not offer."""
        if self._play is None or self._play.step.view.page != self._topic.key:
            return
        words, place = unoffered(self._topic.key, self._play.step.view.values), (self._play.name, self._play.place)
        if st.session_state.get(UNOFFERED) == (place, words):
            return
        st.session_state[UNOFFERED] = place, words
        for sentence in words:
            st.toast(literally(f"{sentence[:1].upper()}{sentence[1:]}."))

    def seek(self, *, anew: bool) -> bool:
        """Brings what is marked into sight, once for each guess; returns whether anything is.

        Args:
            anew: also where it was in sight before: the visitor has come to the step once more.
        """
        if not self._marked or self._play is None:
            return False
        times = st.session_state.get(SOUGHT, 0) + anew
        st.session_state[SOUGHT] = times
        bring_marks_into_sight(f"{self._play.name} {self._play.place} {self._answer} {times}")
        return True


def _in_column() -> bool:
    """Whether what is drawn now stands beside something else."""
    return "column" in st._main._active_dg._ancestor_block_types


def place_of(marked: Container[str], drawn: Sequence[str]) -> str:
    """Which figure holds guess and truth, in HTML that a phone alone shows, where figures stand below each other.

    Args:
        marked: the names of those that do.
        drawn: the names of all below the words, from the top.
    """
    first = next((place for place, name in enumerate(drawn, 1) if name in marked), 1)
    return f'<span class="where">See figure {first} of {len(drawn)}.</span>' if first > 1 else ""


def compared(play: Playing, answer: str | None, series: Callable[[], Sequence[Series]], *, where: str = "") -> None:
    """Draws the guess beside the truth, or the truth alone, and in a room what the class has voted.

    Args:
        play: the step.
        answer: the visitor's own; None for none.
        series: gives those of the step's figures; raises ValueError where one cannot be read.
        where: in HTML, which figure to look at.
    """
    words = ""
    try:
        shown = series()
        if answer is not None:
            guessed = verdict_of(play, answer, shown)
            remember(guessed)
            words = f"{told(guessed)} {where}".rstrip()
        elif play.step.guess is not None:
            words = truth_told(play.step.guess, shown)
    except ValueError:
        st.html(LACKING)
        return
    if play.room is not None:
        words = f"{words} {became_of(play, shown)}".strip()
    if words:
        st.html(f'<div class="verdict" role="status">{words}</div>')


def _series(drawn: Mapping[str, go.Figure]) -> list[Series]:
    """What figures plot; raises ValueError where one plots something that cannot be read."""
    return [series for fig in drawn.values() for series in plotted(fig)]
