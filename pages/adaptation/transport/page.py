"""Optimal transport: how a Wasserstein distance is computed, and what it does for labeled data."""

import streamlit as st

from components.page import Page
from pages.adaptation.transport import main, results
from pages.adaptation.transport.panels import drawing, files
from pages.adaptation.transport.scene import scene_of
from pages.adaptation.transport.topic import PANELS, TOPIC

page = Page(TOPIC)
page.header()

problem = None
try:
    with page.own_controls(rest=main.at_rest(page)):
        problem, domain, max_iter, share = main.controls(page)
    drawing.require_points(problem)
    run = results.solution_of(problem)
except ValueError as error:
    if problem is not None:
        drawing.unsolved(page, problem)
    files.refused(page, error)
    page.keep_panel(PANELS)
    st.stop()

page.show(scene_of(main.Shown(page, problem, run, domain, max_iter, share)))
