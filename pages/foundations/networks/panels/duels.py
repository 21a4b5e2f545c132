"""The panel that runs two settings over each other: one thing is changed, and the class guesses which ends lower."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import ceil

import streamlit as st

from components.jobs import job_panel
from components.page import Page
from core.checks import Check
from core.jobs import find, promise
from core.learning import Duel, DuelCurves, DuelParams, NetworkParams, duel, duel_seconds
from pages.foundations.networks import results, words
from pages.foundations.networks.figures.losses import duel_losses

NOT_YET = "not yet"
GUESSES = (NOT_YET, "as it is", "changed", "neither")
AT_ONCE = 1.0
"""Seconds of a free processor up to which both settings are run while the page is drawn; longer ones are a job."""
SHOWN = 0.1
"""The share of the epochs that is shown before a guess."""
ROW = 52
"""The height of the button that starts a job, in pixels."""

CHANGES: dict[str, Callable[[NetworkParams], NetworkParams]] = {
    "learning rate × 10": lambda params: replace(params, learning_rate=10 * params.learning_rate),
    "learning rate ÷ 10": lambda params: replace(params, learning_rate=params.learning_rate / 10),
    "ReLU for tanh, or back": lambda params: replace(
        params, activation="tanh" if params.activation == "relu" else "relu"
    ),
    "linear neurons": lambda params: replace(params, activation="linear"),
    "one more layer": lambda params: replace(params, hidden=(*params.hidden, (params.hidden or (4,))[-1])),
    "twice the neurons": lambda params: replace(params, hidden=tuple(2 * size for size in params.hidden)),
    "one neuron a layer": lambda params: replace(params, hidden=(1,) * len(params.hidden)),
    "all points in an update": lambda params: replace(params, batch=10**6),
    "equal start": lambda params: replace(params, start="all equal"),
    "weight decay 0.01": lambda params: replace(params, weight_decay=0.01),
}


def asked(page: Page, params: NetworkParams) -> DuelParams:
    """Both settings, from start to end."""
    change = CHANGES.get(page.controls.value("change"), CHANGES["learning rate × 10"])
    return DuelParams(replace(params, seed=0), replace(change(params), seed=0))


def beginning(ask: DuelParams) -> DuelParams:
    """The epochs that are shown before a guess, of both settings."""
    epochs = ceil(SHOWN * ask.one.epochs)
    return replace(ask, one=replace(ask.one, epochs=epochs), other=replace(ask.other, epochs=epochs))


def known(ask: DuelParams, guess: str) -> Duel | None:
    """Both settings run to their end, where that takes no time or has been done; None where it would be a job."""
    if duel_seconds(ask) <= AT_ONCE:
        return results.duel_of(ask)
    job = find(duel, ask) if guess != NOT_YET else None
    return job.result() if job is not None and job.state == "finished" else None


def draw(page: Page, params: NetworkParams) -> None:
    """The guess, then both settings over each other."""
    left, right = st.columns([1, 2], vertical_alignment="bottom")
    with left:
        page.controls.select("change", "What is changed", list(CHANGES))
    with right:
        guess = page.controls.choice(
            "guess", "On fresh points, from every one of six starts, which ends lower?", list(GUESSES)
        )
    ask = asked(page, params)
    found = known(ask, guess)
    if found is None and guess != NOT_YET:
        found = job_panel(
            duel,
            ask,
            start="Run both to the end",
            cost=f"{2 * ask.seeds} runs of {ask.one.epochs:,} epochs: {promise(duel_seconds(ask))} on one core. It can "
            "be cancelled.",
            draw_partial=lambda curves: _plot(page, ask, curves, _open_title(page), name="live"),
        )
        job = find(duel, ask)
        if found is None and job is not None and not job.done:
            return
    if found is None or guess == NOT_YET:
        _covered(page, ask, found or results.duel_of(beginning(ask)), guess)
    else:
        title = words.told_duel(found, page.controls.value("change"))
        _plot(page, ask, found.curves, title, name="duel")
        page.note(_reading(found, guess))


def _covered(page: Page, ask: DuelParams, found: Duel, guess: str) -> None:
    """The first epochs alone: as long as nobody has guessed, or the rest has not been run."""
    until = SHOWN * ask.one.epochs
    _plot(page, ask, found.curves, _open_title(page), name="duel", until=until, less=0 if guess == NOT_YET else ROW)
    rest = "Guess, and the rest appears." if guess == NOT_YET else f"You guess “{guess}”: run both to the end to see."
    page.note(f"Shown are the first <b>{until:.3g}</b> epochs of {ask.one.epochs}. {rest}")


def _open_title(page: Page) -> str:
    return f"“{page.controls.value('change')}”: which of the two ends lower?"


def _plot(
    page: Page,
    ask: DuelParams,
    curves: DuelCurves,
    title: str,
    *,
    name: str,
    until: float | None = None,
    less: int = 0,
) -> None:
    fig = duel_losses(
        curves,
        look=page.look,
        title=title,
        last=max(ask.one.epochs, ask.other.epochs),
        until=until,
        height=page.look.hero - (165 if page.look.presenter else 110) - less,
    )
    page.plot(fig, name=name, alt=f"Test losses of six runs as they are and of six with one setting changed. {title}.")


def _reading(found: Duel, guess: str) -> str:
    sides = [sorted(side) for side in found.ends.tolist()]
    told = [f"<b>{side[0]:.3g}</b> to <b>{side[-1]:.3g}</b>".replace("inf", "diverged") for side in sides]
    return (
        f"{words.told_guess(guess, found.verdict)} The last test losses go from {told[0]} nats as it is, from "
        f"{told[1]} changed. A side wins only if it ends lower from every start."
    )


def checks(page: Page, params: NetworkParams) -> Sequence[Check]:
    """The checks of the run of each side that fares worst in them."""
    ask = asked(page, params)
    found = known(ask, page.controls.value("guess")) or results.duel_of(beginning(ask))
    every = [check for run in (*found.runs, *found.others) for check in run.checks]
    names = dict.fromkeys(check.name for check in every)
    return [
        max((check for check in every if check.name == name), key=lambda check: check.error / check.bound)
        for name in names
    ]


def script(page: Page, params: NetworkParams) -> str:
    """A script that runs both settings."""
    ask = asked(page, params)
    return f"""from core.learning import DuelParams, NetworkParams, duel

found = duel(DuelParams({ask.one!r},
                        {ask.other!r}))
print(found.ends)
print(found.wins, found.verdict)
"""
