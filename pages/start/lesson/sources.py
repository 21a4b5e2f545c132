"""Where a lesson comes from: a built-in one, a file, a link."""

import streamlit as st

from components.controls import Controls
from components.course import topics
from components.lessons.built_in import lesson_of, lesson_on
from components.lessons.own import change, own
from components.lessons.parameters import course_parameters
from components.lessons.plan import LECTURES
from components.lessons.playing import LECTURE, begin, play_given
from components.markdown import literally
from components.refusals import told
from core.lessons import Lesson, from_json, from_link
from pages.start.lesson.cards import edit_none


def built_in(*, resting: bool) -> None:
    """A choice of the lessons that come with the app, and buttons that play one and add its steps.

    Args:
        resting: none is played now, since that leaves a step which is edited.
    """
    pages = {topic.title: topic for topic in topics()}
    lectures = {f"Lecture {number}: {lecture.title}": lecture for number, lecture in enumerate(LECTURES, 1)}
    label = "A lesson to start from" if own().steps else "A lesson that comes with the app"
    name = st.selectbox(label, [*pages, *lectures], key="lesson_built_in")

    def add() -> None:
        chosen = lesson_on(pages[name]) if name in pages else lesson_of(lectures[name])
        change(lambda: Lesson(own().title or chosen.title, (*own().steps, *chosen.steps)))

    place = list(lectures).index(name) + 1 if name in lectures else 0
    with st.container(horizontal=True):
        play = begin(f"{LECTURE}{place}" if place else pages[name].key)
        st.button(
            "Play it",
            type="secondary" if own().steps else "primary",
            icon=":material/play_arrow:",
            on_click=play,
            disabled=resting,
            key="lesson_play_built_in",
        )
        st.button("Add its steps", icon=":material/playlist_add:", on_click=add, key="lesson_add_built_in")


def file() -> None:
    """A file that takes the place of the lesson."""

    def read() -> None:
        chosen = st.session_state["lesson_file"]
        if chosen is not None and change(lambda: from_json(chosen.getvalue(), course_parameters())):
            edit_none()

    st.file_uploader("A lesson from a file (JSON)", type="json", max_upload_size=1, on_change=read, key="lesson_file")


def link(controls: Controls) -> None:
    """The lesson of the link with which the page was opened, until it is taken or left; or why there is none."""
    packed = str(controls.value("given"))
    if not packed:
        return
    try:
        lesson = from_link(packed, course_parameters())
    except ValueError as error:
        told(error)
        return
    _offer(lesson, controls)


def _offer(lesson: Lesson, controls: Controls) -> None:
    """Offers to play the lesson of a link, and asks whether it is to be the visitor's own, with what it would take the
    place of."""
    steps, mine = len(lesson.steps), len(own().steps)
    instead = f" Taken over, it takes the place of yours, which has {mine}; Undo brings yours back." if mine else ""
    named = f"the lesson “{literally(lesson.title)}”" if lesson.title else "a lesson without a title"
    st.info(f"This link holds {named}. Number of steps: {steps}.{instead}")

    def decide(*, taken: bool) -> None:
        if taken and change(lambda: lesson):
            edit_none()
        controls.set({"given": ""})

    with st.container(horizontal=True):
        st.button(
            "Play it",
            type="primary",
            icon=":material/play_arrow:",
            on_click=play_given,
            args=(lesson,),
            disabled=not steps,
            key="lesson_play_given",
        )
        st.button("Take it over", on_click=decide, kwargs={"taken": True}, key="lesson_take")
        st.button("Leave it", on_click=decide, kwargs={"taken": False}, key="lesson_leave")
