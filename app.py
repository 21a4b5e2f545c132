"""The frame of the Foundation Model Explorer: navigation, theme, presenter mode. No topic knowledge."""

import streamlit as st

from components.frame import discovering_pages, draw_frame
from components.missing import missing_files_explained
from components.process import settle
from components.topics import CHAPTERS, TOPICS
from components.turns import TURNS

settle()
st.set_page_config(page_title="Foundation Model Explorer", page_icon="static/icon.png", layout="wide")

home = st.Page("pages/start/home/page.py", title="Home", icon=":material/home:", url_path="home", default=True)
sections = {CHAPTERS["start"]: [home]}
for topic in TOPICS:
    page = st.Page(topic.script, title=topic.title, icon=topic.icon, url_path=topic.key)
    sections.setdefault(CHAPTERS[topic.chapter], []).append(page)

misled = discovering_pages()
current = st.navigation(sections, position="top")
draw_frame(misled=misled and current != home)
with TURNS.turn(), missing_files_explained():
    current.run()
