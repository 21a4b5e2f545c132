"""Does thinking aloud help? Direct answers, chains, votes and programs on the same problems, against their tokens."""

import streamlit as st

from components.page import Badge, Page, Scene
from core.reasoning import COUNT, SAMPLES, SETS, SIZES
from pages.prompting.reasoning import main as views
from pages.prompting.reasoning.panels import better, logic, own, sizes, transcripts, trees, votes
from pages.prompting.reasoning.results import ways
from pages.prompting.reasoning.topic import TOPIC
from pages.prompting.reasoning.words import EQUATIONS

page = Page(TOPIC)
page.header()

size_place, way_place, k_place, problem_place, more_place = st.columns(
    [2.6, 2.4, 2, 2.6, 1.2], vertical_alignment="bottom"
)
with size_place:
    size = page.controls.choice("size", "Problems with", list(SIZES))
with way_place:
    way = page.controls.select("way", "Way", list(ways(size)))
with k_place:
    k = page.controls.slider("k", "k, chains in a vote", 1, SAMPLES)
with problem_place:
    place = page.controls.slider("place", "Problem shown", 1, COUNT * len(SETS))
with more_place, page.more():
    page.controls.switch("reading", "Count the tokens of the prompt as well")

shown = views.Shown(page, size, way, k, place - 1)
page.show(
    Scene(
        badges=(Badge.RECORDED,),
        draw=lambda: views.main_figure(shown),
        reading=lambda: views.reading(shown),
        panels=(
            transcripts.panel(shown),
            logic.panel(shown),
            votes.panel(shown),
            trees.panel(shown),
            better.panel(shown),
            sizes.panel(shown),
            own.panel(shown),
        ),
        checks=lambda: views.all_checks(shown),
        equations=EQUATIONS,
        code=views.source_functions,
        data=lambda: views.export_frame(shown),
        script=lambda: views.script(shown),
    )
)
