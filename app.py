"""The frame of the Foundation Model Explorer: navigation, theme, presenter mode. No topic knowledge.

`streamlit run app.py` reads this file once as the server, and then for each visit as the script that draws.
"""

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx


def draw() -> None:
    """One run of the script: the frame, and in it the page that the address names."""
    from components.course import CHAPTERS, pages
    from components.door import admit
    from components.frame import draw_frame
    from components.hands import HANDS
    from components.missing import missing_files_explained
    from components.process import settle
    from components.rooms.following import attend
    from components.turns import TURNS

    settle()
    st.set_page_config(page_title="Foundation Model Explorer", page_icon="static/icon.png", layout="wide")
    admit()

    sections: dict[str, list[st.Page]] = {}
    for topic in (page.topic for page in pages()):
        first = not sections
        entry = st.Page(topic.script, title=topic.title, icon=topic.icon, url_path=topic.key, default=first)
        sections.setdefault(CHAPTERS[topic.chapter].name, []).append(entry)

    current = st.navigation(sections, position="top")
    draw_frame()
    if not attend(current.url_path):
        with TURNS.turn(), HANDS.counted(), missing_files_explained():
            current.run()


if get_script_run_ctx(suppress_warning=True) is None:
    from starlette.middleware import Middleware

    from components.failing import explain
    from components.starting import Ahead, running

    app = st.App(__file__, lifespan=running, middleware=[Middleware(Ahead)], on_script_error=explain)
else:
    draw()
