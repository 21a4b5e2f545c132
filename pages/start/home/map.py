"""The map: a card for each page, in the order of the course."""

from html import escape

import streamlit as st

from components.course import CHAPTERS, Topic, topics
from components.frame import look
from components.thumbnails import picture_of


def course_map() -> None:
    """All pages; a line in the color of its chapter runs over its cards, with its name over the first."""
    course = topics()
    with st.container(key="course_map"):
        for place, topic in enumerate(course):
            begins, ends = (
                not 0 <= beside < len(course) or course[beside].chapter != topic.chapter
                for beside in (place - 1, place + 1)
            )
            with st.container(key=f"card_{topic.key}"):
                _card(topic, begins=begins, ends=ends)


def _card(topic: Topic, *, begins: bool, ends: bool) -> None:
    """One page: its chapter, its picture, its question, its title, what it answers, and what it builds on.

    Args:
        begins: it is the first of its chapter.
        ends: it is the last of it; before that, the line of the chapter goes on to the next card.
    """
    seen = look()
    name = f"<h2>{CHAPTERS[topic.chapter].name}</h2>" if begins else ""
    picture = picture_of(topic, dark=seen.dark)
    shown = f'<img src="{picture.address}" alt="{escape(picture.alt)}" width="320" height="128">' if picture else ""
    line = f'class="of_chapter{"" if ends else " goes_on"}" style="--chapter:{seen.accent(topic.chapter)}"'
    st.html(f"<div {line}>{name}</div>{shown}")
    st.page_link(topic.script, label=f"**{topic.question}**")
    st.html(f'<p class="answers"><b>{escape(topic.title)}.</b> {escape(topic.told)}</p>')
    before = {other.key: other for other in topics()}
    known = [before[key] for key in topic.builds_on if key in before]
    if known:
        with st.container(key=f"builds_{topic.key}", horizontal=True, gap="xxsmall"):
            st.html("<span>builds on</span>", width="content")
            for other in known:
                st.page_link(other.script, label=other.title, width="content")
