"""Readers of the past and of both sides, held beside the best loss that is possible."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from components.jobs import job_panel
from components.page import Badge, Page, Panel
from core.checks import Check
from core.jobs import find, promise
from core.transformer import READERS, SEEDS, ReaderParams, ReaderRun, train_reader
from pages.architecture.model_families import results
from pages.architecture.model_families.figures.readers import live_figure, readers_figure
from pages.architecture.model_families.words import BOTH_SIDES, GUESSES, STEPS, reader_reading, readers_title

TAKES = {700: 14.0, 2500: 45.0}
"""Seconds of processor of one training in a fresh process, by its steps."""

MOST_SEED = 99


def panel(page: Page) -> Panel:
    """The readers in the place of the maps."""
    return Panel(
        BOTH_SIDES,
        lambda: draw(page),
        stands="instead",
        checks=lambda: checks(page),
        script=lambda: script(page),
    )


def params_of(page: Page) -> ReaderParams:
    """The run that is asked for."""
    return ReaderParams(seed=page.controls.value("reader_seed"), **READERS[page.controls.value("reader")])


def _own(page: Page) -> ReaderRun | None:
    """The run of another seed than the recorded ones, once it has been trained."""
    params = params_of(page)
    if params.seed in SEEDS:
        return None
    return job_panel(
        train_reader,
        params,
        start="Train this seed now",
        cost=f"It takes {promise(TAKES[params.steps])} of one core, once. Below: the recorded seeds.",
        draw_partial=lambda so_far: _live(page, so_far),
    )


def _live(page: Page, partial: tuple[Any, Any, Any]) -> None:
    """The measurements so far of a run that is under way, above its bound."""
    steps, losses, bound = partial
    title = f"Step {steps[-1]}: {losses[-1]:.3f} nats on unseen texts, of which {bound:.3f} cannot be avoided"
    fig = live_figure(steps, losses, bound, look=page.look, title=title)
    page.plot(fig, name="live", alt=f"Falling curve above its bound. {title}.")


def _shown(page: Page, own: ReaderRun | None) -> Mapping[str, tuple[ReaderRun, ...]]:
    """The recorded readers, in which the chosen one may stand as trained now."""
    found = results.readers()
    return found if own is None else {**found, page.controls.value("reader"): (own,)}


def draw(page: Page) -> None:
    """The controls, the curves with their bounds, and where the chosen reader ends."""
    first, second, third = st.columns([3.4, 2.6, 1.4], vertical_alignment="bottom")
    with first:
        name = page.controls.select("reader", "Reader", list(READERS))
    with second:
        against = page.controls.choice("against", "Over", [STEPS, GUESSES])
    with third:
        page.controls.number("reader_seed", "Seed", 0, MOST_SEED)
    own = _own(page)
    page.badges(Badge.MEASURED if own else Badge.RECORDED, Badge.EXACT, Badge.TOY)
    by_name = _shown(page, own)
    title = readers_title(by_name)
    fig = readers_figure(by_name, chosen=name, against=against, look=page.look, title=title)
    alt = f"Loss of four readers in training with dashed bounds, and bars. {title}."
    page.plot(fig, name="readers", alt=alt, roomy=True)
    page.note(reader_reading(by_name[name]))


def checks(page: Page) -> list[Check]:
    """The identities of the chosen reader's runs: of each the one that comes nearest to failing."""
    params = params_of(page)
    job = find(train_reader, params) if params.seed not in SEEDS else None
    trained = job is not None and job.state == "finished"
    runs = (job.result(),) if job and trained else results.readers()[page.controls.value("reader")]
    nearest: dict[str, Check] = {}
    for check in (check for run in runs for check in run.checks):
        known = nearest.get(check.name)
        if known is None or check.error - check.bound > known.error - known.bound:
            nearest[check.name] = check
    return list(nearest.values())


def script(page: Page) -> str:
    """A script that trains the run on screen."""
    return f"""import torch

from core.transformer import ReaderParams, train_reader

torch.set_num_threads(1)
run = train_reader({params_of(page)!r})
print(run.loss[-1], run.bound, run.excess.mean(), run.standard_error)
print(run.entropies)
"""
