"""The decoding page's panels about what was drafted: how much of it was accepted, and the tree of one call."""

import streamlit as st

from components.page import Page
from components.screens import alive
from core.checks import Check
from core.decoding import (
    Generation,
    Lookahead,
    Medusa,
    Precision,
    acceptance_by_position,
    acceptance_check,
    acceptance_histogram,
    heads_check,
    medusa_accuracy,
    tree_check,
    tree_mask,
)
from pages.efficiency.decoding import results, scripts
from pages.efficiency.decoding.figures.drafts import acceptance_bars, draft_mask, draft_tree
from pages.efficiency.decoding.figures.schedules import head_bars
from pages.efficiency.decoding.main import Shown
from pages.efficiency.decoding.words.drafts import WINDOW, acceptance_title
from pages.efficiency.decoding.words.schedules import heads_title, heads_words

TREE_HEIGHT = 370


def offer(page: Page, why: str, method: str) -> None:
    """Says why a panel has nothing to show, with a button that chooses a method for which it has."""
    st.info(why)
    st.button(f"Show “{method}”", on_click=page.controls.set, args=({"method": method},), key="decoding_offer")


def acceptance(shown: Shown) -> None:
    """How many draft tokens each call accepted, and how often each place was accepted."""
    run = shown.run
    if not run.proposed:
        offer(shown.page, "This method drafts nothing.", "small draft")
        return
    title = acceptance_title(run)
    counts, places = acceptance_histogram(run), acceptance_by_position(run)
    fig = acceptance_bars(counts, places, look=shown.page.look, title=title)
    shown.page.plot(fig, name="acceptance", alt=f"Acceptance of {shown.chosen}. {title}.", roomy=True)
    accepted, tested = places[0]
    shown.page.note(
        f"Of <b>{sum(counts)}</b> calls with a draft <b>{counts[0]}</b> accepted nothing of it. The first draft token "
        f"was accepted in <b>{accepted}</b> of <b>{tested}</b> calls."
    )
    st.caption(
        "The acceptance rate counts tested draft tokens alone: one behind a rejected token is never tested, so later "
        "places have fewer tests. In a tree, the guesses for one place are tested together and count once."
    )
    if isinstance(run.method, Medusa):
        _heads(shown.page, shown.race.params.dtype)


def _heads(page: Page, dtype: Precision) -> None:
    """How often each Medusa head is right on held-out text, by how far ahead it looks."""
    accuracy = medusa_accuracy()
    title = heads_title(accuracy)
    fig = head_bars(accuracy, look=page.look, title=title, height=300)
    page.plot(fig, name="heads", alt=f"Accuracy of Medusa's heads by depth. {title}.")
    chains = [race.runs["Medusa chain"] for race in results.all_races(dtype).values() if "Medusa chain" in race.runs]
    page.note(heads_words(accuracy, chains))
    st.caption(
        "Head 1 guesses the token after the one that the model itself writes next, and so on; “one of 3” counts a head "
        "as right where the token is among its three likeliest. The prompts of the races are other texts than those "
        "it learned from and was measured on. The diamonds are the accuracies that Medusa's authors publish for "
        "Vicuna-7B."
    )


def acceptance_checks(shown: Shown) -> list[Check]:
    """The identities of the bars on screen."""
    drafted = acceptance_check(shown.run)
    return [drafted, heads_check(medusa_accuracy())] if isinstance(shown.run.method, Medusa) else [drafted]


def tree(shown: Shown) -> None:
    """The draft tree of a call, its accepted path, and what each guess may see."""
    run, page = shown.run, shown.page
    number = _drafted_call(run, shown.step)
    if number is None:
        offer(page, "This method drafts nothing.", "Medusa tree")
        return
    with page.panel_controls():
        page.controls.slider("step", "Call", 0, len(run.steps) - 1)
    step = run.steps[number]
    tokens = [run.pieces[token] for token in step.draft]
    title = f"Call {number}: {len(step.draft)} guesses in one call, {len(step.accepted)} accepted"
    mask = tree_mask(step.parent)
    seen = f"{mask.sum()} of {mask.size} cells: each guess sees itself and those before it in its branch"
    left, right = st.columns([3, 2])
    with left:
        fig = draft_tree(step.parent, tokens, step.accepted, look=page.look, title=title, height=TREE_HEIGHT)
        page.plot(fig, name="tree", alt=f"Draft tree. {title}.")
    with right:
        fig = draft_mask(mask, tokens, look=page.look, title=seen, height=TREE_HEIGHT)
        page.plot(fig, name="mask", alt=f"Attention mask of the guesses. {seen}.")
    first = sum(above < 0 for above in step.parent)
    other = f"Call {shown.step} drafted nothing, so this is call {number}. " if number != shown.step else ""
    page.note(
        f"{other}<b>{len(step.draft)}</b> guesses, <b>{first}</b> of them for the next place, were read in one call; "
        f"{stand_words(len(step.accepted), len(step.added))}"
    )
    st.caption(
        "Green stands; orange is rejected, or follows a rejected guess and is not tested. Guesses for the same place "
        "stand in different branches. The mask lets each guess see the text and its own ancestors, so that one call of "
        "the target answers for all branches at once." + alive(" The slider chooses the call.")
    )
    if isinstance(run.method, Lookahead):
        st.caption(WINDOW)


def stand_words(stand: int, gained: int) -> str:
    """How many guesses of a call stand, and what it gained, in HTML."""
    plural = "" if gained == 1 else "s"
    return f"<b>{stand}</b> stand{'s' * (stand == 1)}, and the call gained <b>{gained}</b> token{plural}."


def tree_checks(shown: Shown) -> list[Check]:
    """The identities of the mask on screen; none where nothing was drafted."""
    number = _drafted_call(shown.run, shown.step)
    return [] if number is None else [tree_check(shown.run.steps[number].parent)]


def tree_script(shown: Shown) -> str:
    """A script for the call on screen; for the run where none of its calls drafted."""
    number = _drafted_call(shown.run, shown.step)
    if number is None:
        return scripts.race(shown.race, shown.chosen)
    return scripts.tree(shown.race, shown.chosen, number)


def _drafted_call(run: Generation, chosen: int) -> int | None:
    """The chosen call if it drafted, else one that accepted more than one token, or the first; None without a draft."""
    calls = [number for number, step in enumerate(run.steps) if step.draft]
    if chosen in calls or not calls:
        return chosen if calls else None
    return next((call for call in calls if len(run.steps[call].accepted) > 1), calls[0])
