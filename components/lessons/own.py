"""The visitor's own lesson: in the session, and beyond a reload in this browser's storage.

An address holds a lesson only where it is shared: each page has an address of its own, which is the link to its view.
So the browser keeps the lesson, and all its tabs have the same one.
"""

from collections.abc import Callable
from secrets import token_hex

import streamlit as st
from streamlit.components.v2 import component

from components.lessons.parameters import course_parameters
from components.parts import said
from core.lessons import Lesson, from_json, to_json

LESSON = "_own_lesson"
BEFORE = "_own_lesson_before"
WRITES = "_own_lesson_writes"
SESSION = "_own_lesson_session"
REFUSED = "_own_lesson_refused"
UNREADABLE = "_own_lesson_unreadable"

STEPS_BACK = 50
"""Changes that can be taken back."""

# The storage is the truth. What this session has changed is written to it; otherwise what another tab or an earlier
# visit has left there is told to the session. Where a browser keeps nothing, it asks before the tab is closed, on
# whichever page.
_SCRIPT = """window.ownLessonGuard ||= !addEventListener("beforeunload", event => {
  if (window.ownLessonUnkept) event.preventDefault();
});
export default function ({ data, setTriggerValue }) {
  const place = "foundation-model-explorer-lesson";
  const tell = kept => {
    if (kept !== null && kept !== data.lesson) setTriggerValue("found", kept);
  };
  const changed = event => { if (event.key === place) tell(event.newValue); };
  const last = window.ownLessonWritten ?? {};
  const seen = last.session === data.session ? last.writes : 0;
  try {
    if (data.writes > seen) {
      localStorage.setItem(place, data.lesson);
      window.ownLessonWritten = { session: data.session, writes: data.writes };
      window.ownLessonUnkept = false;
    } else tell(localStorage.getItem(place));
  } catch {
    window.ownLessonUnkept = data.writes > seen;
  }
  window.addEventListener("storage", changed);
  return () => window.removeEventListener("storage", changed);
}"""

_mirror = component("own_lesson", html="<span></span>", js=_SCRIPT)


def own() -> Lesson:
    """The lesson as this session knows it; an empty one before anything was added."""
    lesson: Lesson = st.session_state.get(LESSON, Lesson())
    return lesson


def keep(lesson: Lesson) -> None:
    """Makes this the visitor's lesson; the one before can be brought back."""
    before = st.session_state.setdefault(BEFORE, [])
    before.append(own())
    del before[:-STEPS_BACK]
    _put(lesson)


def change(make: Callable[[], Lesson]) -> bool:
    """Keeps the lesson that `make` returns, and tells whether it did; a ValueError of it is told by `refused`."""
    try:
        keep(make())
    except ValueError as error:
        st.session_state[REFUSED] = error
        return False
    return True


def refused() -> ValueError | None:
    """Why the last change was refused, once."""
    error: ValueError | None = st.session_state.pop(REFUSED, None)
    return error


def can_undo() -> bool:
    """Whether there is a change to take back."""
    return bool(st.session_state.get(BEFORE))


def undo() -> None:
    """Takes the last change back. A callback."""
    if can_undo():
        _put(st.session_state[BEFORE].pop())


def _put(lesson: Lesson) -> None:
    st.session_state[LESSON] = lesson
    st.session_state[WRITES] = st.session_state.get(WRITES, 0) + 1


def unreadable() -> str | None:
    """What this browser keeps, where it is no lesson of this course; nothing is written over it before it is left."""
    written: str | None = st.session_state.get(UNREADABLE)
    return written


def leave_unreadable() -> None:
    """Goes on without what cannot be read: the next write takes its place. A callback."""
    st.session_state.pop(UNREADABLE, None)
    _put(own())


def take(written: str) -> None:
    """Takes over what this browser keeps, from an earlier visit or from another tab."""
    try:
        lesson = from_json(written, course_parameters())
    except ValueError as error:
        st.session_state[UNREADABLE], st.session_state[REFUSED] = written, error
        return
    st.session_state.pop(UNREADABLE, None)
    st.session_state[LESSON] = lesson


def mirror() -> None:
    """Keeps the lesson in this browser, and takes over what it keeps. Drawn wherever a lesson is seen or changed."""

    def found() -> None:
        written = said("own_lesson_mirror", "found")
        if written is not None:
            take(written)

    _mirror(
        key="own_lesson_mirror",
        data={
            "lesson": unreadable() or to_json(own()),
            "writes": st.session_state.get(WRITES, 0),
            "session": st.session_state.setdefault(SESSION, token_hex(8)),
        },
        on_found_change=found,
        height=1,
    )
