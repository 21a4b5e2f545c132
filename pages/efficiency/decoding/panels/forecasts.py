"""The decoding page's panel about another machine: all recorded races, recomputed for what it reads and computes."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import streamlit as st

from components.page import Page
from core.checks import Check
from core.decoding import (
    BATCHES,
    NOISE,
    PUBLISHED,
    RACE_TOKENS,
    Band,
    Machine,
    Precision,
    computed_table,
    measured_batch,
    measured_machine,
    measured_table,
    published_machine,
    recorded_costs,
    speeds_by_batch,
    table_checks,
)
from pages.efficiency.decoding import results, scripts
from pages.efficiency.decoding.figures.forecasts import batch_figure, miss_edge, miss_figure, table_figure
from pages.efficiency.decoding.main import Shown
from pages.efficiency.decoding.topic import HERE
from pages.efficiency.decoding.words.forecasts import (
    AS_MEASURED,
    SPREAD,
    band_words,
    edge_words,
    error_words,
    machine_title,
    machine_words,
    mean_words,
    measured_title,
    miss_title,
    pace_words,
    seconds_words,
    table_words,
    unfit_words,
    widths_words,
    wins_of,
    without_best,
    worst_words,
)

if TYPE_CHECKING:
    import pandas as pd

MACHINES = (HERE, *PUBLISHED, AS_MEASURED)
HEIGHT, PRESENTED = 324, 292
"""Of both charts, at a desk and for a projector, where words take more room."""

COLUMNS = (
    "The three last columns: speed over greedy, tokens a call of the model, and the share of the time in which calls "
    "that verify or write hold the machine at its roof, where it reads or computes as fast as it can; calls of a draft "
    "do not count, even where the model itself or its first layers draft."
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the visitor has set: a machine, and the texts that it writes side by side."""

    machine: Machine
    batch: int
    measured: bool


def another_machine(shown: Shown) -> None:
    """The table of all prompts by all methods on the chosen machine, and how far the model of a machine is off."""
    page, dtype = shown.page, shown.race.params.dtype
    _controls(page)
    if not results.all_traces(dtype) or dtype not in results.kept_costs():
        st.info("No races are recorded for this precision.")
        return
    asked = _asked(page, dtype)
    if asked.measured:
        _measured(page, dtype)
    else:
        _computed(page, dtype, asked)


def _controls(page: Page) -> None:
    with page.panel_controls():
        first, second, third, fourth, more = st.columns([2, 2, 2, 2, 1.4], vertical_alignment="bottom")
    with first:
        page.controls.select("machine", "Machine", MACHINES)
    off = page.controls.value("machine") == AS_MEASURED
    with second:
        page.controls.slider("batch", "Texts side by side", 1, 512, disabled=off)
    with third:
        page.controls.slider("context", "Tokens before the text", 0, 8192, step=128, disabled=off)
    with fourth:
        page.controls.slider("draft", "Cost of the draft, own = 1", 0.0, 3.0, step=0.1, disabled=off)
    with more, page.more("Hardware"):
        page.controls.slider("bandwidth", "Bandwidth, times the machine's", 0.25, 4.0, step=0.25, disabled=off)
        page.controls.slider("peak", "Peak operations, times the machine's", 0.25, 4.0, step=0.25, disabled=off)
        page.controls.slider("overhead", "Overhead of each call (µs)", 0, 1000, step=10, disabled=off)


def _asked(page: Page, dtype: Precision) -> Asked:
    value = page.controls.value
    name = str(value("machine"))
    if name == AS_MEASURED:
        return Asked(measured_machine(recorded_costs(dtype)), 1, True)
    known = published_machine(name, dtype) if name in PUBLISHED else measured_machine(recorded_costs(dtype))
    machine = replace(
        known,
        bandwidth=known.bandwidth * float(value("bandwidth")),
        peak=known.peak * float(value("peak")),
        overhead=float(value("overhead")) * 1e-6,
        draft_cost=float(value("draft")),
        context=int(value("context")),
    )
    return Asked(machine, int(value("batch")), False)


def _computed(page: Page, dtype: Precision, asked: Asked) -> None:
    machine, batch = asked.machine, asked.batch
    traces, error = results.all_traces(dtype), results.model_error(dtype, roof_alone=not machine.shares)
    table = computed_table(traces, machine, batch=batch)
    lossless = {name: traces[name] for name in table.names[: table.lossless]}
    batches = [one for one in BATCHES if machine.holds(one, RACE_TOKENS)] or BATCHES[:1]
    fits = machine.holds(batch, RACE_TOKENS)
    by_batch, band = speeds_by_batch(lossless, machine, batches), error.of_speeds
    bands = (results.model_error(dtype).of_speeds, band)
    title = machine_title(table, results.at_home(dtype), machine=machine, batch=batch, bands=bands)
    page.finding(title)
    left, right = st.columns([1.75, 1])
    with left:
        fig = table_figure(table, {}, look=page.look, title="", height=_height(page), real=fits)
        page.plot(fig, name="machine", alt=f"Tokens a second by method and prompt. {title}.", roomy=True)
    with right:
        fig = batch_figure(
            by_batch,
            batches,
            measured={name: measured_batch(of_kind, machine) for name, of_kind in lossless.items()},
            batch=batch,
            band=band,
            look=page.look,
            title="",
            height=_height(page),
        )
        page.plot(fig, name="batches", alt=f"Speed of lossless methods over greedy decoding by batch. {title}.")
    if fits:
        mean = mean_words(table, by_batch, batches, machine=machine, batch=batch, band=band)
        page.note(f"{wins_of(table, band=band)} {mean}")
        page.note(f"{without_best(table)} {pace_words(table)}")
    else:
        page.note(unfit_words(table, machine, batch))
    st.caption(
        f"{machine_words(machine)} Cells are tokens a second of all texts together, once the prompt is read: green is "
        "faster than greedy, orange slower; k is a thousand, M a million. "
        f"{COLUMNS} The methods below the empty row may change the text. "
        f"{band_words(band)} "
        f"{error_words(error, machine)}{widths_words(recorded_costs(dtype)) if machine.shares else ''} All texts go in "
        "step: each accepts what the recorded one did; of CALM's each "
        "leaves where it likes, and the deepest decides what is read. The drafts have the lengths that the recorded "
        f"machine called for. {table_words(table)}"
    )


def _measured(page: Page, dtype: Precision) -> None:
    traces, error = results.all_traces(dtype), results.model_error(dtype)
    table = measured_table(traces, measured_machine(recorded_costs(dtype)))
    title = measured_title(table, dtype)
    page.finding(title)
    left, right = st.columns([2.1, 1])
    with left:
        fig = table_figure(table, results.pace_intervals(dtype), look=page.look, title="", height=_height(page))
        page.plot(fig, name="measured", alt=f"Measured tokens a second by method and prompt. {title}.", roomy=True)
    with right:
        off = miss_title(error)
        fig = miss_figure(error, look=page.look, title=off, height=_height(page) - 24)
        page.plot(fig, name="misses", alt=f"Forecast against recorded speed of each run. {off}.")
    page.note(f"{wins_of(table, band=Band.even(NOISE))} {without_best(table)}")
    where = "The numbers under the pointer, in brackets," if page.look.presenter else "The numbers in brackets"
    st.caption(
        "Cells are tokens a second of one text by the clock, each call the fastest of three rounds, once the prompt is "
        f"read. {COLUMNS} The methods below the empty row may change the text. "
        f"{SPREAD.format(where=where, fewest=results.FEWEST_CALLS)} A miss is the forecast of a speed over greedy, "
        f"over the clock's, less 1; the gray band holds nine in ten. {edge_words(error, miss_edge(error))}"
        f"{worst_words(error)} {seconds_words(error)} "
        f"{table_words(table)}"
    )


def _height(page: Page) -> int:
    return PRESENTED if page.look.presenter else HEIGHT


def checks(shown: Shown) -> tuple[Check, ...]:
    """The identities of the table on screen."""
    dtype = shown.race.params.dtype
    if not results.all_traces(dtype) or dtype not in results.kept_costs():
        return ()
    asked = _asked(shown.page, dtype)
    there = measured_machine(recorded_costs(dtype))
    return table_checks(results.all_traces(dtype), asked.machine, there, batch=asked.batch)


def data(shown: Shown) -> "pd.DataFrame":
    """The table on screen as rows."""
    import pandas as pd

    dtype = shown.race.params.dtype
    asked = _asked(shown.page, dtype)
    traces = results.all_traces(dtype)
    table = (
        measured_table(traces, asked.machine)
        if asked.measured
        else computed_table(traces, asked.machine, batch=asked.batch)
    )
    return pd.DataFrame(
        [
            {
                "method": name,
                "lossless": row < table.lossless,
                "prompt": kind,
                "tokens_per_second": table.tokens_per_second[row, column],
                "speed_over_greedy": table.speed[row, column],
                "tokens_per_call": table.tokens_per_call[row, column],
                "roof_share": table.roof_share[row, column],
            }
            for row, name in enumerate(table.names)
            for column, kind in enumerate(table.kinds)
        ]
    )


def script(shown: Shown) -> str:
    """A script for the table on screen."""
    dtype = shown.race.params.dtype
    asked = _asked(shown.page, dtype)
    if asked.measured:
        return scripts.as_measured(dtype)
    return scripts.another_machine(asked.machine, asked.batch, dtype)
