"""The visitor's lesson: its steps as cards, and where they come from and go to."""

import streamlit as st

from components.controls import Controls
from components.frame import LISTENERS, presenter_switch
from components.lessons.own import can_undo, change, leave_unreadable, mirror, own, refused, undo, unreadable
from components.lessons.playing import OWN, begin, follow
from components.lessons.second_window import notes
from components.refusals import told
from components.rooms.door import door, leading_again
from core.lessons import MAX_TITLE, Lesson, to_json, to_link
from pages.start.lesson.cards import cards, edited
from pages.start.lesson.sources import built_in, file, link
from pages.start.lesson.style import STYLE
from pages.start.lesson.topic import DEFAULTS, TOPIC
from pages.start.lesson.trial import outcome, trial

NAME = "lesson_title"


def rename() -> None:
    """Gives the lesson the title that was typed. A callback."""
    change(lambda: Lesson(st.session_state[NAME].strip(), own().steps))


def broken(written: str) -> None:
    """What this browser keeps and the app cannot read: it can be saved before it is left."""
    st.warning("What this browser keeps as your lesson cannot be read. Save it before you start anew.")
    with st.container(horizontal=True):
        st.download_button("Save it", written, "lesson-unread.json", "application/json", on_click="ignore")
        st.button("Start anew", on_click=leave_unreadable, key="lesson_anew")


def head() -> None:
    """The title of the lesson, and how it is played, taken back, tried, saved and shared."""
    st.session_state[NAME] = own().title
    # A step that is edited would be left with what was typed.
    resting = edited() is not None
    with st.container(key="lesson_head", horizontal=True, vertical_alignment="bottom"):
        st.text_input("Title of the lesson", max_chars=MAX_TITLE, on_change=rename, key=NAME)
        st.button(
            "Play",
            type="primary",
            icon=":material/play_arrow:",
            on_click=begin(OWN),
            disabled=resting or not own().steps,
            help="Save or cancel the step first." if resting else None,
            key="lesson_play",
        )
        st.button("Undo", icon=":material/undo:", on_click=undo, disabled=resting or not can_undo(), key="lesson_undo")
        checks = st.button(
            "Check",
            icon=":material/fact_check:",
            disabled=resting or not own().steps,
            help="Draws every step once: is its view there, and is its question answered?",
            key="lesson_check",
        )
        st.download_button(
            "File", to_json(own()), "lesson.json", "application/json", icon=":material/download:", on_click="ignore"
        )
        with st.popover("Link", icon=":material/link:"):
            share()
    if checks:
        trial()
    outcome()


def share() -> None:
    """The link that holds the lesson, or why none does."""
    try:
        packed = to_link(own())
    except ValueError as error:
        told(error)
        st.caption("Give the file instead.")
        return
    st.caption("Whoever opens this link can play the lesson, and take it over.")
    st.code(controls.link({"given": packed}), language=None, wrap_lines=True, height=200)


def ways_in() -> None:
    """A lesson from a file, and the doors to a room."""
    file()
    door()
    leading_again()


controls = Controls(TOPIC.key, DEFAULTS)
if controls.value("notes"):
    notes()
    st.stop()
follow()
st.html(STYLE)
with st.container(key="page_top", horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
    st.html(
        f"<h1>{TOPIC.question}</h1><p>A lesson is a row of views. “Share” on each page keeps the page as it is. "
        f"This browser remembers your lesson; only a file or a link takes it elsewhere.</p>{LISTENERS}",
        width="content",
        unsafe_allow_javascript=True,
    )
    presenter_switch()
link(controls)
error = refused()
if error is not None:
    told(error)
written = unreadable()
if written is not None:
    broken(written)
elif own().steps:
    head()
    left, right = st.columns([2, 1], gap="large")
    with left:
        cards()
    with right:
        built_in(resting=edited() is not None)
        ways_in()
else:
    left, right = st.columns([2, 1], gap="large")
    with left:
        built_in(resting=False)
        st.info("Your own lesson has no step yet. Add the steps of one above, or any page under “Share”.")
        head()
    with right:
        ways_in()
mirror()
