"""The home page: the map of the course, and a search through it."""

import streamlit as st

from components.controls import Controls
from components.course import declared
from components.frame import LISTENERS, presenter_switch
from components.lessons.adding import PLACE
from components.lessons.guess_storage import mirror
from components.lessons.playing import follow
from components.rooms.door import door
from pages.start.home.found import ASKED, LONGEST, glossary, results
from pages.start.home.guesses import guessed
from pages.start.home.map import course_map
from pages.start.home.style import STYLE
from pages.start.home.topic import DEFAULTS, TOPIC

controls = Controls(TOPIC.key, DEFAULTS)


def keep_the_beginning() -> None:
    """Cuts what was pasted: a field with a limit would refuse all of it without a word."""
    asked = str(controls.value("search"))
    if len(asked) > LONGEST:
        controls.set({"search": asked[:LONGEST]})


follow()
if ASKED in st.session_state:
    controls.set({"search": st.session_state.pop(ASKED)})
st.html(STYLE)
with st.container(key="page_top", horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
    st.html(
        f"<h1>{TOPIC.question}</h1><p>Each page asks one question, and you answer it on a real model. "
        f"Every number is computed, and checked where you see it.</p>{LISTENERS}",
        width="content",
        unsafe_allow_javascript=True,
    )
    lessons = declared(PLACE).topic
    st.page_link(lessons.script, label="Lessons to play", icon=lessons.icon, width="content")
    presenter_switch()
searched, joined = st.columns([6, 1])
with searched:
    query = controls.text(
        "search",
        "Search the course",
        placeholder="Search: a term, a story, a question, such as “sink”, “why y” or “temperature”",
        label_visibility="collapsed",
        icon=":material/search:",
        on_change=keep_the_beginning,
    )
with joined, st.popover("Join a room", width="stretch"):
    door()
if query.strip():
    results(query)
guessed()
course_map()
glossary()
mirror()
