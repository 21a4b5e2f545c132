"""The panel that runs two settings over each other: one thing is changed, and the class guesses which ends lower."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import streamlit as st

from components.page import Page
from core.checks import Check
from core.learning import Duel, NetworkParams
from pages.foundations.networks import results, words
from pages.foundations.networks.figures.losses import duel_losses

NOT_YET = "not yet"
GUESSES = (NOT_YET, "as it is", "changed", "neither")
BUDGET = 2_000
"""Updates of one run: twelve of them take about two seconds."""
SHOWN = 0.1
"""The share of the epochs that is shown before a guess."""

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


def params_of(page: Page, params: NetworkParams) -> tuple[NetworkParams, NetworkParams]:
    """Both settings; the epochs are those of the run, or fewer where twelve runs would take long."""
    change = CHANGES.get(page.controls.value("change"), CHANGES["learning rate × 10"])
    other = change(params)
    most = BUDGET // max(params.batches, other.batches)
    kept = max(1, min(params.epochs, most))
    return replace(params, epochs=kept, seed=0), replace(other, epochs=kept, seed=0)


def draw(page: Page, params: NetworkParams) -> None:
    """The guess, then both settings over each other."""
    left, right = st.columns([1, 2], vertical_alignment="bottom")
    with left:
        page.controls.select("change", "What is changed", list(CHANGES))
    with right:
        guess = page.controls.choice(
            "guess", "On fresh points, from every one of six starts, which ends lower?", list(GUESSES)
        )
    change = page.controls.value("change")
    one, other = params_of(page, params)
    found = results.duel_of(one, other)
    hidden = guess == NOT_YET
    title = f"“{change}”: which of the two ends lower?" if hidden else words.told_duel(found, change)
    until = SHOWN * one.epochs if hidden else None
    fig = duel_losses(
        found,
        look=page.look,
        title=title,
        until=until,
        height=page.look.hero - 165 if page.look.presenter else page.look.hero - 110,
    )
    page.plot(
        fig, name="duel", alt=f"Test losses of six runs as they are and of six with one setting changed. {title}."
    )
    page.note(_reading(found, guess, until))


def _reading(found: Duel, guess: str, until: float | None) -> str:
    if until is not None:
        epochs = found.runs[0].params.epochs
        return f"Shown are the first <b>{until:.3g}</b> epochs of {epochs}. Guess, and the rest appears."
    sides = [sorted(side) for side in found.ends.tolist()]
    told = [f"<b>{side[0]:.3g}</b> to <b>{side[-1]:.3g}</b>".replace("inf", "diverged") for side in sides]
    return (
        f"{words.told_guess(guess, found.verdict)} The last test losses go from {told[0]} nats as it is, from "
        f"{told[1]} "
        "changed. A side wins only if it ends lower from every start."
    )


def checks(page: Page, params: NetworkParams) -> Sequence[Check]:
    """The checks of the run of each side that fares worst in them."""
    found = results.duel_of(*params_of(page, params))
    every = [check for run in (*found.runs, *found.others) for check in run.checks]
    names = dict.fromkeys(check.name for check in every)
    return [
        max((check for check in every if check.name == name), key=lambda check: check.error / check.bound)
        for name in names
    ]


def script(page: Page, params: NetworkParams) -> str:
    """A script that runs both settings."""
    one, other = params_of(page, params)
    return f"""from core.learning import NetworkParams, duel

found = duel({one!r},
             {other!r})
print(found.ends)
print(found.wins, found.verdict)
"""
