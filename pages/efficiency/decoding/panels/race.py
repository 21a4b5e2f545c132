"""The decoding page's panels that hold the race on screen against its rivals, against theory, and against its costs."""

from html import escape

import streamlit as st

from core.decoding import acceptance_rate, forecast
from pages.efficiency.decoding import results, words
from pages.efficiency.decoding.figures.memory import cost_curves, speed_by_window
from pages.efficiency.decoding.figures.race import speed_bars
from pages.efficiency.decoding.main import Shown
from pages.efficiency.decoding.panels.live import measured_here


def race_table(shown: Shown) -> None:
    """All methods on this prompt: speed by the clock beside calls saved."""
    race = shown.race
    faster = [name for name in race.runs if race.speedup(name) > 1.005]
    saving = [name for name in race.runs if race.calls_saved(name) > 0.005]
    title = f"{len(saving)} methods save calls, {len(faster)} save time"
    fig = speed_bars(race, look=shown.page.look, title=title)
    shown.page.plot(fig, name="speeds", alt=f"Speedup and calls saved of {len(race.runs)} methods. {title}.")
    rounds = f"; each step's fastest of {race.params.repeats} rounds" if race.params.repeats > 1 else ""
    st.caption(
        f"Times are by the wall clock{rounds}. "
        "A call that is saved saves time only if the draft and the longer verification cost less than the call."
    )
    for name, reason in results.missing().items():
        st.caption(f"{name}: not available. {escape(reason)}")


def theory(shown: Shown) -> None:
    """Speedup against window by the published formula and with the measured cost of verification."""
    run, page = shown.run, shown.page
    costs = shown.race.costs or results.kept_costs().get(shown.race.params.dtype)
    if costs is None or not run.proposed:
        st.info("Choose a method that drafts.")
        return
    expected = forecast(run, costs)
    best, earned = expected.best
    unit = words.unit_of(run.method)
    advice = f"{best} {unit} earn most, {earned:.2f} times greedy" if earned > 1 else "no draft pays"
    title = f"At an acceptance of {acceptance_rate(run):.2f}, {advice}"
    fig = speed_by_window(expected, shown.race.speedup(shown.chosen), unit=unit, look=page.look, title=title)
    page.plot(fig, name="theory", alt=title)
    st.caption(
        "“Free” is the published formula: a call costs the same whatever it reads. “Measured” takes the cost T(k) that "
        f"was measured before the race. {words.forecast_of(run.method)} "
        f"With {expected.own} {unit}, theory expects {expected.tokens_here:.2f} tokens for each call, and "
        f"{run.tokens_per_call:.2f} were counted: {words.surprise_of(run.method)}."
    )


def verification(shown: Shown) -> None:
    """T(k) / T(1), recorded, and on this machine on request."""
    page = shown.page
    kept = results.kept_costs()
    if not kept:
        st.info("No costs are recorded. Measure them below.")
    else:
        base = kept.get("float32") or next(iter(kept.values()))
        title = f"Verifying 4 tokens at once costs {base.ratio_at(4):.2f} times one token in {base.params.dtype}"
        page.plot(cost_curves(kept, look=page.look, title=title), name="costs", alt=title)
        times = ", ".join(f"{costs.seconds[0] * 1e3:.0f} ms in {name}" for name, costs in kept.items())
        st.caption(
            f"Recorded with {base.threads} thread and {base.params.past} tokens in the cache; T(1) is {times}. "
            "Were reading the weights all there is to pay, every curve would lie on the line at 1."
        )
    mine = measured_here(shown.race.params.dtype)
    if mine is not None:
        title = f"This machine: 4 tokens cost {mine.ratio_at(4):.2f} times one, 8 cost {mine.ratio_at(8):.2f}"
        fig = cost_curves({shown.race.params.dtype: mine}, look=page.look, title=title)
        page.plot(fig, name="own_costs", alt=title)
