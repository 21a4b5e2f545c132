"""Selective copying: two arms of one size, recorded over seeds or trained now, and the steps that they have learned."""

import streamlit as st

from components.figures.heights import room
from components.jobs import job_panel
from components.page import Badge, Page
from components.screens import alive
from core.checks import Check
from core.jobs import find, promise
from core.state_space import CopyingPair, CopyingParams, copying_seconds, recorded_copying, train_both_arms
from pages.architecture.state_space.figures import curves
from pages.architecture.state_space.topic import BLOCK, SCATTERED
from pages.architecture.state_space.words.selection import copying_reading, copying_title, gates_title, live_title

ABOVE = 195
SELECTIVE, FIXED = "Δ read from the token", "one Δ for all"


def draw(page: Page) -> None:
    """The recorded seeds, or another seed that is trained on request."""
    first, second, third, fourth = st.columns([2.7, 1, 1.7, 2.3], vertical_alignment="bottom")
    with first:
        page.controls.choice("copy_places", "The data tokens stand", [SCATTERED, BLOCK])
    with second:
        page.controls.number("copy_seed", "Seed", 0, 99)
    params, recorded = _params(page), _is_recorded(page)
    pair: CopyingPair | None
    if recorded:
        pair = recorded_copying().pair(params.seed, scattered=params.scattered)
        with third:
            st.button(
                "Take a new seed",
                icon=":material/arrow_forward:",
                key="state_space_another",
                on_click=page.controls.set,
                args=({"copy_seed": max(recorded_copying().seeds) + 1},),
            )
        with fourth:
            st.caption(
                "This seed is recorded."
                + alive(" The button takes a new one, and a second button then trains it while you watch.")
            )
    else:
        with third:
            page.controls.slider("copy_steps", "Updates", 100, 700, step=25)
        pair = job_panel(
            train_both_arms,
            _params(page),
            start="Train both arms",
            cost=f"It takes {promise(copying_seconds(_params(page)))} of one core. Below: the recorded seed 0.",
            draw_partial=lambda so_far: _curves(page, so_far, name="partial"),
        )
    page.badges(Badge.RECORDED if recorded or pair is None else Badge.MEASURED, Badge.TOY)
    _show(page, pair or recorded_copying().pair(0, scattered=params.scattered))


def _params(page: Page) -> CopyingParams:
    value = page.controls.value
    return CopyingParams(
        scattered=value("copy_places") == SCATTERED, steps=value("copy_steps"), seed=value("copy_seed")
    )


def _is_recorded(page: Page) -> bool:
    return page.controls.value("copy_seed") in recorded_copying().seeds


def _curves(page: Page, pair: CopyingPair, *, name: str) -> None:
    record, scattered = recorded_copying(), pair.fixed.params.scattered
    words = copying_title(record, scattered=scattered)
    if pair.fixed.params.seed not in record.seeds:
        words = live_title(pair)
    bands = {SELECTIVE: record.arm(True, scattered=scattered), FIXED: record.arm(False, scattered=scattered)}
    fig = curves.accuracy(bands, pair, look=page.look, title=words, height=room(page.look, ABOVE))
    page.plot(fig, name=name, alt=f"Share of right answers over updates, both arms. {words}.")


def _show(page: Page, pair: CopyingPair) -> None:
    left, right = st.columns([1.5, 1])
    with left:
        _curves(page, pair, name="copying")
    with right:
        words = gates_title(pair.selective.gates)
        arms = {SELECTIVE: pair.selective.gates, FIXED: pair.fixed.gates}
        fig = curves.gates(arms, look=page.look, title=words, height=room(page.look, ABOVE))
        page.plot(fig, name="gates", alt=f"Bars: the learned step by kind of token, both arms. {words}.")
    page.note(
        f"{copying_reading(pair)} Shaded: the range over the <b>{len(recorded_copying().seeds)}</b> recorded seeds."
    )


def checks(page: Page) -> tuple[Check, ...]:
    """The identities of the pair on screen."""
    params = _params(page)
    if not _is_recorded(page):
        job = find(train_both_arms, params)
        if job is not None and job.state == "finished":
            return tuple(job.result().checks)
        params = CopyingParams(scattered=params.scattered)
    return recorded_copying().pair(params.seed, scattered=params.scattered).checks


def script(page: Page) -> str:
    """A script that trains both arms of the chosen seed with `core` alone."""
    params = _params(page)
    if _is_recorded(page):
        pair = recorded_copying().pair(params.seed, scattered=params.scattered)
        return f"""from core.state_space import recorded_copying

# Recorded by: python -m core.assets record state_space copying
pair = recorded_copying().pair({params.seed}, scattered={params.scattered})
for name, run in (("token", pair.selective), ("fixed", pair.fixed)):
    print(name, f"{{run.accuracy[-1]:.3f}}", {{kind: round(step, 2) for kind, step in run.gates.items()}})
print("to train the same: train_both_arms(CopyingParams(scattered={params.scattered}, steps={pair.fixed.params.steps}, "
      "seed={params.seed}))")
"""
    return f"""from core.state_space import CopyingParams, train_both_arms

pair = train_both_arms({params!r})
for name, run in (("token", pair.selective), ("fixed", pair.fixed)):
    print(name, f"{{run.accuracy[-1]:.3f}}", {{kind: round(step, 2) for kind, step in run.gates.items()}})
"""
