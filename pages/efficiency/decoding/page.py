"""Decoding: how a model writes faster, with and without writing differently, by the clock."""

import streamlit as st

from components.page import Page
from core.decoding import CONTESTANTS
from pages.efficiency.decoding import main as views
from pages.efficiency.decoding import results
from pages.efficiency.decoding.panels import live
from pages.efficiency.decoding.scene import scene_of
from pages.efficiency.decoding.topic import ALL_PROMPTS, FITTED, RECORDED_ALONE, TOPIC
from pages.efficiency.decoding.words.race import absent, recorded_alone, until_then

page = Page(TOPIC)
page.header()

with page.own_controls(rest=False):
    kind_place, method_place, precision_place, more_place = st.columns([2, 2.4, 2.6, 1.4], vertical_alignment="bottom")
with kind_place:
    kind = page.controls.select("kind", "Prompt", results.kinds())
with method_place:
    chosen = page.controls.select("method", "Method", list(CONTESTANTS))
with precision_place:
    precision = page.controls.choice("precision", "Precision", ["float32", "bfloat16"])
with more_place, page.more("Your own race"):
    message = page.controls.text("message", "Your own message, for the prompt “your own”", lines=3)
    st.caption("With other settings than these the methods race on this machine.")
    temperature = page.controls.slider("temperature", "Temperature, 0 for greedy", 0.0, 5.0, step=0.1)
    window = page.controls.select("window", "Draft tokens for each call", [FITTED, *map(str, range(1, 13))])
    new = page.controls.slider("new", "New tokens of a live race", 8, 96)

settings = live.Settings(kind, precision, message, new, temperature, window)
raced = results.kept_race(kind, precision) if settings.as_recorded else None
recorded = raced is not None
alone = page.controls.value("panel") in RECORDED_ALONE and not settings.as_recorded
# One place for what stands here in some runs only: widgets below that move up lose their tie to the address.
with st.container(key="before_the_race"):
    if raced is None and not alone:
        raced = live.race_live(page, settings)
    if raced is None and not settings.as_recorded:
        kind, recorded = settings.nearest, True
        raced = results.kept_race(kind, precision)
        st.caption(
            recorded_alone(kind, every=page.controls.value("panel") == ALL_PROMPTS) if alone else until_then(kind)
        )
    if raced is not None and chosen not in raced.runs:
        st.info(absent(chosen, results.raced_on(chosen, precision)))
        chosen = next(iter(raced.runs))
if raced is None:
    st.stop()

asked = int(page.controls.value("step"))
step = min(max(asked, 0), max(len(raced.runs[chosen].steps) - 1, 0))
if step != asked:
    # A slider would start at its default where a link names a call that this run has not.
    page.controls.set({"step": step})
shown = views.Shown(page, raced, kind, chosen, step, recorded)
page.show(scene_of(shown, settings))
