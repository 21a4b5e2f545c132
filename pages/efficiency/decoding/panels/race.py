"""The decoding page's panels that hold the race on screen against its rivals, against theory, and against its costs."""

from html import escape

import streamlit as st

from core.decoding import earnings_by_size
from pages.efficiency.decoding import results
from pages.efficiency.decoding.figures.memory import cost_curves, speed_by_window
from pages.efficiency.decoding.figures.race import speed_bars
from pages.efficiency.decoding.main import Shown
from pages.efficiency.decoding.panels.live import Settings, measured_here, race_again
from pages.efficiency.decoding.words.drafts import forecast_of, surprise_of, theory_title, unit_of
from pages.efficiency.decoding.words.machine import costs_title, rounds_of, steps_of
from pages.efficiency.decoding.words.race import race_caption, race_title, reference_of


def race_table(shown: Shown, settings: Settings) -> None:
    """All methods on this prompt: speed by the clock beside calls saved, and where their texts part from greedy's."""
    race = shown.race
    title = race_title(race)
    fig = speed_bars(race, look=shown.page.look, title=title)
    alt = f"Speedup, calls saved and first other token of {len(race.runs)} methods. {title}."
    shown.page.plot(fig, name="speeds", alt=alt, roomy=True)
    st.caption(race_caption(race))
    for name, reason in results.missing().items():
        st.caption(f"{name}: not available. {escape(reason)}")
    if not shown.recorded:
        race_again(shown.page, settings)


def theory(shown: Shown) -> None:
    """The speed forecast for each size of a draft, beside what this run measured."""
    run, page, race = shown.run, shown.page, shown.race
    costs = race.costs or results.kept_costs().get(race.params.dtype)
    if costs is None or not run.proposed:
        st.info("Choose a method that drafts.")
        return
    expected = earnings_by_size(run, costs)
    title = theory_title(race, shown.chosen, expected)
    measured = {
        "measured, writing": race.speedup_after_prompt(shown.chosen),
        "measured, whole": race.speedup(shown.chosen),
    }
    unit, reference = unit_of(run.method), reference_of(race)
    fig = speed_by_window(expected, measured, unit=unit, reference=reference, look=page.look, title=title)
    page.plot(fig, name="theory", alt=title)
    st.caption(
        "Both curves are forecasts, and neither counts the reading of the prompt. The gray one is the published "
        "formula: a call costs the same whatever it reads. The other takes the cost T(k) that was measured before "
        f"the race. The marks are this run by the clock. {forecast_of(run.method)} "
        f"{surprise_of(run, expected)}"
    )


def verification(shown: Shown) -> None:
    """T(k) / T(1), recorded, and on this machine on request."""
    page, dtype = shown.page, shown.race.params.dtype
    kept = results.kept_costs()
    if not kept:
        st.info("No costs are recorded. Measure them below.")
    else:
        base = kept.get(dtype) or next(iter(kept.values()))
        title = costs_title(base, "Recorded")
        page.plot(cost_curves(kept, look=page.look, title=title), name="costs", alt=title)
        times = ", ".join(f"{costs.seconds[0] * 1e3:.0f} ms in {name}" for name, costs in kept.items())
        st.caption(
            f"Recorded with {base.threads} thread and {base.params.past} tokens in the cache, each the fastest of "
            f"{base.params.repeats} rounds; T(1) is {times}. {rounds_of(base)} "
            "Were reading the weights all there is to pay, every curve would lie on the line at 1. "
            f"{' '.join(said for said in map(steps_of, kept.values()) if said)}"
        )
    mine = measured_here(dtype)
    if mine is not None:
        title = costs_title(mine, "This machine")
        page.plot(cost_curves({dtype: mine}, look=page.look, title=title), name="own_costs", alt=title)
        st.caption(f"The line is the fastest of {mine.params.repeats} rounds. {rounds_of(mine)} {steps_of(mine)}")
