"""The stories of a page: which one is told, the pills that tell them, and the steps of a presenter."""

from collections.abc import Callable, Sequence
from functools import partial
from html import escape

import streamlit as st

from components.controls import Controls
from components.course import Preset, Values
from components.remote import listen

ROW = 1216
"""The width of a row at a desk, in pixels."""


def wide(names: Sequence[str]) -> float:
    """About how many pixels a row of pills takes at a desk: 7.2 a letter, 26 around each name, 4 between two."""
    return 7.2 * sum(map(len, names)) + 30 * len(names) - 4


class Stories:
    """The presets of one page.

    Args:
        key: of the page's topic.
        presets: in the order in which they are told.
        controls: of the page.
        go_to: sets the figure to the values of a story and brings it into sight.
    """

    def __init__(
        self, key: str, presets: Sequence[Preset], controls: Controls, go_to: Callable[[Values], None]
    ) -> None:
        self._key, self._presets, self._controls, self._go_to = key, presets, controls, go_to

    def told(self) -> Preset | None:
        """The story whose values stand on the page; None where none does."""
        tells, now = self._controls.tells, self._controls.values()
        standing = (preset for preset in self._presets if tells(preset.values, free=preset.free, now=now))
        return next((one for one in standing if all(now[name] != at for name, at in one.unless.items())), None)

    def remember(self) -> None:
        """Remembers the story that is told, from which the next step is counted."""
        told = self.told()
        if told is not None:
            st.session_state[self._at] = self._presets.index(told)

    @property
    def _at(self) -> str:
        return f"{self._key}_at"

    def pills(self) -> None:
        """The row of names, the told one lit."""
        names = [preset.name for preset in self._presets]
        told = self.told()
        picked, now = f"{self._key}_story", told.name if told else None
        st.session_state[self._before] = st.session_state.get(picked)
        st.session_state[picked] = now
        self._controls.note()
        # Long names fill one row of a desk only in smaller type, which the frame gives to this key.
        with st.container(key="crowded_stories" if wide(names) > ROW else "stories"):
            st.pills("Presets", names, key=picked, on_change=self._pick, label_visibility="collapsed")

    @property
    def _before(self) -> str:
        """Where the session keeps which pill was lit before the page lit another, or none."""
        return f"_{self._key}_story_before"

    def _pick(self) -> None:
        """Tells the story whose pill was clicked; a click on the lit one tells it anew.

        A control that is moved on, before the browser has heard which pill is lit now, says the pill of before along
        with its value: that is no click, and would take the value back.
        """
        name = st.session_state[f"{self._key}_story"]
        if name == st.session_state.get(self._before, name) and self._controls.moved():
            return
        names = [preset.name for preset in self._presets]
        self._tell(names.index(name) if name in names else st.session_state.get(self._at, 0))

    def _tell(self, place: int) -> None:
        """Sets the figure to a story. A callback."""
        st.session_state[self._at] = place
        self._go_to(self._presets[place].values)

    def _step(self, by: int) -> None:
        """Tells the story so many after the last, which may have been told since the page was drawn. A callback."""
        at = st.session_state.get(self._at, -1 if by > 0 else 0)
        self._tell((at + by) % len(self._presets))

    def stepper(self) -> None:
        """The story's name and number, and two buttons that step through them; so do PageUp and PageDown."""
        count = len(self._presets)
        at, told = st.session_state.get(self._at), self.told()
        previous, forward = partial(self._step, -1), partial(self._step, 1)
        key = self._key
        st.button("Previous", icon=":material/chevron_left:", type="tertiary", on_click=previous, key=f"{key}_Previous")
        if at is not None:
            words = f"{escape(self._presets[at].name)} · {at + 1} of {count}"
            st.html(f'<span class="{"told" if told else "left"}">{words}</span>', width="content")
        st.button("Next", icon=":material/chevron_right:", type="tertiary", on_click=forward, key=f"{key}_Next")
        listen(f"{key}_remote", previous=previous, following=forward)
