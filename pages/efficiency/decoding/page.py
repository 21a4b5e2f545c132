"""Decoding: how a model writes faster, with and without writing differently, by the clock."""

import streamlit as st

from components.page import Badge, Page, Panel, Scene
from core.decoding import CONTESTANTS, run_checks
from pages.efficiency.decoding import main as views
from pages.efficiency.decoding import results, scripts
from pages.efficiency.decoding.panels import (
    calm,
    drafts,
    forecasts,
    laws,
    leniency,
    live,
    memory,
    parallel,
    race,
    schedules,
)
from pages.efficiency.decoding.panels.trace import trace
from pages.efficiency.decoding.topic import ALL_PROMPTS, FITTED, RECORDED_ALONE, TOPIC
from pages.efficiency.decoding.words.equations import EQUATIONS
from pages.efficiency.decoding.words.race import absent, reading, recorded_alone, until_then

page = Page(TOPIC)
page.header()

kind_place, method_place, precision_place, more_place = st.columns([2, 2.4, 2.6, 1.4], vertical_alignment="bottom")
with kind_place:
    kind = page.controls.select("kind", "Prompt", results.kinds())
with method_place:
    chosen = page.controls.select("method", "Method", list(CONTESTANTS))
with precision_place:
    precision = page.controls.choice("precision", "Precision", ["float32", "bfloat16"])
with more_place, page.more():
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
source = Badge.RECORDED if recorded else Badge.MEASURED
page.show(
    Scene(
        badges=(source,),
        draw=lambda: views.main_figure(shown),
        reading=lambda: reading(shown.race, shown.chosen),
        panels=(
            Panel("Trace", lambda: trace(shown)),
            Panel("Race", lambda: race.race_table(shown, settings)),
            Panel(
                "Acceptance",
                lambda: drafts.acceptance(shown),
                stands="instead",
                badges=(source,),
                checks=lambda: drafts.acceptance_checks(shown),
                script=lambda: scripts.acceptance(shown.race, shown.chosen),
            ),
            Panel("Theory", lambda: race.theory(shown)),
            Panel("Verification", lambda: race.verification(shown)),
            Panel(
                "Exactness",
                lambda: laws.exactness(shown),
                stands="instead",
                checks=lambda: laws.exactness_checks(shown),
                script=lambda: laws.exactness_script(shown),
            ),
            Panel(
                "Draft and target",
                lambda: laws.distributions(shown),
                stands="instead",
                checks=lambda: laws.distribution_checks(shown),
                script=lambda: laws.distribution_script(shown),
            ),
            Panel(
                "Tree",
                lambda: drafts.tree(shown),
                stands="instead",
                badges=(source,),
                checks=lambda: drafts.tree_checks(shown),
                script=lambda: drafts.tree_script(shown),
            ),
            Panel(
                "Schedules",
                lambda: schedules.schedules(shown),
                stands="instead",
                badges=(Badge.RECORDED, Badge.EXACT),
                checks=lambda: schedules.schedule_checks(shown),
                script=lambda: schedules.schedule_script(shown),
            ),
            Panel(
                "Pool",
                lambda: schedules.pool(shown),
                stands="instead",
                badges=(Badge.RECORDED,),
                checks=lambda: schedules.pool_checks(shown),
                script=lambda: schedules.pool_script(shown),
            ),
            Panel(
                "Typical acceptance",
                lambda: leniency.typical(shown),
                stands="instead",
                badges=(Badge.RECORDED,),
                checks=lambda: leniency.checks(shown),
                script=lambda: leniency.script(shown),
            ),
            Panel(
                "Leaving early",
                lambda: calm.leaving_early(shown),
                stands="instead",
                badges=(source,),
                checks=lambda: calm.checks(shown),
                script=lambda: calm.script(shown),
            ),
            Panel(
                "Memory",
                lambda: memory.roofline(shown),
                stands="instead",
                checks=lambda: memory.roof_checks(shown),
                script=lambda: scripts.memory(shown.race, int(page.controls.value("length"))),
            ),
            Panel(
                "Another machine",
                lambda: forecasts.another_machine(shown),
                stands="instead",
                badges=(Badge.RECORDED, Badge.EXACT),
                checks=lambda: forecasts.checks(shown),
                data=lambda: forecasts.data(shown),
                script=lambda: forecasts.script(shown),
            ),
            Panel(
                "FlashAttention",
                lambda: memory.flash(page),
                stands="instead",
                badges=(Badge.EXACT, Badge.TOY),
                checks=lambda: memory.flash_checks(page),
                script=lambda: memory.flash_script(page),
            ),
            Panel(
                "All at once",
                lambda: parallel.at_once(shown),
                stands="instead",
                badges=(Badge.TOY, Badge.RECORDED),
                checks=lambda: parallel.checks(shown),
                script=lambda: parallel.script(shown),
            ),
        ),
        checks=lambda: run_checks(shown.race, shown.chosen),
        equations=EQUATIONS,
        code=views.source_functions,
        data=lambda: views.export_frame(shown.race),
        script=lambda: scripts.race(shown.race, shown.chosen),
    )
)
