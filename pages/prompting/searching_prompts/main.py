"""The main figure of the page on searching prompts: its controls, its reading, its export and its script."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import streamlit as st

from components.course import PANEL
from components.page import Page
from components.phrases import span
from core.checks import Check
from pages.prompting.searching_prompts import findings, results
from pages.prompting.searching_prompts.figures.search import search_figure
from pages.prompting.searching_prompts.results import METHOD_NAMES, Found

if TYPE_CHECKING:
    import pandas as pd

    from core.prompting import Wording

MOST_ITEMS = 30
MOST_BUDGET = 60


@dataclass(frozen=True)
class Asked:
    """What the controls ask for."""

    method: str
    budget: int
    items: int
    step: int
    seed: int
    deal: int

    @property
    def found(self) -> Found:
        """The search, computed once for all visitors."""
        return results.found_by(self.method, self.budget, self.items, self.seed, self.deal)

    @property
    def wording(self) -> "Wording":
        """The prompt of this step."""
        return self.found.search.tried[self.step - 1]


@dataclass(frozen=True, eq=False)
class Shown:
    """What is on screen."""

    page: Page
    asked: Asked


def at_rest(page: Page) -> bool:
    """Whether a panel stands first that reads none of these controls: they stay, unseen, and keep their values."""
    return page.controls.value(PANEL) in ("Own words", "Pictures", "Soft prompt", "Prefix", "Why prompt")


def controls(page: Page) -> Asked:
    """Draws the controls."""
    places = st.columns([2.2, 2.4, 2.4, 2.6, 1.3], vertical_alignment="bottom")
    with places[0]:
        method = page.controls.select("method", "Search", list(METHOD_NAMES))
    with places[1]:
        budget = page.controls.slider("budget", "Budget, evaluations", 2, MOST_BUDGET)
    with places[2]:
        items = page.controls.slider("items", "Reviews scored with", 2, MOST_ITEMS)
    with places[3]:
        step = page.controls.slider("step", "Evaluation in sight", 1, budget)
    with places[4], page.more():
        seed = page.controls.number("seed", "Seed of the search", 0, 9999)
        deal = page.controls.number("deal", "Deal of the reviews", 0, 9999)
    return Asked(method, int(budget), int(items), min(int(step), int(budget)), int(seed), int(deal))


def main_figure(shown: Shown) -> None:
    """The map and the curves."""
    page, asked = shown.page, shown.asked
    words = title(asked)

    def clicked(data: list[Any]) -> dict[str, Any]:
        return {"step": int(data[0])} if data[0] else {}

    page.plot(
        search_figure(asked.found, asked.step, look=page.look, title=words),
        name="search",
        alt=f"A map of 96 prompts by score with the order of evaluation, and the best score so far. {words}.",
        on_click=clicked,
        roomy=True,
    )


def title(asked: Asked) -> str:
    """The finding in words."""
    found = asked.found
    return findings.search_title(
        asked.method,
        found.first_at_optimum,
        found.search.history[-1],
        found.optimum,
        sum(score == found.optimum for score in found.table.values()),
        float(found.kept[-1]),
        (float(found.bands[-1, 0]), float(found.bands[-1, 1])),
    )


def reading(shown: Shown) -> str:
    """The live sentence: what this evaluation tried, and where the search stands after it."""
    asked, found = shown.asked, shown.asked.found
    at = asked.step - 1
    said = (
        f"Evaluation <b>{asked.step}</b>: {findings.shown_wording(asked.wording)}, "
        f"<b>{found.search.scores[at]:.0%}</b> of "
        f"<b>{asked.items}</b> right"
    )
    if at:
        said += f" ({findings.changes(found.best[at - 1], asked.wording)})"
    low, high = found.bands[at]
    return said + (
        f". Best so far <b>{found.search.history[at]:.0%}</b>, on <b>{len(found.deal.held_out)}</b> held out "
        f"<b>{found.kept[at]:.0%}</b> ({span((low, high))})."
    )


def checks(shown: Shown) -> tuple[Check, ...]:
    """What a search may not do, counted for the one on screen."""
    return search_checks(shown.asked.found)


def search_checks(found: Found) -> tuple[Check, ...]:
    """The budget, repeats, the known best, and reviews on both sides."""
    both = len(set(found.deal.scored.tolist()) & set(found.deal.held_out.tolist()))
    tried = found.search.tried
    over = max(0, found.asked - found.search.budget)
    above = max(0.0, found.search.history[-1] - found.optimum)
    return (
        Check("Evaluations beyond the budget", float(over), 0.0, f"{found.asked} were asked for, counted at the score"),
        Check("Prompts evaluated twice", float(len(tried) - len(set(tried))), 0.0),
        Check("Best score found, above the best of all", above, 0.0),
        Check("Reviews both scored with and held out", float(both), 0.0),
    )


def export_frame(shown: Shown) -> "pd.DataFrame":
    """A line for each evaluation."""
    import pandas as pd

    found = shown.asked.found
    return pd.DataFrame(
        {
            "evaluation": range(1, len(found.search.tried) + 1),
            **{
                name: [wording[slot] for wording in found.search.tried]
                for slot, name in enumerate(("instruction", "place", "cue", "labels"))
            },
            "score": found.search.scores,
            "best_so_far": found.search.history,
            "held_out_of_best": found.kept,
        }
    )


def script(shown: Shown) -> str:
    """A script that runs the search on screen with `core` alone."""
    asked = shown.asked
    return f"""from core.prompting import deal_reviews, recorded_landscape, search

landscape, dealt = recorded_landscape(), deal_reviews({asked.items}, {asked.deal})
scores = landscape.scores(dealt.scored)
found = search({results.key_of(asked.method)!r}, scores, budget={asked.budget}, seed={asked.seed})
held_out = landscape.scores(dealt.held_out)
best = found.best_after({asked.step})
print("best so far", best, f"{{found.history[{asked.step - 1}]:.0%}}", f"held out {{held_out[best]:.0%}}")
"""


def source_functions() -> list[Callable[..., Any]]:
    """The core functions behind the page."""
    from core.prompting import deal_reviews, optimism, search, solve, tune_soft_prompt

    return [search, deal_reviews, optimism, solve, tune_soft_prompt]
