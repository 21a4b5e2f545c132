"""The panel on model selection: two hundred data sets, and the degree that each of them chooses."""

import numpy as np

from components.figures.heights import room
from core.checks import Check
from core.learning import VALIDATION_SIZES, Selection, SelectionParams
from pages.foundations.learning import findings
from pages.foundations.learning.figures.pairs import curve, names, pair
from pages.foundations.learning.main import Shown, stand_in, world_of
from pages.foundations.learning.results import HIGHEST, selection_of

LEAST = 1e-3
"""A smaller cost is drawn as this, a tenth of a percent."""


def which_model(shown: Shown) -> None:
    """How often each degree is chosen, and how far the choice is from the best."""
    found = _found(shown)
    page, look = shown.page, shown.page.look
    ink = {"validation": look.role("target"), "cross-validation": look.role("query"), "the best": look.ink}
    chosen = {"validation": found.chosen, "cross-validation": found.folded, "the best": found.best}
    draws = len(found.chosen)
    degrees = np.arange(HIGHEST + 1)
    left = [curve(degrees, found.counts(part) / draws, name, ink[name]) for name, part in chosen.items()]
    sizes = np.array(VALIDATION_SIZES)
    most = np.maximum(np.quantile(found.excess(found.by_size), 0.9, axis=1), LEAST)
    folded = max(float(np.quantile(found.excess(found.folded), 0.9)), LEAST)
    right = [
        curve(sizes, most, "validation", ink["validation"]),
        curve(sizes, np.full(len(sizes), folded), "cross-validation", ink["cross-validation"], mode="lines"),
    ]
    title = findings.of_the_selection(found)
    ends = (float(np.log10(min(most.min(), folded))), max(float(np.log10(max(most.max(), folded))), 0.0))
    label = "cross-<br>validation"
    notes = names(
        {"validation": float(np.log10(most[-1])), label: float(np.log10(folded))},
        {"validation": ink["validation"], label: ink["cross-validation"]},
        look,
        ends=(ends[0] - 0.2, ends[1] + 0.2),
    )
    legend = " &nbsp; ".join(f'<span style="color:{look.word(ink[name])}">● {name}</span>' for name in chosen)
    fig = pair(
        left,
        right,
        look=look,
        title=title,
        height=room(look, 70),
        headings=(f"how often each is chosen: {legend}", "nine of ten choices cost at most"),
        axes=(
            {"title": {"text": "degree"}},
            {"title": {"text": f"share of {draws} data sets"}, "tickformat": ".0%", "rangemode": "tozero"},
            {"title": {"text": "validation points"}, "type": "log", "tickvals": list(VALIDATION_SIZES)},
            {
                "title": {"text": "what exceeds the best degree's error"},
                "type": "log",
                "range": [ends[0] - 0.2, ends[1] + 0.2],
                "tickvals": [1e-3, 1e-2, 0.1, 1, 10, 100, 1e4, 1e6],
                "ticktext": ["≤ 0.1%", "1%", "10%", "100%", "10 times", "100 times", "10⁴ times", "10⁶ times"],
            },
        ),
        notes=notes,
    )
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
