"""The anatomy that every page shares, from its question to its exports, in the order in which it is drawn."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from html import escape
from typing import Any, Literal

import plotly.graph_objects as go
import streamlit as st

from components.controls import Controls
from components.course import (
    FIGURE,
    PANEL,
    PanelWords,
    Preset,
    Question,
    Topic,
    Values,
    declared_by,
    following,
    pending,
)
from components.exports import frame_of
from components.frame import look, presenting
from components.glossary import terms_of
from components.head import Head
from components.hover import watched
from components.identities import identities
from components.lessons.guess_storage import mirror
from components.lessons.guessing import Guessing
from components.lessons.playing import begin, follow, playing, show_named
from components.lessons.survey import BROAD, PHONE, ROOMY
from components.missing import missing_files_explained
from components.modebar import modebar
from components.prose import code, exports, folded, mathematics
from components.scene import Badge, Equation, Panel, Scene
from components.screens import keep, recording
from components.sight import bring_into_sight
from components.stories import Stories
from components.theme import untitled
from components.underlining import mark, underlined

__all__ = ["Badge", "Equation", "Page", "Panel", "Preset", "Question", "Scene", "token_chip"]


class Page:
    """One page: `header`, then its controls, then `show`, once per run.

    Args:
        topic: the page's TOPIC; what else its topic.py declares is read here.
    """

    def __init__(self, topic: Topic) -> None:
        said = declared_by(topic)
        self.topic = topic
        self.asked = said.questions
        self.controls = Controls(topic.key, said.defaults, renamed=said.renamed)
        self._stories = Stories(topic.key, said.presets, self.controls, self._go_to)
        self.look = look()
        self._badges = st.empty()
        self._lead = ""
        self._terms = list(terms_of(said))
        self._plotted: dict[str, go.Figure] = {}
        self._on_phones: dict[str, int] = {}
        self._open_what_was_searched()
        follow(topic, self.controls, self._seek_top)
        self._play = playing()
        show_named(topic, self.controls, self._play)
        self._guessing = Guessing(topic, self._play, self.controls, self.look)

    def _open_what_was_searched(self) -> None:
        """Takes over the view that another page has asked for before it switched to this one."""
        sought = st.session_state.pop(pending(self.topic), None)
        if sought is not None:
            self.controls.story(sought.view)
            st.session_state[self._seeks] = sought.part

    def header(self) -> None:
        """The question, the chapter, room for the badges, then presets, reset and the link; one line on a projector."""
        self._stories.remember()
        head = Head(self.topic, self.look, self.controls, self._stories, self._guessing, self._play)
        self._badges = head.draw(self._seek_top)

    def _go_to(self, values: Values, *, panel: bool = False) -> None:
        """Sets the figure, and brings it into sight. A callback.

        Args:
            values: of a story, a question or a search.
            panel: the open panel is what is to be seen, also where it stands below the main figure.
        """
        self.controls.story(values)
        st.session_state[self._seeks] = "panel" if panel and PANEL in values else "top"

    def _seek_top(self) -> None:
        """Brings the question into sight: a page in the other mode keeps how far it was scrolled. A callback."""
        st.session_state[self._seeks] = "top"

    @property
    def _seeks(self) -> str:
        return f"{self.topic.key}_seeks"

    def badges(self, *kinds: Badge) -> None:
        """Says where the numbers of what stands first come from; `show` does, for a scene."""
        with self._badges:
            self.stamp(*kinds)

    def stamp(self, *kinds: Badge) -> None:
        """The same for a figure of a panel, where it is called."""
        for kind in kinds:
            label, color, promise = kind.value
            st.badge(label, color=color, help=promise)

    def more(self, label: str = "More") -> AbstractContextManager[Any]:
        """The controls that need not be in sight.

        Args:
            label: what they are, where another such popover is in sight.
        """
        return st.popover(label, icon=":material/tune:", width="stretch")

    def own_controls(self, *, rest: bool) -> AbstractContextManager[Any]:
        """Where the controls of the main figure go.

        Args:
            rest: a panel stands first that has no use for them. Then they are out of sight and keep their values.
        """
        return st.container(key="resting_controls" if rest else "main_controls")

    def panel_controls(self) -> AbstractContextManager[Any]:
        """Where the controls of a panel go that is drawn instead of the main figure: above its figures.

        On a phone they follow the figures but those `beyond_controls`, and the page's own ones follow the panel: a
        figure is in sight first.
        """
        return st.container(key="panel_controls")

    def figure_first(self) -> AbstractContextManager[Any]:
        """Where a panel goes that is drawn instead of the main figure and has its controls beside its figures, or none.

        On a phone each of them follows its figure, and the page's own controls follow the panel.
        """
        return st.container(key="figure_first")

    def beyond_controls(self) -> AbstractContextManager[Any]:
        """Where the figures of a panel go that its controls do not move, after all others.

        On a phone they follow the controls, which are so next to the figures that they move.
        """
        return st.container(key="beyond_controls")

    def plot(
        self,
        fig: go.Figure,
        *,
        name: str,
        alt: str,
        on_click: Callable[[list[Any]], Values] | None = None,
        roomy: bool | Literal["broad"] = False,
    ) -> None:
        """Draws a figure below its title, which is text and breaks into lines where the screen is narrow.

        Args:
            fig: the figure; it is put into the house style here.
            name: unique on the page. A saved picture has it as its name, with the title, which is not in the picture.
            alt: what the figure shows and finds, for those who cannot see it.
            on_click: turns the custom data of a clicked point into values of parameters; a point is for clicking where
                its custom data is a row.
            roomy: too much to read at the width of a phone: there it keeps its width, and is moved sideways. "broad":
                so is one with lines of running text, which keeps that of a desk.
        """
        key = f"{self.topic.key}_{name}_figure"
        options: dict[str, Any] = {}
        if on_click is not None:
            options = {"on_select": lambda: self._clicked(key, on_click), "selection_mode": "points"}
        if recording():
            fig = watched(fig)
        self._plotted[name] = fig
        self._on_phones[name] = BROAD if roomy == "broad" else ROOMY if roomy else PHONE
        if self._guessing.hides:
            return
        finding, drawn = untitled(self._guessing.marked(name, fig, self._on_phones[name]), self.look)
        if finding:
            self.finding(finding)
        place = st.container(key=f"{roomy if roomy == 'broad' else 'roomy'}_{key}") if roomy else st
        place.plotly_chart(
            drawn,
            theme=None,
            key=key,
            alt=alt,
            config=modebar(f"{self.topic.key}-{name} {finding}"),
            **options,
        )

    def finding(self, words: str) -> None:
        """What a figure shows, in the type of a title; also above several figures that show it together."""
        if self._guessing.hides:
            return
        # With the gap below it, a title of one line takes the room that its figure has given back.
        style = f"color:{self.look.ink};font-size:{self.look.title_size}px;line-height:1.3;min-height:24px"
        st.html(f'<div class="finding" style="{style}">{escape(words)}</div>')

    def _clicked(self, key: str, on_click: Callable[[list[Any]], Values]) -> None:
        points = st.session_state[key]["selection"]["points"]
        carried = points[0].get("customdata") if points else None
        # A row of a typed array comes back from the browser as {"0": ..., "1": ...}; a lone value is not for clicking.
        if isinstance(carried, dict | list):
            values = on_click(list(carried.values() if isinstance(carried, dict) else carried))
            self.controls.set(values)
            if PANEL in values:
                self._seek_panel()

    def sentence(self, html: str) -> None:
        """The live sentence: what the story says to look at, and the present reading in numbers.

        Text of a visitor in it must be escaped.
        """
        self._lead = self.lead
        self.note(html)

    @property
    def lead(self) -> str:
        """What the story on screen says to look at, in HTML, before the reading; empty where no story is told."""
        told = self._stories.told()
        return f"{escape(told.look_at)} " if told else ""

    def leave_out_the_lead(self) -> None:
        """For a panel whose figure cannot be drawn: what the story says to look at is not there."""
        self._lead = ""

    def note(self, html: str) -> None:
        """A reading of a panel, in the type of the live sentence. Text of a visitor in it must be escaped."""
        if self._guessing.hides:
            return
        st.html(f'<div class="reading">{self._explained(self._lead + html)}</div>')
        self._lead = ""

    def _explained(self, html: str) -> str:
        """The HTML with each term of the page underlined where it occurs first."""
        marked, used = underlined(html, self._terms)
        self._terms = [term for term in self._terms if term not in used]
        return marked

    def show(self, scene: Scene) -> None:
        """Everything below the controls: the figure or the panel that stands for it, its reading, and what follows."""
        opened = self._opened(scene.panels)
        instead = opened if opened is not None and opened.stands == "instead" else None
        below = opened if instead is None else None
        self.badges(*(instead.badges if instead else scene.badges))
        # In one place, however much stands in it: what follows stays in its own, and keeps its tie to the address.
        with st.container(key="stage"), self._guessing.around(self._plotted):
            if instead is None:
                with st.container(key="main_figure"):
                    scene.draw()
                if not self._guessing.hides:
                    self.sentence(scene.reading())
            else:
                self._stand_in(instead)
            if below is not None and self._guessing.hides:
                self._below(below)
        if recording():
            self._end_after_the_sentence(below)
            return
        self._views(scene.panels)
        if below is not None and not self._guessing.hides:
            self._below(below)
        self._guessing.compare(self._plotted)
        self._guessing.tell_unoffered()
        self._seek(below=below is not None and not self._guessing.hides)
        if not self._guessing.hides:
            identities((*(() if instead else scene.checks()), *(opened.checks() if opened else ())), self.look)
            self.questions(self.asked)
        mathematics(self.topic.key, scene.equations)
        code(self.topic.key, scene.code)
        if not self._guessing.hides:
            exports(
                self.topic,
                self.controls.values(),
                data=(instead.data or (lambda: frame_of(self._plotted))) if instead else scene.data,
                script=(instead.script if instead else None) or scene.script,
                equations=scene.equations,
            )
        self._also()
        self._next_in_the_course()
        if self._play is not None:
            mirror()

    def _end_after_the_sentence(self, below: Panel | None) -> None:
        """What the screens of a class have below their sentence: the panel of the step."""
        if below is not None:
            self._below(below)
        keep(self._plotted, self._on_phones)
        st.session_state.pop(self._seeks, None)

    def _opened(self, panels: Sequence[Panel]) -> Panel | None:
        """The panel that is open; None for the main figure alone, which stands for one that is not offered."""
        name = self.controls.value(PANEL)
        opened = next((panel for panel in panels if panel.name == name), None)
        if opened is None and name != FIGURE:
            self.controls.set({PANEL: FIGURE})
        return opened

    def _stand_in(self, panel: Panel) -> None:
        """A panel in the place of the main figure, which becomes one line that brings it back."""
        st.button(
            "Back to the main figure",
            icon=":material/arrow_back:",
            type="tertiary",
            on_click=self._choose,
            args=(FIGURE,),
            key=f"{self.topic.key}_back",
        )
        self._lead = self.lead
        with st.container(key="main_panel"), missing_files_explained():
            panel.draw()
        if self._lead:
            self.note("")

    def _below(self, panel: Panel) -> None:
        with st.container(key="open_panel"), missing_files_explained():
            self._guessing.before_panel(self._plotted)
            panel.draw()

    def _choose(self, name: str) -> None:
        self.controls.set({PANEL: name})
        self._seek_panel()

    def _seek_panel(self) -> None:
        st.session_state[self._seeks] = "panel"

    def _views(self, panels: Sequence[Panel]) -> None:
        """The row of names: the figure, and each panel."""
        with st.container(key="views"):
            self._row([panel.name for panel in panels])

    def keep_panel(self, panels: Sequence[PanelWords]) -> None:
        """The row of names out of sight, for a page that stops before its figure: the open panel stays open."""
        with self.own_controls(rest=True):
            self._row([panel.name for panel in panels])

    def _row(self, names: Sequence[str]) -> None:
        self.controls.pills(PANEL, "Views", [FIGURE, *names], otherwise=FIGURE, on_change=self._seek_panel)

    def _seek(self, *, below: bool) -> None:
        """Brings into sight what the visitor has just asked for."""
        sought = st.session_state.pop(self._seeks, None)
        if sought == "panel" and below:
            bring_into_sight("open_panel")
        elif sought == "questions":
            bring_into_sight("questions")
        elif not self._guessing.seek(anew=bool(sought)) and sought:
            bring_into_sight("page_top", block="start")

    def questions(self, questions: Sequence[Question]) -> None:
        """What the notes leave open and this page can answer."""
        with (
            st.container(key="questions"),
            folded(self.topic.key, "Questions from the notes", open_at_desk=True) as shown,
        ):
            if not shown:
                return
            for place, question in enumerate(questions):
                asked, answer = self._explained(escape(question.asked)), self._explained(escape(question.answer))
                st.html(f'<p class="asked">{asked}</p><p class="answer">{answer}</p>')
                if question.show:
                    st.button(
                        "Show it",
                        on_click=self._go_to,
                        args=(question.show,),
                        kwargs={"panel": True},
                        icon=":material/play_arrow:",
                        key=f"{self.topic.key}_question_{place}",
                    )

    def _also(self) -> None:
        """The terms of the page that none of its texts in sight has named."""
        if self._terms and not presenting():
            named = ", ".join(mark(term, escape(term.name)) for term in self._terms)
            st.html(f'<div class="also">Also on this page: {named}</div>')

    def _next_in_the_course(self) -> None:
        if not presenting() and self._play is None:
            st.button(
                "Guess first: a lesson of 50 minutes on this page",
                type="tertiary",
                icon=":material/playlist_play:",
                on_click=begin(self.topic.key),
                key=f"{self.topic.key}_lesson",
            )
        after = following(self.topic)
        if after is not None and not presenting():
            st.page_link(after.script, label=f"Next in the course: {after.question}", icon=":material/arrow_forward:")


def token_chip(token: str, color: str) -> str:
    """A token as a chip in mono with visible spaces, for a live sentence; the token is escaped."""
    return f'<span class="chip tint" style="--role:{color}">{escape(token)}</span>'
