"""The anatomy that every page shares, from its question to its exports, in the order in which it is drawn."""

import inspect
import io
import json
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from enum import Enum
from html import escape
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from components.controls import PANEL, Controls, Values
from components.frame import FINGERS_SCROLL, look, presenter_switch, presenting
from components.missing import missing_files_explained
from components.theme import untitled
from components.topics import CHAPTERS, topic
from core.checks import Check


class Badge(Enum):
    """Where a figure's numbers come from: label, color of the badge, and what it promises."""

    MEASURED = ("measured now", "green", "Computed on this machine for what you see.")
    RECORDED = (
        "recorded run",
        "blue",
        "Computed earlier by a recipe of this project, which anyone can run again.",
    )
    EXACT = ("exact", "violet", "A closed form, evaluated in floating point.")
    TOY = ("toy", "orange", "A small world built to show one thing.")
    ALTERED = (
        "not the model's rows",
        "red",
        "Changed for display: these are no longer the model's own weights.",
    )


@dataclass(frozen=True, slots=True)
class Preset:
    """A named story: values of parameters, and one sentence that says what to look at."""

    name: str
    look_at: str
    values: Values


@dataclass(frozen=True, slots=True)
class Panel:
    """One view below the main figure; it is drawn only while it is open."""

    name: str
    draw: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Question:
    """An open question of the notes, its answer, and the values that set the figure to show it."""

    asked: str
    answer: str
    show: Values = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Equation:
    """A formula in LaTeX, and the meaning of each symbol in it."""

    latex: str
    symbols: Mapping[str, str]


class Page:
    """One page. Its methods are called from top to bottom, once per run.

    Args:
        key: the page's key in `components.topics`.
        defaults: the parameters with their starting values.
        presets: the stories, in the order of a lecture.
    """

    def __init__(self, key: str, *, defaults: Values, presets: Sequence[Preset]) -> None:
        self.topic = topic(key)
        self.controls = Controls(key, defaults)
        self.presets = presets
        self.look = look()
        self._badges = st.empty()

    def header(self) -> None:
        """The question, the chapter, room for the badges, then presets, reset and the link."""
        accent = self.look.accent(self.topic.chapter)
        line = st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute")
        with line:
            st.html(
                f'<div class="heading"><h1>{escape(self.topic.question)}</h1>'
                f'<span class="chapter" style="color:{accent}">{CHAPTERS[self.topic.chapter]}</span></div>'
                + FINGERS_SCROLL,
                width="content",
                unsafe_allow_javascript=True,
            )
            with st.container(horizontal=True, width="content", vertical_alignment="center"):
                self._badges = st.container(horizontal=True, width="content")
                if presenting():
                    self._stepper()
                else:
                    self._reset_and_share()
                presenter_switch()
        self._stories()

    def _stories(self) -> None:
        names = [preset.name for preset in self.presets]
        told = self._told()
        picked = f"{self.controls.page}_story"
        st.session_state[picked] = told.name if told else None
        # Long names fill one row of a desk only in smaller type, which the frame gives to this key.
        with st.container(key="crowded_stories" if sum(map(len, names)) > 130 else "stories"):
            st.pills("Presets", names, key=picked, on_change=self._tell, label_visibility="collapsed")

    def _reset_and_share(self) -> None:
        st.button(
            "Reset",
            icon=":material/restart_alt:",
            type="tertiary",
            on_click=self.controls.reset,
            key=f"{self.controls.page}_reset",
        )
        with st.popover("Share", icon=":material/link:", type="tertiary"):
            st.caption("This link shows the page as it is now.")
            st.code(self.controls.link(), language=None, wrap_lines=True)

    def _told(self) -> Preset | None:
        return next((preset for preset in self.presets if self.controls.tells(preset.values)), None)

    def _tell(self) -> None:
        name = st.session_state[f"{self.controls.page}_story"]
        for preset in self.presets:
            if preset.name == name:
                self.controls.story(preset.values)

    def _stepper(self) -> None:
        """Two buttons that a presenter's remote control can press: it sends PageDown and PageUp."""
        told = self._told()
        after = (self.presets.index(told) + 1) % len(self.presets) if told else 0
        before = self.presets.index(told) - 1 if told else -1
        for label, icon, shortcut, to in (
            ("Previous", ":material/chevron_left:", "PageUp", before),
            ("Next", ":material/chevron_right:", "PageDown", after),
        ):
            st.button(
                label,
                icon=icon,
                shortcut=shortcut,
                type="tertiary",
                on_click=self.controls.story,
                args=(self.presets[to].values,),
                key=f"{self.controls.page}_{label}",
            )

    def badges(self, *kinds: Badge) -> None:
        """Says where the numbers of the main figure come from."""
        with self._badges:
            self.stamp(*kinds)

    def stamp(self, *kinds: Badge) -> None:
        """The same for a figure of a panel, where it is called."""
        for kind in kinds:
            label, color, promise = kind.value
            st.badge(label, color=color, help=promise)

    def more(self) -> AbstractContextManager[Any]:
        """The controls that need not be in sight."""
        return st.popover("More", icon=":material/tune:", width="stretch")

    def plot(
        self,
        fig: go.Figure,
        *,
        name: str,
        alt: str,
        on_click: Callable[[list[Any]], Values] | None = None,
        roomy: bool = False,
    ) -> None:
        """Draws a figure below its title, which is text and breaks into lines where the screen is narrow.

        Args:
            fig: the figure; it is put into the house style here.
            name: unique on the page. A saved picture has it as its name, with the title, which is not in the picture.
            alt: what the figure shows and finds, for those who cannot see it.
            on_click: turns the custom data of a clicked point into values of parameters; a point is for clicking where
                its custom data is a row.
            roomy: too much to read at the width of a phone: there it keeps its width, and is moved sideways.
        """
        key = f"{self.controls.page}_{name}_figure"
        options: dict[str, Any] = {}
        if on_click is not None:
            options = {"on_select": lambda: self._clicked(key, on_click), "selection_mode": "points"}
        finding, drawn = untitled(fig, self.look)
        if finding:
            self.finding(finding)
        place = st.container(key=f"roomy_{key}") if roomy else st
        place.plotly_chart(
            drawn,
            theme=None,
            key=key,
            alt=alt,
            config={
                "displaylogo": False,
                "displayModeBar": "hover",
                "modeBarButtonsToRemove": ["select2d", "lasso2d", "zoomIn2d", "zoomOut2d", "autoScale2d"],
                "toImageButtonOptions": {
                    "format": "png",
                    "scale": 3,
                    "filename": _file_name(f"{self.controls.page}-{name} {finding}"),
                },
            },
            **options,
        )

    def finding(self, words: str) -> None:
        """What a figure shows, in the type of a title; also above several figures that show it together."""
        # With the gap below it, a title of one line takes the room that its figure has given back.
        style = f"color:{self.look.ink};font-size:{self.look.title_size}px;line-height:1.3;min-height:24px"
        st.html(f'<div class="finding" style="{style}">{escape(words)}</div>')

    def _clicked(self, key: str, on_click: Callable[[list[Any]], Values]) -> None:
        points = st.session_state[key]["selection"]["points"]
        carried = points[0].get("customdata") if points else None
        # A row of a typed array comes back from the browser as {"0": ..., "1": ...}; a lone value is not for clicking.
        if isinstance(carried, dict | list):
            self.controls.set(on_click(list(carried.values() if isinstance(carried, dict) else carried)))

    def sentence(self, html: str) -> None:
        """The live sentence: what the story says to look at, and the present reading in numbers.

        Text of a visitor in it must be escaped.
        """
        told = self._told()
        lead = f"{escape(told.look_at)} " if told else ""
        self.note(lead + html)

    def note(self, html: str) -> None:
        """A reading of a panel, in the type of the live sentence. Text of a visitor in it must be escaped."""
        st.html(f'<div class="reading">{html}</div>')

    def panels(self, panels: Sequence[Panel]) -> None:
        """The other views of the topic, as tabs; only the open one is computed."""
        names = [panel.name for panel in panels]
        tabs = st.tabs(names, key=self.controls.key(PANEL), on_change="rerun", bind="query-params")
        for tab, panel in zip(tabs, panels, strict=True):
            if tab.open:
                with tab, missing_files_explained():
                    panel.draw()

    def checks(self, checks: Sequence[Check]) -> None:
        """The identities recomputed for what is on screen, each with its error and its bound."""
        st.subheader("Checks", anchor="checks")
        self.checks_of_panel(checks)

    def checks_of_panel(self, checks: Sequence[Check]) -> None:
        """The identities of a panel that shows something else than the main figure, without a heading."""
        failed = [check for check in checks if not check.passed]
        for check in failed:
            st.error(f"**{check.name}**: {check.error:.1e} is above {check.bound:.0e}. {check.detail}")
        lines = "".join(_check_line(check, self.look.role("accepted")) for check in checks if check.passed)
        st.html(f"<div>{lines}</div>")

    def questions(self, questions: Sequence[Question]) -> None:
        """What the notes leave open and this page can answer."""
        with self._prose("Questions from the notes", open_at_desk=True) as shown:
            if not shown:
                return
            for place, question in enumerate(questions):
                st.markdown(f"**{question.asked}**")
                st.markdown(question.answer)
                if question.show:
                    st.button(
                        "Show it",
                        on_click=self.controls.story,
                        args=(question.show,),
                        icon=":material/play_arrow:",
                        key=f"{self.controls.page}_question_{place}",
                    )

    def mathematics(self, equations: Sequence[Equation]) -> None:
        """The equations, with each symbol named."""
        with self._prose("The mathematics") as shown:
            if not shown:
                return
            for equation in equations:
                st.latex(equation.latex)
                st.markdown("  \n".join(f"${symbol}$: {words}" for symbol, words in equation.symbols.items()))

    def code(self, functions: Callable[[], Sequence[Callable[..., Any]]]) -> None:
        """The core functions that were run, as they stand in this project.

        Args:
            functions: returns them; it is called only when a reader asks, since they may bring torch with them.
        """
        with self._prose("The code") as shown:
            if shown:
                for function in functions():
                    st.code(inspect.getsource(inspect.unwrap(function)), language="python")

    def exports(self, *, data: Callable[[], pd.DataFrame], script: str) -> None:
        """The figure's data as CSV, the parameters as JSON, and a script that computes the same from `core`."""
        name, params = self.controls.page, self.controls.values()
        with self._prose("Take it with you") as shown:
            if not shown:
                return
            with st.container(horizontal=True):
                st.download_button("Data (CSV)", lambda: _csv(data()), f"{name}.csv", "text/csv", on_click="ignore")
                st.download_button(
                    "Parameters (JSON)",
                    json.dumps(params, indent=2, ensure_ascii=False),
                    f"{name}.json",
                    "application/json",
                    on_click="ignore",
                )
                st.download_button("Script (Python)", script, f"{name}.py", "text/x-python", on_click="ignore")
            st.code(script, language="python")

    def _prose(self, title: str, *, open_at_desk: bool = False) -> "_Folded":
        return _Folded(title, key=f"{self.controls.page}_{title}", expanded=open_at_desk and not presenting())


class _Folded:
    """An expander whose body runs only while it is open; entering it tells whether it is."""

    def __init__(self, title: str, *, key: str, expanded: bool) -> None:
        mode = "projector" if presenting() else "desk"
        self._box = st.expander(title, expanded=expanded, key=f"{key}_{mode}", on_change="rerun")

    def __enter__(self) -> bool:
        self._box.__enter__()
        return bool(self._box.open)

    def __exit__(self, *error: Any) -> None:
        self._box.__exit__(*error)


def token_chip(token: str, color: str) -> str:
    """A token as a chip in mono with visible spaces, for a live sentence; the token is escaped."""
    return f'<span class="token tint" style="--role:{color}">{escape(token)}</span>'


def _check_line(check: Check, color: str) -> str:
    bound = "exact" if check.bound == 0 else f"≤ {check.bound:.0e}"
    detail = f' title="{escape(check.detail)}"' if check.detail else ""
    return (
        f'<div class="check"{detail}><span style="color:{color}">✓</span> {escape(check.name)}: '
        f"<b>{check.error:.1e}</b> {bound}</div>"
    )


def _file_name(words: str) -> str:
    """Words as a file's name on any system: letters, digits and a few signs, at most a hundred of them."""
    return re.sub(r"[^\w.+-]+", " ", words)[:100].strip(" .")


def _csv(frame: pd.DataFrame) -> bytes:
    buffer = io.StringIO()
    frame.to_csv(buffer, index=False)
    return buffer.getvalue().encode()
