"""The home page: each page of the course as a card, with its question and a thumbnail from a real result."""

import streamlit as st

from components.frame import look, presenter_switch
from components.missing import missing_files_explained
from components.theme import drawn
from components.topics import CHAPTERS, TOPICS

with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
    st.html("<h1>How do foundation models work?</h1>", width="content")
    presenter_switch()
st.markdown(
    "Each page asks one question and lets you answer it on a real model. "
    "Every number is computed, and every page shows how its numbers were checked."
)

# In rows, so that the cards keep the order of the course where they stand below each other.
places = [place for _ in TOPICS[::3] for place in st.columns(3, gap="xsmall")]
for place, topic in zip(places, TOPICS, strict=False):
    with place, st.container(border=True, height="stretch"):
        st.html(f'<div class="chapter" style="color:{look().accent(topic.chapter)}">{CHAPTERS[topic.chapter]}</div>')
        st.page_link(topic.script, label=f"**{topic.question}**", icon=topic.icon)
        with missing_files_explained():
            st.plotly_chart(
                drawn(topic.draw_thumbnail(look()), look()),
                theme=None,
                key=f"home_{topic.key}",
                alt=f"Thumbnail of the page {topic.title}",
                config={"staticPlot": True},
            )
