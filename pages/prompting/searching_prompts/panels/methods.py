"""Two panels: all searches with equal budgets, and what the best of all promises on few reviews."""

import numpy as np

from components.figures.heights import room
from core.checks import Check
from core.prompting import GRAMMAR, HELD_OUT, REVIEWS, deal_reviews, recorded_proposals
from pages.prompting.searching_prompts import findings, results
from pages.prompting.searching_prompts.figures.races import luck_figure, race_figure
from pages.prompting.searching_prompts.main import Shown, search_checks
from pages.prompting.searching_prompts.results import COUNTS, METHOD_NAMES, RACES

ABOVE = 150

PROPOSERS = ("SmolLM2", "shuffled")
"""The curves of the proposer: it reads the true scores, or the same ones dealt at random."""


def draw(shown: Shown) -> None:
    """The mean best score so far of every method, and where each run ends."""
    page, asked = shown.page, shown.asked
    race = results.race_of(asked.budget, asked.items)
    title = findings.race_title(METHOD_NAMES, race.history[:, :, -1])
    found = results.proposed() if asked.items == recorded_proposals().items else None
    curves = dict(zip(PROPOSERS, found.history, strict=True)) if found else {}
    fig = race_figure(race, look=page.look, title=title, height=room(page.look, ABOVE), proposed=curves)
    page.plot(fig, name="race", alt=f"Best score so far by evaluations for each search. {title}.", roomy=True)
    reached = ", ".join(
        f"{name} <b>{share:.0%}</b>" for name, share in zip(METHOD_NAMES, race.reached.mean(axis=1), strict=True)
    )
    held = race.held_out.mean(axis=1)
    said = (
        findings.proposer_words(found.history, found.blind, asked.budget)
        if found
        else f"SmolLM2 as proposer was recorded with {recorded_proposals().items} reviews: set them to see it."
    )
    page.note(
        f"After <b>{asked.budget}</b> of {len(GRAMMAR)} evaluations the best of all was reached by: {reached} of "
        f"<b>{RACES}</b> runs. Held out they have <b>{held.min():.0%}</b> to <b>{held.max():.0%}</b>. "
        f"{said}"
    )


def checks(shown: Shown) -> tuple[Check, ...]:
    """Those of every run of the race, each the worst of all."""
    asked = shown.asked
    runs = [
        search_checks(results.found_by(method, asked.budget, asked.items, run, run))
        for method in METHOD_NAMES
        for run in range(RACES)
    ]
    strange = Check("Proposals that are repeats or no prompt of the grammar", float(recorded_proposals().strange), 0.0)
    return (*(max(column, key=lambda check: check.error) for column in zip(*runs, strict=True)), strange)


def script(shown: Shown) -> str:
    """A script that runs the race with `core` alone."""
    asked = shown.asked
    return f"""from core.prompting import METHODS, deal_reviews, recorded_landscape, search

landscape = recorded_landscape()
for method in METHODS:
    reached = 0
    for run in range({RACES}):
        table = landscape.scores(deal_reviews({asked.items}, run).scored)
        found = search(method, table, budget={asked.budget}, seed=run)
        reached += found.history[-1] == max(table.values())
    print(method, f"{{reached / {RACES}:.0%}}")
"""


def luck(shown: Shown) -> None:
    """The best of all on few reviews: what it scores there, and what it has on held-out ones."""
    page, found, count = shown.page, results.optimism_of(), _count(shown)
    title = findings.optimism_title(found, count)
    fig = luck_figure(found, count, look=page.look, title=title, height=room(page.look, ABOVE))
    page.plot(fig, name="luck", alt=f"Score of the best prompt on its own reviews and held out. {title}.")
    place = COUNTS.index(count)
    page.note(
        f"All {len(GRAMMAR)} prompts are scored on <b>{count}</b> reviews, over <b>{found.deals}</b> deals. The "
        "best has "
        f"<b>{found.seen[place]:.1%}</b> there and <b>{found.held_out[place]:.1%}</b> on {HELD_OUT} others; from "
        "deal to "
        "deal that "
        f"varies by <b>{found.spread[place]:.1%}</b> (one standard deviation). No search is at fault: the best of all "
        "is chosen partly by luck, the more so where reviews are few."
    )


def _count(shown: Shown) -> int:
    """The nearest number of reviews that is computed."""
    return min(COUNTS, key=lambda count: (abs(count - shown.asked.items), count))


def luck_checks(shown: Shown) -> tuple[Check, ...]:
    """The first deal's best prompt, chosen anew from the table; and no review is on both sides."""
    count = _count(shown)
    landscape, dealt = results.landscape(), deal_reviews(count, 0)
    scores = landscape.accuracies(dealt.scored)
    by_hand = float(
        (((landscape.log_odds > 0) == np.tile([True, False], len(REVIEWS) // 2))[:, dealt.scored]).sum(axis=1).max()
        / count
    )
    both = len(set(dealt.scored.tolist()) & set(dealt.held_out.tolist()))
    return (
        Check("Best score of the first deal, counted anew", abs(by_hand - float(scores.max())), 0.0),
        Check("Reviews both scored with and held out", float(both), 0.0),
    )


def luck_script(shown: Shown) -> str:
    """A script that computes the two curves with `core` alone."""
    return f"""from core.prompting import optimism, recorded_landscape

found = optimism(recorded_landscape(), [{_count(shown)}])
print(f"scored {{found.seen[0]:.1%}}, held out {{found.held_out[0]:.1%}}, varies by {{found.spread[0]:.1%}}")
"""
