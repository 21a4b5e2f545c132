"""The presenter's keys, and the height of the presenter's screen: what only the browser knows."""

from collections.abc import Callable

import streamlit as st
from streamlit.components.v2 import component

from components.parts import said

TALL = "screen_height"
"""Where the session keeps the height of the screen, in pixels."""

# In the phase of capture, before a slider or a list in focus takes the key for itself. Where words are written over
# several lines, and in an open list, the keys keep their own meaning.
_SCRIPT = """export default function ({ setTriggerValue, setStateValue, data }) {
  const listen = event => {
    if (event.key !== "PageDown" && event.key !== "PageUp") return;
    const at = event.target;
    if (at.closest?.("textarea, [contenteditable=true], [role=combobox][aria-expanded=true], [role=listbox]")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    setTriggerValue("pressed", event.key);
  };
  window.addEventListener("keydown", listen, true);
  if (window.innerHeight !== data.tall) setStateValue("tall", window.innerHeight);
  return () => window.removeEventListener("keydown", listen, true);
}"""

_remote = component("presenter_remote", html="<span></span>", js=_SCRIPT)


def listen(key: str, *, previous: Callable[[], None], following: Callable[[], None]) -> None:
    """Calls back when PageUp or PageDown is pressed, whatever has the focus.

    Args:
        key: unique on the page.
        previous: called before the page runs again, after PageUp.
        following: the same, after PageDown.
    """

    def pressed() -> None:
        move = {"PageDown": following, "PageUp": previous}.get(said(key, "pressed"))
        if move is not None:
            move()

    def measured() -> None:
        st.session_state[TALL] = int(said(key, "tall") or tall())

    _remote(
        key=key,
        data={"tall": tall()},
        on_pressed_change=pressed,
        on_tall_change=measured,
        height=1,
    )


def tall() -> int:
    """The height of the screen as far as the browser has told it; a small projector's before."""
    return int(st.session_state.get(TALL, 800))
