"""Greedy edits of an instruction in free text: recorded searches, or the visitor's own as a job."""

import streamlit as st

from components.figures.heights import room
from components.jobs import job_panel
from components.page import Badge, Page
from components.refusals import told
from core.checks import Check
from core.jobs import find, promise
from core.prompting import ANSWERS, EditParams, EditRun, edit_prompt, edit_seconds, recorded_edits
from pages.prompting.searching_prompts import findings
from pages.prompting.searching_prompts.figures.edits import edits_figure

ABOVE = 215


def draw(page: Page) -> None:
    """The controls, the curves, and every text that was tried."""
    places = st.columns([3.8, 2.4, 1, 1.8], vertical_alignment="bottom")
    with places[0]:
        page.controls.text("words", "Instruction to begin with, at most 300 characters")
    with places[1]:
        page.controls.choice("words_labels", "Labels", list(ANSWERS))
    with places[2]:
        page.controls.number("words_seed", "Seed", 0, 9999)
    with places[3]:
        page.controls.slider("words_budget", "Evaluations", 2, 60)
    try:
        params = _params(page)
    except ValueError as error:
        page.badges(Badge.RECORDED)
        told(error)
        _show(page, recorded_edits()[0])
        return
    run = _recorded(params)
    if run is None:
        run = job_panel(
            edit_prompt,
            params,
            start="Search from this instruction",
            cost=f"It takes {promise(edit_seconds(params))}. Below: the recorded search.",
            draw_partial=lambda so_far: _curves(page, so_far, name="partial"),
        )
    page.badges(Badge.RECORDED if run is None or _recorded(params) is not None else Badge.MEASURED)
    _show(page, run or _nearest(params))


def _params(page: Page) -> EditParams:
    """What is asked for; raises ValueError for a text that is too long or has no word."""
    value = page.controls.value
    return EditParams(
        str(value("words")), value("words_labels"), int(value("words_budget")), seed=int(value("words_seed"))
    )


def _recorded(params: EditParams) -> EditRun | None:
    return next((run for run in recorded_edits() if run.params == params), None)


def _nearest(params: EditParams) -> EditRun:
    """The first recorded search with the same labels."""
    return next(run for run in recorded_edits() if run.params.labels == params.labels)


def _shown(page: Page) -> EditRun:
    """The search on screen."""
    try:
        params = _params(page)
    except ValueError:
        return recorded_edits()[0]
    job = find(edit_prompt, params)
    if _recorded(params) is None and job is not None and job.state == "finished":
        run: EditRun = job.result()
        return run
    return _recorded(params) or _nearest(params)


def _title(run: EditRun) -> str:
    first, last = float(run.held_out[0]), float(run.held_out[-1])
    return findings.edits_title(float(run.scores[0]), float(run.history[-1]), first, last)


def _curves(page: Page, run: EditRun, *, name: str) -> None:
    fig = edits_figure(run, look=page.look, title=_title(run), height=room(page.look, ABOVE))
    page.plot(fig, name=name, alt=f"Best score so far and held-out accuracy by evaluations. {_title(run)}.")


def _show(page: Page, run: EditRun) -> None:
    left, right = st.columns([1, 1])
    with left:
        _curves(page, run, name="edits")
    with right:
        rows = [{"score": score, "text": text} for score, text in zip(run.scores.tolist(), run.tried, strict=True)]
        st.dataframe(
            rows,
            width="stretch",
            height=room(page.look, ABOVE),
            column_config={"score": st.column_config.NumberColumn(format="percent", width=70)},
        )
    page.note(findings.edits_reading(run))


def checks(page: Page) -> tuple[Check, ...]:
    """The identities of the search on screen."""
    return _shown(page).checks


def script(page: Page) -> str:
    """A script that runs the search on screen with `core` alone; it loads SmolLM2."""
    return f"""from core.prompting import EditParams, edit_prompt

run = edit_prompt({_shown(page).params!r})
print(f"{{run.history[-1]:.0%}} scored, {{run.held_out[-1]:.0%}} held out:", run.best)
"""
