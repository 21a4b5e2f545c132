"""The head of every page: its question, the chapter, badges, reset and link, presenter mode, and its stories."""

from collections.abc import Callable
from html import escape

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.controls import Controls
from components.course import CHAPTERS, Topic
from components.frame import LISTENERS, presenter_switch, presenting
from components.lessons.adding import adding
from components.lessons.guessing import Guessing
from components.lessons.line import lesson_line, not_here
from components.lessons.playing import Playing, asked_for
from components.rooms.attending import present
from components.rooms.bar import away_line
from components.screens import recording
from components.stories import Stories
from components.theme import Look


class Head:
    """What stands above the controls of a page.

    Args:
        topic: of the page.
        look: where it is shown.
        controls: of the page.
        stories: of the page.
        guessing: whether the figure is out of sight.
        play: the step of a lesson; None where none is played.
    """

    def __init__(
        self,
        topic: Topic,
        look: Look,
        controls: Controls,
        stories: Stories,
        guessing: Guessing,
        play: Playing | None,
    ) -> None:
        self._topic, self._look, self._controls, self._stories = topic, look, controls, stories
        self._guessing, self._play = guessing, play
        # The switch that is drawn below may turn it off in the middle of a run.
        self._projected = presenting()

    def draw(self, seek_top: Callable[[], None]) -> DeltaGenerator:
        """Draws it, and returns the room for the badges.

        Args:
            seek_top: brings the question into sight, once the mode is another. A callback.
        """
        line = st.container(
            key="page_top", horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"
        )
        with line:
            self._question()
            with st.container(horizontal=True, width="content", vertical_alignment="center"):
                badges = st.container(horizontal=True, width="content")
                if not recording():
                    with st.container(horizontal=True, width="content", vertical_alignment="center"):
                        self._means()
                    presenter_switch(seek_top)
        if not recording():
            # Their place stays on a projector: widgets below that move up lose their tie to the address.
            self._below(st.empty())
        return badges

    def _question(self) -> None:
        chapter = CHAPTERS[self._topic.chapter]
        st.html(
            f'<div class="heading"><h1>{escape(self._topic.question)}</h1><span class="chapter" '
            f'style="color:{self._look.accent(self._topic.chapter)}">{chapter.name}</span></div>' + LISTENERS,
            width="content",
            unsafe_allow_javascript=True,
        )

    def _means(self) -> None:
        """Reset and link at a desk; on a projector the step of the lesson, or of the stories."""
        if not self._projected:
            self._reset_and_share()
        elif self._play is not None:
            lesson_line(self._topic.key, self._play)
        else:
            self._stories.stepper()

    def _reset_and_share(self) -> None:
        st.button(
            "Reset",
            icon=":material/restart_alt:",
            type="tertiary",
            on_click=self._controls.reset,
            key=f"{self._topic.key}_reset",
        )
        share = st.popover(
            "Share", icon=":material/link:", type="tertiary", key=f"{self._topic.key}_sharing", on_change="rerun"
        )
        with share:
            st.caption("This link shows the page as it is now.")
            st.code(self._controls.link(), language=None, wrap_lines=True)
            if share.open:
                st.session_state[self._asked_to_share] = True
            # Once it is there the form stays: closing the popover over it would forget what was typed.
            if st.session_state.get(self._asked_to_share):
                told = None if self._guessing.hides else self._stories.told()
                adding(self._topic, self._controls, told.name if told else self._topic.question)

    @property
    def _asked_to_share(self) -> str:
        """Where the session keeps that the visitor has opened what adds the page to a lesson."""
        return f"_{self._topic.key}_asked_to_share"

    def _below(self, place: DeltaGenerator) -> None:
        """The line of a lesson or of a room, and at a desk the stories."""
        if self._play is not None:
            self._played(place, self._play)
        elif present() is not None:
            self._away(place)
        elif not self._projected:
            with place.container():
                not_here(sharing=bool(st.session_state.get(self._asked_to_share)))
                self._stories.pills()
        elif asked_for():
            with place.container():
                not_here(sharing=False)

    def _played(self, place: DeltaGenerator, play: Playing) -> None:
        """The step of a lesson; on a projector it stands in the first line."""
        if not self._projected:
            with (
                place.container(),
                st.container(key="played", horizontal=True, vertical_alignment="center"),
            ):
                lesson_line(self._topic.key, play)

    def _away(self, place: DeltaGenerator) -> None:
        """The line of who looks around while the room goes on."""
        here = present()
        assert here is not None
        with place.container():
            with st.container(key="played", horizontal=True, vertical_alignment="center"):
                away_line(self._topic.key, here)
            if not self._projected:
                self._stories.pills()
