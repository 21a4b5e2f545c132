"""The panel on model selection: two hundred data sets, and the degree that each of them chooses."""

from components.figures.heights import room
from core.checks import Check
from core.learning import Selection, SelectionParams
from pages.foundations.learning import findings
from pages.foundations.learning.figures.choices import choices
from pages.foundations.learning.main import Shown, stand_in, world_of
from pages.foundations.learning.results import HIGHEST, selection_of

ABOVE = 70
"""Pixels of the main figure's room that the way back and the sentence take."""


def which_model(shown: Shown) -> None:
    """How often each degree is chosen, and how far the choice is from the best."""
    page, found = shown.page, _found(shown)
    title = findings.of_the_selection(found)
    fig = choices(found, look=page.look, title=title, height=room(page.look, ABOVE))
    page.plot(fig, name="choices", alt=f"Shares of degrees chosen, and the cost of choices. {title}.", roomy=True)
    page.sentence(f"{findings.of_its_price(found)} {findings.of_optimism(found)}{stand_in(shown)}")


def _found(shown: Shown) -> Selection:
    return selection_of(_params(shown))


def _params(shown: Shown) -> SelectionParams:
    return SelectionParams(
        world=world_of(shown),
        points=shown.data.points,
        validation=shown.data.validation,
        highest=HIGHEST,
        ridge=shown.ridge,
        seed=shown.data.seed,
    )


def checks(shown: Shown) -> tuple[Check, ...]:
    """The identities of the draws on screen."""
    return _found(shown).checks


def script(shown: Shown) -> str:
    """A script that draws the same data sets and lets them choose."""
    params = _params(shown)
    return f"""import numpy as np

from core.learning import SelectionParams, World, selection

world = {params.world!r}
found = selection(
    SelectionParams(world, points={params.points}, validation={params.validation}, highest={params.highest},
                    ridge={params.ridge!r}, seed={params.seed})
)
print("chosen by validation", found.counts(found.chosen))
print("chosen by cross-validation", found.counts(found.folded))
costs = [np.quantile(found.excess(chosen), 0.9) for chosen in (found.chosen, found.folded)]
print("nine of ten choices cost at most", *costs)
"""
