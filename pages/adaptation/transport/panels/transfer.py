"""The panel on transfer: does the distance between two datasets tell what learning from one is worth for the other?"""

from typing import Any

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from components.figures.heights import room
from components.jobs import job_panel
from components.page import Badge, Page
from core.assets import AssetError
from core.checks import Check
from core.jobs import find
from core.transport import COMPARED, MEASURES, SAME_POINTS, SOURCES, TARGETS, TransferParams, TransferRun, transfer
from pages.adaptation.transport import transferring
from pages.adaptation.transport.figures.transfer import same_points, so_far, sources

ABOVE = 138
"""Pixels of the main figure's room that its controls, the way back and the sentence take."""

RUNNING = 104
"""Pixels that the button of a run takes beside them, or its progress, and the badge of the figure meanwhile."""


def does_it_predict(page: Page) -> None:
    """Distance against gain over all sources: recorded for two labels a class, a job for other numbers."""
    _inputs(page)
    run = _result(page)
    if run is not None:
        _draw(page, run)
    st.markdown(
        "A small network first learns a source: digits with other pixels, other labels, or fewer classes. Its head is "
        "replaced, and all of it learns a few labels of the target. The gain is its accuracy on other pictures of the "
        "target, less that of a network that begins with the target, from the same weights. Spearman’s $r_s$ "
        "ranks the sources by distance and by gain: −1 if of any two sources the nearer is worth more. Its band draws "
        f"the sources anew, 2,000 times. Each distance compares {COMPARED} pictures of either side. Bars are one "
        f"standard error over the seeds. {_order()} Alvarez-Melis and Fusi (2020) report a clear "
        "relation for transfer between digit datasets (published, not measured here).",
    )


def checks(page: Page) -> tuple[Check, ...]:
    """The identities of the run on screen; none before there is one."""
    params = _params(page)
    run = transferring.recorded(params)
    if run is None:
        job = find(transfer, params)
        run = job.result() if job is not None and job.state == "finished" else None
    return () if run is None else transferring.checks_of(run, page.controls.value("transfer_measure"))


def script(page: Page) -> str:
    """A script that computes the numbers on screen with `core` alone, or reads the recorded run."""
    params = _params(page)
    if transferring.recorded(params) is not None:
        made, imports = f"recorded_transfer({params.target!r})", "SOURCES, rank_correlation, recorded_transfer"
    else:
        made, imports = f"transfer({params})", "SOURCES, TransferParams, rank_correlation, transfer"
    return f"""from core.transport import {imports}

run = {made}
for name, distance, gain in zip(SOURCES, run.distance.mean(axis=1), run.gain.mean(axis=1)):
    print(name, distance, gain)
measured = run.measured({page.controls.value("transfer_measure")!r})
print(rank_correlation(measured, run.gain, comparisons={transferring.BANDS}))
"""


def _inputs(page: Page) -> None:
    places = st.columns([1.7, 2, 2], vertical_alignment="bottom")
    with places[0]:
        page.controls.select("transfer_target", "To be learned", list(TARGETS))
    with places[1]:
        page.controls.choice("transfer_measure", "How far a source is", list(MEASURES))
    with places[2]:
        page.controls.slider("transfer_labels", "Labels of each class of the target", 1, 20)


def _params(page: Page) -> TransferParams:
    return TransferParams(
        target=page.controls.value("transfer_target"), labels=int(page.controls.value("transfer_labels"))
    )


def _result(page: Page) -> TransferRun | None:
    """The run on screen, with its badge; None before there is one, while figures with their own stand for it."""
    params = _params(page)
    kept = transferring.recorded(params)
    if kept is not None:
        page.badges(Badge.RECORDED)
        return kept
    run = job_panel(
        transfer,
        params,
        start="Train all sources",
        cost=f"{len(SOURCES)} sources, {params.seeds} seeds: 45 seconds where the machine is free, up to ten minutes "
        "where it is busy. It can be cancelled.",
        draw_partial=lambda partial: _live(page, partial),
        meanwhile=lambda: _meanwhile(page),
    )
    if run is not None:
        page.badges(Badge.MEASURED)
    return run


def _meanwhile(page: Page) -> None:
    """The recorded run of the same target, until a run of the visitor's own has sources."""
    params = TransferParams(target=page.controls.value("transfer_target"))
    run = transferring.recorded(params)
    if run is None:
        return
    measure = page.controls.value("transfer_measure")
    title = transferring.of_the_ranks(transferring.correlation_of(run, measure), measure, params.target)
    fig = _every(page, run, room(page.look, ABOVE + RUNNING))
    page.stamp(Badge.RECORDED)
    page.finding(f"Recorded at {params.labels} labels of each class. {title}")
    page.plot(fig, name="transfer_recorded", alt=f"Gain over distance, recorded at {params.labels} labels. {title}.")


def _live(page: Page, partial: dict[str, Any]) -> None:
    """The sources that have been learned so far; the recorded run until there is one."""
    count, measure = len(partial["gain"]), page.controls.value("transfer_measure")
    if not count:
        _meanwhile(page)
        return
    title = f"{count} of {len(SOURCES)} sources"
    fig = so_far(
        SOURCES[:count],
        np.array(partial["measured"])[:, MEASURES.index(measure)],
        np.array(partial["gain"]),
        measure=transferring.WHAT[measure],
        look=page.look,
        height=room(page.look, ABOVE + RUNNING),
        title=title,
    )
    page.stamp(Badge.MEASURED)
    page.plot(fig, name="transfer_live", alt=f"Gain over distance so far. {title}.")


def _draw(page: Page, run: TransferRun) -> None:
    measure = page.controls.value("transfer_measure")
    found = transferring.correlation_of(run, measure)
    title = transferring.of_the_ranks(found, measure, run.params.target)
    high = room(page.look, ABOVE)
    every = _every(page, run, high)
    same = [SOURCES.index(name) for name in SAME_POINTS]
    alike = same_points(SOURCES, run.gain, same, run.distance, look=page.look, height=high)
    page.finding(title)
    left, right = st.columns([0.6, 0.4])
    with left:
        page.plot(every, name="transfer", alt=f"Gain over distance for {len(SOURCES)} sources. {title}.")
    with right:
        words = f"The gain of {len(same)} sources with the same points and other labels, the nearest first."
        page.plot(alike, name="transfer_alike", alt=words)
    page.note(
        f"{_all_recorded()} {transferring.of_the_farthest(run, measure)} {transferring.of_the_labels(run)} "
        f"{transferring.of_same_points(run)} Without a source <b>{run.base.mean():.0%}</b> of the pictures are named "
        "rightly."
    )


def _every(page: Page, run: TransferRun, high: int) -> go.Figure:
    """All sources of a run, by the measure that is chosen."""
    measure = page.controls.value("transfer_measure")
    return sources(
        SOURCES,
        run.measured(measure),
        run.gain,
        float(run.floor[MEASURES.index(measure)].mean()),
        measure=transferring.WHAT[measure],
        look=page.look,
        height=high,
    )


def _all_recorded() -> str:
    try:
        return transferring.of_all_recorded()
    except AssetError:
        return ""


def _order() -> str:
    try:
        return transferring.of_the_order()
    except AssetError:
        return ""
