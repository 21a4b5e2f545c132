"""Your own facts: one of them is asked for, with its line at every place in turn."""

from html import escape

import numpy as np
import streamlit as st

from components.figures.heights import room
from components.figures.lines import lines
from components.jobs import job_panel
from components.page import Badge, Page, Panel
from components.refusals import told
from core.agents import FORMATS, OwnCurve, OwnFacts, Trial, ask_own, read_facts, recorded_curve
from core.checks import Check
from core.jobs import find, promise
from pages.agents.memory import findings
from pages.agents.memory.main import changed_lists
from pages.agents.memory.topic import OWN

ABOVE = 232
TAKES = 9.0
"""Seconds of processor for ten facts in a fresh process, most of it to load the model."""


def panel(page: Page) -> Panel:
    """The panel."""
    return Panel(
        OWN, lambda: draw(page), stands="instead", checks=lambda: checks(page), script=lambda: script(page),
    )  # fmt: skip


def params_of(page: Page) -> OwnFacts:
    """What is asked. Raises ValueError where the lines cannot be read."""
    text, asked, style = (str(page.controls.value(name)) for name in ("facts", "whose", "style"))
    read_facts(text, asked)
    return OwnFacts(text, asked.strip(), style if style in FORMATS else FORMATS[0])


def draw(page: Page) -> None:
    """The lines, whose thing is asked for, and the answers once the model has given them."""
    left, right = st.columns([5, 4])
    with left:
        page.controls.text("facts", "Facts, one a line: name, colon, thing", lines=4, max_chars=1500)
    with right:
        page.controls.text("whose", "Asked for", max_chars=60)
        page.controls.select("style", "Written", list(FORMATS))
    try:
        params = params_of(page)
    except ValueError as error:
        told(error)
        return
    cost = f"It takes {promise(TAKES)} of one core, once. Below: recorded lists of ten pairs."
    done = job_panel(ask_own, params, start="Ask SmolLM2", cost=cost)
    if done is None:
        recorded(page, params.format)
    else:
        answered(page, done)


def recorded(page: Page, format: str) -> None:
    """The recorded curve of the same format, until there is one of the visitor's."""
    page.badges(Badge.RECORDED)
    curve = recorded_curve(format, 10)
    title = findings.of_the_curve(curve)
    plot(page, curve.right.mean(axis=1), curve.positions, f"Recorded, {format}. {title}")
    page.sentence(
        f"Recorded: the needed thing has <b>{curve.right.mean():.2f}</b> of the probability on average, over "
        f"{curve.trials} lists of {curve.pairs} pairs."
    )


def answered(page: Page, done: OwnCurve) -> None:
    """The visitor's own curve."""
    page.badges(Badge.MEASURED)
    hits = done.chosen == 0
    plot(page, done.right, np.arange(len(done.right)), findings.of_own(done.right, np.arange(len(hits)), hits))
    said = [
        f"{place + 1}: {escape(done.things[int(thing)]) if thing >= 0 else 'a tie'}"
        for place, thing in enumerate(done.chosen)
    ]
    page.sentence(f"Answers by the place of the asked fact: <b>{', '.join(said)}</b>.")


def plot(page: Page, right: np.ndarray, positions: np.ndarray, title: str) -> None:
    """The probability of the needed thing over its place."""
    fig = lines(
        {"needed": right}, look=page.look, title=title, x_label="place of the asked fact",
        y_label="probability", x=positions + 1, height=room(page.look, ABOVE),
        colors={"needed": page.look.role("query")},
    )  # fmt: skip
    fig.update_yaxes(range=[0, 1.05])
    page.plot(fig, name="own", alt=f"The probability of the right answer over the place of its fact. {title}.")


def checks(page: Page) -> tuple[Check, ...]:
    """Only the asked fact's line moves; probabilities at each place sum to 1, once there are some."""
    try:
        params = params_of(page)
    except ValueError:
        return ()
    trial = Trial(read_facts(params.text, params.asked))
    changed = changed_lists([trial], range(len(trial.pairs)), params.format)
    still = Check("Texts whose lines change with the place of the asked fact", changed, 0, "as sets, numbers left out")
    job = find(ask_own, params)
    return (still, *(own_checks(job.result()) if job is not None and job.state == "finished" else ()))


def own_checks(done: OwnCurve) -> tuple[Check, ...]:
    """The identities of a visitor's own curve."""
    sums = np.abs(done.probabilities.sum(axis=1) - 1).max()
    return (Check("Probabilities at each place sum to 1", float(sums), 16 * 2.0**-52, "double precision"),)


def script(page: Page) -> str:
    """A script that asks the model the same."""
    text, asked, style = (page.controls.value(name) for name in ("facts", "whose", "style"))
    return f"""from core.agents import OwnFacts, ask_own

done = ask_own(OwnFacts({text!r}, {asked!r}, {style!r}))
for place, shares in enumerate(done.probabilities, start=1):
    print(place, done.things[shares.argmax()], shares[0])
"""
