"""The main figure of the decoding page and the panels about the race on screen."""

from dataclasses import dataclass
from html import escape

import numpy as np
import streamlit as st

from components.figures.lines import lines
from components.loading import ensure_loaded
from components.page import Page, token_chip
from core.decoding import (
    DraftModel,
    EarlyExit,
    Generation,
    Laws,
    Lookahead,
    Race,
    acceptance_by_position,
    acceptance_histogram,
    acceptance_rate,
)
from pages.efficiency.decoding import results
from pages.efficiency.decoding.figures import race as figures
from pages.efficiency.decoding.words import WINDOW, why_apart


@dataclass(frozen=True, eq=False)
class Shown:
    """What is on screen: a race, the method in color, and a call of it.

    Args:
        page: that it is on.
        race: of several methods on one prompt.
        kind: of that prompt.
        chosen: the method in color.
        step: a call of it.
        recorded: the race came with the project, so texts and laws of its kind did too.
    """

    page: Page
    race: Race
    kind: str
    chosen: str
    step: int
    recorded: bool

    @property
    def run(self) -> Generation:
        """The run of the chosen method."""
        return self.race.runs[self.chosen]


def main_figure(shown: Shown) -> None:
    """Tokens against seconds for all methods, and the calls of the chosen one."""
    title = headline(shown)
    fig = figures.race_figure(shown.race, shown.chosen, shown.step, look=shown.page.look, title=title)
    alt = f"Tokens written against seconds for {len(shown.race.runs)} methods. {title}."
    shown.page.plot(fig, name="race", alt=alt, on_click=lambda point: {"step": int(point[0])})


def headline(shown: Shown) -> str:
    """The finding in words: how fast the chosen method is against greedy, by the clock and in calls."""
    run, race = shown.run, shown.race
    if run is race.reference:
        name = "Greedy decoding" if race.params.temperature == 0 else "Plain sampling"
        return f"{name}: one call for each token, {run.tokens_per_second:.1f} tokens per second"
    speed = race.speedup(shown.chosen)
    name = shown.chosen[0].upper() + shown.chosen[1:]
    verdict = f"{speed:.2f} times as fast as greedy" if speed >= 1 else f"slower than greedy, {speed:.2f} of its speed"
    return f"{name}: {verdict}, with {race.calls_saved(shown.chosen):.0%} of the calls saved"


def reading(shown: Shown) -> str:
    """The live sentence: calls, acceptance, and whether the text is greedy's."""
    run, race = shown.run, shown.race
    words = (
        f"<b>{len(run.token_ids)}</b> tokens in <b>{run.target_calls}</b> calls of the target and "
        f"<b>{run.seconds:.1f}</b> s ({race.params.dtype}, {race.threads} thread). "
    )
    if run.proposed:
        words += f"<b>{run.accepted}</b> of <b>{run.proposed}</b> draft tokens were accepted. "
    if run is race.reference:
        return words
    if race.params.temperature > 0:
        return words + f"At temperature {race.params.temperature:g} each text is drawn, so texts differ by chance."
    apart = race.parts_at(shown.chosen)
    if apart is None:
        return words + "The text is greedy's, token for token."
    return words + f"The text leaves greedy's at token <b>{apart}</b>: {why_apart(run.method)}."


def race_table(shown: Shown) -> None:
    """All methods on this prompt: speed by the clock beside calls saved."""
    race = shown.race
    faster = [name for name in race.runs if race.speedup(name) > 1.005]
    saving = [name for name in race.runs if race.calls_saved(name) > 0.005]
    title = f"{len(saving)} methods save calls, {len(faster)} save time"
    fig = figures.speed_bars(race, look=shown.page.look, title=title)
    shown.page.plot(fig, name="speeds", alt=f"Speedup and calls saved of {len(race.runs)} methods. {title}.")
    rounds = f"; each step's fastest of {race.params.repeats} rounds" if race.params.repeats > 1 else ""
    st.caption(
        f"Times are by the wall clock{rounds}. "
        "A call that is saved saves time only if the draft and the longer verification cost less than the call."
    )
    for name, reason in results.missing().items():
        st.caption(f"{name}: not available. {escape(reason)}")


def _offer(page: Page, why: str, method: str) -> None:
    """Says why a panel has nothing to show, with a button that chooses a method for which it has."""
    st.info(why)
    st.button(f"Show “{method}”", on_click=page.controls.set, args=({"method": method},), key="decoding_offer")


def acceptance(shown: Shown) -> None:
    """How many draft tokens each call accepted, and how often each place was accepted."""
    run = shown.run
    if not run.proposed:
        _offer(shown.page, "This method drafts nothing.", "small draft")
        return
    rate = acceptance_rate(run)
    title = f"{rate:.0%} of the draft tokens that were tested are accepted"
    fig = figures.acceptance_bars(
        acceptance_histogram(run), acceptance_by_position(run), look=shown.page.look, title=title
    )
    shown.page.plot(fig, name="acceptance", alt=f"Acceptance of {shown.chosen}. {title}.", roomy=True)
    st.caption("A token behind a rejected one is never tested, so later places have fewer tests.")


@dataclass(frozen=True, eq=False)
class Along:
    """The laws of target and draft before each token of a text.

    Args:
        laws: one for each token.
        run: that wrote the text.
    """

    laws: tuple[Laws, ...]
    run: Generation


def laws_shown(shown: Shown) -> Along | None:
    """Target and draft along the reference's answer: recorded, or on the loaded model; None while there are none.

    Recorded laws are those of float32, along its text, whatever the precision of the race on screen.
    Says what is missing where it returns None.
    """
    method = shown.run.method
    if not isinstance(method, EarlyExit | DraftModel):
        _offer(
            shown.page,
            "This method drafts from no distribution of its own; an exit or a draft model does.",
            "small draft",
        )
        return None
    kept, raced = results.kept_laws(shown.kind, shown.chosen), results.kept_race(shown.kind, "float32")
    if shown.recorded and kept is not None and raced is not None:
        return Along(kept, raced.reference)
    if not ensure_loaded(results.MODEL):
        return None
    written = shown.race.reference
    return Along(results.laws_of(shown.race.params.prompt, written.token_ids, method), written)


def distributions(shown: Shown) -> None:
    """Draft and target distribution at one place, their overlap, and the residual."""
    page = shown.page
    along = laws_shown(shown)
    if along is None:
        return
    name = "greedy answer" if along.run.temperature == 0 else "answer"
    place = page.controls.slider("place", f"Token of the {name}", 0, len(along.laws) - 1)
    laws = along.laws[place]
    pieces = [along.run.pieces[token] for token in along.run.token_ids]
    title = f"They overlap by {laws.overlap:.2f}: that is the chance that a drawn draft token is accepted"
    fig = figures.law_bars(
        {"target": np.array(laws.target), "draft": np.array(laws.draft), "residual": np.array(laws.residual)},
        laws.tokens,
        look=page.look,
        title=title,
    )
    page.plot(fig, name="laws", alt=title)
    before = " ".join(token_chip(piece, page.look.ink) for piece in pieces[max(place - 8, 0) : place])
    page.note(f"Before token {place}, {token_chip(pieces[place], page.look.role('accepted'))}, stands: {before or '…'}")
    overlaps = np.array([here.overlap for here in along.laws])
    curve = lines(
        {"overlap": overlaps},
        look=page.look,
        title=f"Along the answer the overlap goes from {overlaps.min():.2f} to {overlaps.max():.2f}",
        x_label=f"token of the {name}",
        y_label="overlap",
        height=260,
    )
    curve.update_yaxes(range=[0, 1.05])
    curve.add_vline(x=place, line={"color": page.look.ink, "width": 1, "dash": "dot"})
    page.plot(curve, name="overlaps", alt=f"Overlap of target and draft at each token of the {name}.")
    st.caption(
        "At temperature 1, in float32. The overlap is the sum of the smaller of both probabilities, 1 minus their "
        "total variation distance. After a rejection the token is drawn from the residual: what the draft left "
        "uncovered, scaled to 1."
    )


def tree(shown: Shown) -> None:
    """The draft tree of a call, its accepted path, and what each guess may see."""
    run = shown.run
    calls = [number for number, step in enumerate(run.steps) if step.draft]
    if not calls:
        _offer(shown.page, "This method drafts nothing.", "Medusa tree")
        return
    from core.decoding import tree_mask

    number = shown.step if shown.step in calls else next((c for c in calls if len(run.steps[c].accepted) > 1), calls[0])
    step = run.steps[number]
    tokens = [run.pieces[token] for token in step.draft]
    title = f"Call {number}: {len(step.draft)} guesses in one call, {len(step.accepted)} accepted"
    left, right = st.columns([3, 2])
    with left:
        fig = figures.draft_tree(step.parent, tokens, step.accepted, look=shown.page.look, title=title)
        shown.page.plot(fig, name="tree", alt=f"Draft tree. {title}.")
    with right:
        mask = tree_mask(step.parent)
        seen = f"{mask.sum()} of {mask.size} pairs of guesses see one another"
        fig = figures.draft_mask(mask, tokens, look=shown.page.look, title=seen)
        shown.page.plot(fig, name="mask", alt=f"Attention mask of the guesses. {seen}.")
    st.caption(
        "Guesses for the same place stand in different branches. The mask lets each guess see the text and its own "
        "ancestors, so that one call of the target answers for all branches at once. A click above chooses the call."
    )
    if isinstance(run.method, Lookahead):
        st.caption(WINDOW)
